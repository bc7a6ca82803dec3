"""Reversing a sale: the rewards that it handed out are owed again, and the marks that it added are taken back. Once."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from stampwell.core.stamp_refs import StampRef
from stampwell.db.database import Tx
from stampwell.features.accounts.admission import refusal_to_change
from stampwell.features.stamps import mark_queries, queries, reversal_queries, rules, service
from stampwell.features.stamps.auditing import record_act
from stampwell.features.stamps.errors import SaleNotFound
from stampwell.features.stamps.finding import get_stamp
from stampwell.features.stamps.marking import require_place
from stampwell.features.stamps.model import KIND_RETURNED, KIND_REVERSED, EventMeta, Stamp, StampKey, after_event, event_of
from stampwell.features.stamps.reversal_queries import Reversal, SaleOnStamp
from stampwell.features.stamps.rewards import handed_out_numbers, numbers_to_json, without_handed_out

# Issued, and nothing else has happened to it.
_SEQUENCE_UNUSED = 1


def reverse(tx: Tx, account_id: int, order_ref: str, *, meta: EventMeta, stamp: StampRef | None = None) -> list[Reversal]:
    """Reverses the sale on every stamp that has it, or on that one; a row for each, in ascending order of number.

    A stamp on which it was reversed before is answered as the first time, and nothing moves. Raises AccountSuspended,
    StampNotFound, LocationNotFound, VersionMismatch and SaleNotFound.
    """
    refusal = refusal_to_change(tx, account_id)
    if refusal is not None:
        raise refusal
    require_place(tx, account_id, meta, takes_marks=False)
    mark_queries.lock_sales(tx, account_id)
    done = reversal_queries.find_reversals(tx, account_id, order_ref)
    sale = reversal_queries.find_sale(tx, account_id, order_ref)
    wanted = {*sale, *done}
    if stamp is not None:
        wanted &= {get_stamp(tx, account_id, stamp).stamp_id}
    if not wanted:
        raise SaleNotFound(order_ref=order_ref)
    locked = _lock_with_successors(tx, account_id, wanted - done.keys())
    # What was deleted meanwhile has no sales any more.
    fresh = sorted((wanted - done.keys()) & locked.keys())
    reversing = _Reversing(tx, account_id, order_ref, meta, locked)
    if stamp is not None and fresh:
        rules.check_version(locked[fresh[0]], meta)
    rows = [reversing.reverse(stamp_id, sale[stamp_id]) for stamp_id in fresh]
    reversal_queries.insert(tx, account_id, order_ref, rows, all_stamps=stamp is None, now_us=meta.recorded_at)
    return sorted([*rows, *(done[stamp_id] for stamp_id in wanted & done.keys())])


class SalePreview(NamedTuple):
    """A stamp that has the sale, what it did there, and what was answered where it was reversed before."""

    stamp: Stamp
    sale: SaleOnStamp
    reversal: Reversal | None


def find_sale(tx: Tx, account_id: int, order_ref: str) -> list[SalePreview]:
    """The stamps of the sale, in ascending order of number; none for a number that no sale has."""
    sale = reversal_queries.find_sale(tx, account_id, order_ref)
    done = reversal_queries.find_reversals(tx, account_id, order_ref)
    found = queries.find_each(tx, [(account_id, stamp_id) for stamp_id in sale])
    return [
        SalePreview(found[account_id, stamp_id], on_stamp, done.get(stamp_id))
        for stamp_id, on_stamp in sale.items()
        if (account_id, stamp_id) in found
    ]


def _lock_with_successors(tx: Tx, account_id: int, stamp_ids: Iterable[int]) -> dict[int, Stamp]:
    """Those stamps and all that marks may be taken from instead, locked in the order of their numbers.

    What is merged with what stays as it is while the sales of the account are locked. A stamp that was redeemed in between has
    a next one that is newer than all others, so that the order holds for that one too.
    """
    found: dict[int, Stamp] = {}
    new = set(stamp_ids)
    while new:
        here = queries.find_each(tx, [(account_id, stamp_id) for stamp_id in sorted(new)])
        found |= {stamp.stamp_id: stamp for stamp in here.values()}
        new = _successors(found.values()) - found.keys() - new
    locked: dict[int, Stamp] = {}
    new = set(found)
    while new:
        locked |= {
            stamp.stamp_id: stamp
            for stamp in queries.lock_each(tx, [StampKey(account_id, stamp_id) for stamp_id in new]).values()
        }
        new = _successors(locked.values()) - locked.keys() - new
    return locked


def _successors(stamps: Iterable[Stamp]) -> set[int]:
    return {number for stamp in stamps for number in (stamp.merged_stamp_id, stamp.renewed_stamp_id) if number is not None}


class _Reversing:
    """The stamps of a sale as they become while it is reversed on one after another."""

    def __init__(self, tx: Tx, account_id: int, order_ref: str, meta: EventMeta, stamps: Mapping[int, Stamp]) -> None:
        self._tx = tx
        self._account_id = account_id
        self._order_ref = order_ref
        self._meta = meta
        self._stamps = dict(stamps)

    def reverse(self, stamp_id: int, sale: SaleOnStamp) -> Reversal:
        """First what the sale handed out, then what it added."""
        own = self._stamps[stamp_id]
        returned = self._return(own, sale.handed_out) if sale.handed_out else ()
        removed = self._take_back(self._stamps[stamp_id], sale.added) if sale.added is not None else 0
        changes = {"orderRef": [None, self._order_ref], "stamps": [own.stamps, self._stamps[stamp_id].stamps]}
        record_act(self._tx, own, "stamp.reversed", self._meta, changes)
        return Reversal(stamp_id, own.code, removed, (sale.added or 0) - removed, returned)

    def _return(self, own: Stamp, numbers: tuple[int, ...]) -> tuple[int, ...]:
        """The rewards that are owed again, on the stamp or on the one that its marks went to."""
        holder = self._last_of_merges(own)
        if holder is None or (holder is not own and holder.redeemed_at is not None):
            return ()
        gives_back_last = holder is own and own.redeemed_at is not None and own.max_stamps in numbers
        on_the_way = [number for number in handed_out_numbers(holder) if number in numbers]
        after = without_handed_out(holder, on_the_way)
        if gives_back_last:
            after = self._without_unused_next(after._replace(redeemed_at=None))
        returned = (*on_the_way, *((own.max_stamps,) if gives_back_last else ()))
        if returned:
            queries.save(self._tx, after)
            self._write(after, KIND_RETURNED, stamps_after=after.stamps, rewards=numbers_to_json(returned))
            if holder is not own:
                self._write(own, KIND_RETURNED, stamps_after=own.stamps, rewards=None)
        return returned

    def _take_back(self, own: Stamp, added: int) -> int:
        """How many of the marks could be taken: from the stamp, from the one they went to, or from the next one."""
        source = self._source(own)
        taken = 0 if source is None else min(added, source.stamps)
        if source is not None and (source is own or taken):
            self._write(source, KIND_REVERSED, stamps_after=source.stamps - taken)
        if source is not own:
            self._write(own, KIND_REVERSED, stamps_after=own.stamps)
        return taken

    def _source(self, own: Stamp) -> Stamp | None:
        """The stamp that marks are taken from; None where there is none that is not redeemed."""
        start = own
        if own.redeemed_at is not None:
            following = self._stamps.get(own.renewed_stamp_id or 0)
            if following is None:
                return None
            start = following
        last = self._last_of_merges(start)
        return None if last is None or last.redeemed_at is not None else last

    def _last_of_merges(self, stamp: Stamp) -> Stamp | None:
        """The stamp that its marks are on now; None where that was deleted."""
        last: Stamp | None = stamp
        while last is not None and last.merged_stamp_id is not None:
            last = self._stamps.get(last.merged_stamp_id)
        return last

    def _without_unused_next(self, stamp: Stamp) -> Stamp:
        """The stamp without the next one, which is deleted, where nothing has happened to that since it was issued."""
        following = self._stamps.get(stamp.renewed_stamp_id or 0)
        if following is None or following.sequence != _SEQUENCE_UNUSED:
            return stamp
        service.delete_locked(self._tx, following, meta=self._meta)
        del self._stamps[following.stamp_id]
        return stamp._replace(renewed_stamp_id=None)

    def _write(self, stamp: Stamp, kind: str, *, stamps_after: int, rewards: str | None = None) -> None:
        event = event_of(stamp, kind, self._meta, stamps_after=stamps_after, rewards=rewards, order_ref=self._order_ref)
        queries.insert_event(self._tx, event)
        self._stamps[stamp.stamp_id] = after_event(stamp, event)
