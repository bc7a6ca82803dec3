"""Units of work of people who have looked at a stamp: a correction of what they saw, and a deletion that they confirm."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phrases import phrase
from stampwell.core.stamp_refs import read_stamp_code
from stampwell.db.database import Tx
from stampwell.features.stamps import finding, service
from stampwell.features.stamps.model import EventMeta, Stamp
from stampwell.features.stamps.service import StampChange
from stampwell.features.stamps.undo import can_be_put_back

_CONFIRMED_BY = 4


class Correction(NamedTuple):
    """What became of a correction. event_id: of the ledger row, 0 when nothing was different; undoable: whether it can be."""

    event_id: int
    undoable: bool


def correct(tx: Tx, account_id: int, stamp_id: int, change: StampChange, *, meta: EventMeta) -> Correction:
    """Changes the stamp by the API's rules. Raises what `service.update` does."""
    applied = service.update(tx, account_id, stamp_id, change, meta=meta)
    return Correction(applied.event_id, undoable=can_be_put_back(applied.changes or {}))


def correct_seen(
    tx: Tx, account_id: int, stamp_id: int, *, change_from: Callable[[Stamp], StampChange], meta: EventMeta
) -> Correction:
    """As `correct`. change_from: makes the change of the stamp as it is under the lock, or refuses."""
    present = finding.lock_stamp(tx, account_id, stamp_id)
    return correct(tx, account_id, stamp_id, change_from(present), meta=meta)


def delete_confirmed(
    tx: Tx, account_id: int, stamp_id: int, *, typed: str, wrong: Sequence[FieldError], meta: EventMeta
) -> str:
    """Deletes the stamp if what was typed confirms it; the code of what is gone.

    The reason goes into the audit log: the stamp's own history is gone too. wrong: what else is wrong with the form. Raises
    AccountSuspended, StampNotFound, and FieldsWrong for `typed` and whatever else is wrong.
    """
    stamp = finding.lock_stamp(tx, account_id, stamp_id)
    problems = list(wrong)
    wanted = confirmation_of(stamp)
    if typed.upper() != wanted and read_stamp_code(typed) != stamp.code:
        problems.append(FieldError("typed", phrase("Type {count} to confirm.", count=wanted)))
    if problems:
        raise FieldsWrong(problems)
    service.delete(tx, account_id, stamp_id, meta=meta)
    return stamp.code


def confirmation_of(stamp: Stamp) -> str:
    """What has to be typed to delete it: the end of its code."""
    return stamp.code[-_CONFIRMED_BY:]
