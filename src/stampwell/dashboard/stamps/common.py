"""What pages about one stamp share: the reason that somebody types, corrections, and what can be undone."""

from typing import NamedTuple

from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.validation import RequestModel, validate
from stampwell.dashboard.context import DashboardContext
from stampwell.db.database import Tx
from stampwell.features.people.model import Permission
from stampwell.features.stamps import service
from stampwell.features.stamps.contract.requests import Note
from stampwell.features.stamps.service import StampChange
from stampwell.features.stamps.undo import UndoRule, can_be_put_back, rule_of_member


class ReasonForm(RequestModel):
    """Why somebody does what they do: it goes into the history."""

    blank_is_absent = frozenset({"note"})

    note: Note = None


class CorrectionResult(NamedTuple):
    """What became of a correction. event_id: of the ledger row, 0 when nothing was different; undoable: whether it can be."""

    event_id: int
    undoable: bool


def read_reason(context: DashboardContext) -> tuple[str | None, list[FieldError]]:
    """The reason that was typed, and what is wrong with it, to be told with whatever else is wrong."""
    try:
        return validate(ReasonForm, context.form.fields(("note",)), context=context).note, []
    except FieldsWrong as wrong:
        return None, list(wrong.fields)


def correct(tx: Tx, context: DashboardContext, stamp_id: int, change: StampChange, note: str | None) -> CorrectionResult:
    """Changes the stamp by the API's rules."""
    applied = service.update(tx, context.account_id, stamp_id, change, meta=context.meta(note))
    can_undo = context.may(Permission.STAMPS) and can_be_put_back(applied.changes or {})
    return CorrectionResult(applied.event_id, undoable=can_undo)


def undo_rule(context: DashboardContext) -> UndoRule:
    """What the person may undo."""
    return rule_of_member(context.actor, corrections=context.may(Permission.STAMPS))
