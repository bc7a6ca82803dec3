"""What people of a shop do to one stamp: units of work that change it, write the audit log, and say what can be undone."""

from typing import NamedTuple

from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.validation import RequestModel, validate
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.features.audit.service import record
from stampwell.features.people.model import Permission
from stampwell.features.stamps import service
from stampwell.features.stamps.model import Applied
from stampwell.features.stamps.requests import Note
from stampwell.features.stamps.service import Change
from stampwell.features.stamps.undo import UndoRule, can_be_put_back, rule_of_member, undo


class Reason(RequestModel):
    """Why somebody does what they do: it goes into the history."""

    blank_is_absent = frozenset({"note"})

    note: Note = None


class Done(NamedTuple):
    """What became of a correction. event_id: of the ledger row, 0 when nothing was different; undoable: whether it can be."""

    event_id: int
    undoable: bool


def read_reason(visit: Visit) -> tuple[str | None, list[FieldError]]:
    """The reason that was typed, and what is wrong with it, to be told with whatever else is wrong."""
    try:
        return validate(Reason, visit.form.fields(("note",)), context=visit).note, []
    except FieldsWrong as wrong:
        return None, list(wrong.fields)


class Marks(NamedTuple):
    """What became of marks. event_id: of the ledger row."""

    before: int
    after: int
    event_id: int


def mark(tx: Tx, visit: Visit, stamp_id: int, marks: int, note: str | None) -> Marks:
    """Adds marks, or takes them back below zero."""
    return _marks(tx, visit, service.mark(tx, visit.account_id, stamp_id, marks, meta=visit.meta(note)))


def correct(tx: Tx, visit: Visit, stamp_id: int, change: Change, note: str | None) -> Done:
    """Changes the stamp by the API's rules; the audit log says of it what the ledger says."""
    applied = service.update(tx, visit.account_id, stamp_id, change, meta=visit.meta(note))
    _record_update(tx, visit, applied)
    can_undo = visit.may(Permission.STAMPS) and can_be_put_back(applied.changes or {})
    return Done(applied.event_id, undoable=can_undo)


def take_back(tx: Tx, visit: Visit, stamp_id: int, event_id: int, note: str) -> list[int]:
    """Undoes what that row of the ledger did. The count before and after, where it was marks.

    Raises TooLateToUndo, and what the rules refuse.
    """
    applied = undo(tx, visit.account_id, stamp_id, event_id, rule=undo_rule(visit), meta=visit.meta(note))
    if applied.changes is None:
        marks = _marks(tx, visit, applied)
        return [marks.before, marks.after]
    _record_update(tx, visit, applied)
    return []


def undo_rule(visit: Visit) -> UndoRule:
    """What the person may undo."""
    return rule_of_member(visit.actor, corrections=visit.may(Permission.STAMPS))


def _marks(tx: Tx, visit: Visit, applied: Applied) -> Marks:
    before, after = applied.before.stamps, applied.after.stamps
    action = "stamp.added" if after > before else "stamp.removed"
    record(tx, visit.entry(action, applied.after.stamp_id, applied.after.code, {"stamps": [before, after]}))
    return Marks(before, after, applied.event_id)


def _record_update(tx: Tx, visit: Visit, applied: Applied) -> None:
    if applied.event_id:
        record(tx, visit.entry("stamp.updated", applied.after.stamp_id, applied.after.code, applied.changes))
