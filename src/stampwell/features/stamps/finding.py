"""Finding stamps by number or code, and locking the ones that are to be changed."""

from collections.abc import Iterable, Sequence

from stampwell.core.errors import AppError
from stampwell.core.stamp_refs import StampRef
from stampwell.db.database import Tx
from stampwell.features.accounts.admission import refusal_to_change
from stampwell.features.stamps import queries, rules
from stampwell.features.stamps.errors import StampNotFound
from stampwell.features.stamps.model import EventMeta, Stamp, StampKey


def find_stamps(tx: Tx, names: Sequence[tuple[int, StampRef]]) -> list[Stamp | AppError]:
    """The stamp, or StampNotFound, for every (account, stampIdx or code), in order."""
    found = queries.find_each(tx, names)
    return [found.get(name) or StampNotFound(stamp=name[1]) for name in names]


def get_stamp(tx: Tx, account_id: int, stamp: StampRef) -> Stamp:
    """Raises StampNotFound."""
    return _found(queries.find_each(tx, [(account_id, stamp)]).get((account_id, stamp)), stamp)


def get_any_stamp(tx: Tx, stamp: StampRef) -> Stamp:
    """By number or code, in any account: for the operator. Raises StampNotFound."""
    return _found(queries.find_anywhere(tx, stamp), stamp)


def last_of_merges(tx: Tx, stamp: Stamp) -> Stamp:
    """The stamp that took its place, at the end of a chain of merges; the last that is still there where one was deleted."""
    while stamp.merged_stamp_id is not None:
        key = (stamp.account_id, stamp.merged_stamp_id)
        following = queries.find_each(tx, [key]).get(key)
        if following is None:
            break
        stamp = following
    return stamp


def find_present(tx: Tx, account_id: int, stamp_ids: Iterable[int | None]) -> dict[int, Stamp]:
    """Those of the stamps that are there, by number; None for no stamp."""
    numbers = sorted({number for number in stamp_ids if number is not None})
    found = queries.find_each(tx, [(account_id, number) for number in numbers]) if numbers else {}
    return {stamp.stamp_id: stamp for stamp in found.values()}


def lock_stamp(tx: Tx, account_id: int, stamp: StampRef) -> Stamp:
    """The stamp, which nobody else changes until the transaction ends. Raises AccountSuspended and StampNotFound."""
    number = number_of(tx, account_id, stamp)
    key = StampKey(account_id, number) if number is not None else None
    found = queries.lock_each(tx, [key]).get(key) if key else None
    if found is None:
        raise refusal_to_change(tx, account_id) or StampNotFound(stamp=stamp)
    return found


def lock_version(tx: Tx, account_id: int, stamp: StampRef, meta: EventMeta) -> Stamp:
    """As `lock_stamp`. Raises VersionMismatch where the request named another version of it."""
    found = lock_stamp(tx, account_id, stamp)
    rules.check_version(found, meta)
    return found


def number_of(tx: Tx, account_id: int, stamp: StampRef) -> int | None:
    """The stamp's number; None for a code of no stamp of the account."""
    return stamp if isinstance(stamp, int) else queries.find_ids(tx, [(account_id, stamp)]).get((account_id, stamp))


def _found(stamp: Stamp | None, name: StampRef) -> Stamp:
    if stamp is None:
        raise StampNotFound(stamp=name)
    return stamp
