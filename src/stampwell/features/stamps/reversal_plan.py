"""What the reversal of a sale does to the stamps that it marked and redeemed: pure, so that a preview and the act agree.

Nothing here reads or writes. `reversing.py` carries a plan out; a page shows it.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from stampwell.features.stamps.model import KIND_RETURNED, KIND_REVERSED, Stamp
from stampwell.features.stamps.reversals import Reversal, SaleOnStamp
from stampwell.features.stamps.rewards import handed_out_numbers, without_handed_out

# Issued, and nothing else has happened to it.
_SEQUENCE_UNUSED = 1


class PlannedRow(NamedTuple):
    """A row of the ledger to write. stamp: as it is before the row. rewards: the marks of each that is owed again.

    is_changed: more of the stamp is different than its count, so that it has to be saved before the row is written.
    """

    stamp: Stamp
    kind: str
    stamps_after: int
    rewards: tuple[int, ...] = ()
    is_changed: bool = False


class PlannedReversal(NamedTuple):
    """What the reversal does for one stamp of the sale.

    before: the stamp; after: as the reversal leaves it. answer: what the API answers. taken_from: the stamp whose marks are
    taken, owed_on: the one on which rewards are owed again; None where that is no stamp. deleted: the next stamp, where
    nothing has happened to it, which goes before the rows are written.
    """

    before: Stamp
    after: Stamp
    answer: Reversal
    rows: tuple[PlannedRow, ...]
    taken_from: Stamp | None
    owed_on: Stamp | None
    deleted: Stamp | None


def plan_reversals(
    stamps: Mapping[int, Stamp], sale: Mapping[int, SaleOnStamp], stamp_ids: Sequence[int]
) -> list[PlannedReversal]:
    """The reversals for those stamps of the sale, one after another: each begins where the one before has ended.

    stamps: by number, those of the sale and every one that they were merged into or renewed by. sale: what it did, by stamp.
    """
    plan = _Plan(stamps)
    return [plan.reverse(stamp_id, sale[stamp_id]) for stamp_id in stamp_ids]


class _Plan:
    """The stamps as they become while the sale is reversed on one after another."""

    def __init__(self, stamps: Mapping[int, Stamp]) -> None:
        self._stamps = dict(stamps)
        self._rows: list[PlannedRow] = []

    def reverse(self, stamp_id: int, sale: SaleOnStamp) -> PlannedReversal:
        """First what the sale handed out, then what it added."""
        self._rows = []
        before = self._stamps[stamp_id]
        returned, owed_on, deleted = self._return(before, sale) if sale.handed_out else ((), None, None)
        removed, taken_from = self._take_back(self._stamps[stamp_id], sale.added) if sale.added is not None else (0, None)
        return PlannedReversal(
            before=before,
            after=self._stamps[stamp_id],
            answer=Reversal(stamp_id, before.code, removed, (sale.added or 0) - removed, returned),
            rows=tuple(self._rows),
            taken_from=taken_from,
            owed_on=owed_on,
            deleted=deleted,
        )

    def _return(self, own: Stamp, sale: SaleOnStamp) -> tuple[tuple[int, ...], Stamp | None, Stamp | None]:
        """The rewards that are owed again; on the stamp, or on the one that its marks went to; the next one that goes."""
        holder = self._last_of_merges(own)
        if holder is None or (holder is not own and holder.redeemed_at is not None):
            return (), None, None
        gives_back_last = holder is own and own.redeemed_at is not None and sale.last is not None
        on_the_way = [number for number in handed_out_numbers(holder) if number in sale.on_the_way]
        after, deleted = without_handed_out(holder, on_the_way), None
        if gives_back_last:
            deleted = self._unused_next(own)
            after = after._replace(redeemed_at=None, renewed_stamp_id=own.renewed_stamp_id if deleted is None else None)
        returned = (*on_the_way, *((own.max_stamps,) if gives_back_last else ()))
        if not returned:
            return (), None, None
        self._write(PlannedRow(after, KIND_RETURNED, after.stamps, returned, is_changed=True))
        if holder is not own:
            self._write(PlannedRow(own, KIND_RETURNED, own.stamps))
        if deleted is not None:
            del self._stamps[deleted.stamp_id]
        return returned, holder, deleted

    def _take_back(self, own: Stamp, added: int) -> tuple[int, Stamp | None]:
        """How many of the marks can be taken, and whose: the stamp's, those of the one they went to, or the next one's."""
        source = self._source(own)
        taken = 0 if source is None else min(added, source.stamps)
        if source is not None and (source is own or taken):
            self._write(PlannedRow(source, KIND_REVERSED, source.stamps - taken))
        if source is not own:
            self._write(PlannedRow(own, KIND_REVERSED, own.stamps))
        return taken, source if taken else None

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

    def _unused_next(self, stamp: Stamp) -> Stamp | None:
        """The next stamp, where nothing has happened to it since it was issued."""
        following = self._stamps.get(stamp.renewed_stamp_id or 0)
        return following if following is not None and following.sequence == _SEQUENCE_UNUSED else None

    def _write(self, row: PlannedRow) -> None:
        self._rows.append(row)
        self._stamps[row.stamp.stamp_id] = row.stamp._replace(stamps=row.stamps_after, sequence=row.stamp.sequence + 1)
