"""What people at the desk do to one stamp: units of work that change it, tell the audit log, and say what can be undone."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from stampwell.core.errors import AppError, FieldError, FieldsWrong
from stampwell.core.units import LARGEST_INTEGER, MINUTE_US
from stampwell.core.validation import RequestModel, validate
from stampwell.core.waits import is_recent
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.features.audit.service import record
from stampwell.features.people.model import Permission
from stampwell.features.stamps import service
from stampwell.features.stamps.marking import Marking, mark_batch
from stampwell.features.stamps.model import KIND_ADDED, KIND_REMOVED, KIND_UPDATED, HistoryRow
from stampwell.features.stamps.requests import Note
from stampwell.features.stamps.service import Change

"""Above the number of every ledger row."""

UNDO_US = 10 * MINUTE_US

# What an update may have changed and an undo puts back. `maxStamps` follows the card.
_CAN_BE_PUT_BACK = {"cardIdx": "card_id", "strtYmd": "starts_on", "endYmd": "ends_on", "activeYn": "active"}


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


def newest_row(tx: Tx, visit: Visit, stamp_id: int) -> HistoryRow:
    """Of the stamp's ledger; every stamp has one, of its issue."""
    (row,) = service.history(tx, visit.account_id, stamp_id, before_id=LARGEST_INTEGER, limit=1)
    return row


def mark(tx: Tx, visit: Visit, stamp_id: int, marks: int, note: str | None) -> list[int]:
    """Adds marks, or takes them back below zero. The count before and after, and the number of the ledger row."""
    before = service.lock_stamp(tx, visit.account_id, stamp_id)
    (outcome,) = mark_batch(tx, [Marking(visit.account_id, stamp_id, marks, visit.meta(note))])
    if isinstance(outcome, AppError):
        raise outcome
    action = "stamp.added" if marks > 0 else "stamp.removed"
    record(tx, visit.entry(action, stamp_id, before.code, {"stamps": [before.stamps, outcome.stamps]}))
    return [before.stamps, outcome.stamps, newest_row(tx, visit, stamp_id).event_id]


def correct(tx: Tx, visit: Visit, stamp_id: int, change: Change, note: str | None) -> Done:
    """Changes the stamp by the API's rules; the audit log says of it what the ledger says."""
    before = service.lock_stamp(tx, visit.account_id, stamp_id)
    last = newest_row(tx, visit, stamp_id)
    service.update(tx, visit.account_id, stamp_id, change, meta=visit.meta(note))
    row = newest_row(tx, visit, stamp_id)
    if row.event_id == last.event_id:
        return Done(0, undoable=False)
    record(tx, visit.entry("stamp.updated", stamp_id, before.code, row.changes))
    return Done(row.event_id, undoable=can_undo(row, visit))


def can_undo(row: HistoryRow, visit: Visit) -> bool:
    """Whether that row, the newest of its stamp, can be undone: it is the person's own, fresh, and nothing is lost by it."""
    own = (row.actor_kind, row.actor_id) == ("staff", visit.person.person_id)
    if not own or not is_recent(row.recorded_at, UNDO_US, now_us=visit.now_us):
        return False
    if row.kind == KIND_UPDATED:
        return visit.may(Permission.STAMPS) and can_be_put_back(row.changes or {})
    return row.kind in {KIND_ADDED, KIND_REMOVED}


def can_be_put_back(changes: Mapping[str, Any]) -> bool:
    """Whether the ledger knows what all of it was before: of personal fields and a PIN it does not."""
    return bool(changes) and changes.keys() <= {*_CAN_BE_PUT_BACK, "maxStamps"}


def change_back(changes: Mapping[str, Any]) -> Change:
    """What undoes an update of those changes."""
    given = {_CAN_BE_PUT_BACK[name]: pair[0] for name, pair in changes.items() if name in _CAN_BE_PUT_BACK}
    if "active" in given:
        given["active"] = given["active"] == "Y"
    return Change(given)
