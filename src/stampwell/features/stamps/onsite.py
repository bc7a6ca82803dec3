"""What staff do on a customer's own phone, with the staff password of the card: the rules and the ledger are the API's."""

from stampwell.core.errors import AppError
from stampwell.core.units import LARGEST_INTEGER, MINUTE_US
from stampwell.core.waits import is_recent
from stampwell.db.database import Tx
from stampwell.features.stamps import service
from stampwell.features.stamps.errors import TooLateToUndo
from stampwell.features.stamps.marking import Marking, mark_batch
from stampwell.features.stamps.model import KIND_ADDED, EventMeta, HistoryRow, Stamp
from stampwell.features.stamps.service import lock_stamp
from stampwell.features.stamps.staff_password import require_checked
from stampwell.features.stamps.states import Action

CHANNEL = "stamp_page"
UNDO_US = MINUTE_US


def mark(tx: Tx, account_id: int, stamp_id: int, *, checked_hash: str | None, meta: EventMeta) -> tuple[Stamp, int]:
    """One mark more; the stamp with it, and the number of its row in the ledger.

    checked_hash: what the staff password was found to match. Raises AccountSuspended, StampNotFound, what the rules refuse, and
    DatabaseUnavailable when the card has got another password in between.
    """
    before = lock_stamp(tx, account_id, stamp_id)
    require_checked(before, checked_hash, action=Action.ADD, meta=meta)
    after = _marked(tx, before, 1, meta)
    return after, _newest(tx, before).event_id


def take_back(tx: Tx, account_id: int, stamp_id: int, event_id: int, *, meta: EventMeta) -> Stamp:
    """The mark of that row of the ledger is reversed: a row of its own. Raises TooLateToUndo a minute later, or when something
    came after it, and what the rules refuse.
    """
    stamp = lock_stamp(tx, account_id, stamp_id)
    newest = _newest(tx, stamp)
    is_ours = newest.kind == KIND_ADDED and newest.channel == CHANNEL
    if newest.event_id != event_id or not is_ours or not is_recent(newest.recorded_at, UNDO_US, now_us=meta.recorded_at):
        raise TooLateToUndo
    return _marked(tx, stamp, newest.stamps_before - newest.stamps_after, meta)


def _marked(tx: Tx, stamp: Stamp, marks: int, meta: EventMeta) -> Stamp:
    (outcome,) = mark_batch(tx, [Marking(stamp.account_id, stamp.stamp_id, marks, meta)])
    if isinstance(outcome, AppError):
        raise outcome
    return outcome


def _newest(tx: Tx, stamp: Stamp) -> HistoryRow:
    (row,) = service.history(tx, stamp.account_id, stamp.stamp_id, before_id=LARGEST_INTEGER, limit=1)
    return row
