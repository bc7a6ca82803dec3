"""What one stamp's ledger says of another: merges, marks carried over, next stamps, and sales that were reversed. Pure.

What was deleted says nothing any more, so that nothing is expected of it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from stampwell.features.stamps.ledger.proof_model import Difference, LedgerEntry, ReversedSale, StampLedger, in_words
from stampwell.features.stamps.model import KIND_ADDED, KIND_MERGED, KIND_RETURNED, KIND_REVERSED, StampKey

Ledgers = Mapping[StampKey, StampLedger]


def differences_between(ledger: StampLedger, others: Ledgers) -> Iterator[Difference]:
    """Of a stamp and those that its rows name. others: by (account, number), what there is of them."""
    for entry in ledger.entries:
        if entry.kind == KIND_MERGED:
            yield from _partner(ledger, entry, others)
        if entry.carried is not None:
            yield from _carried(ledger, entry, others)
    told = ledger.told_renewed
    if told is not None and ledger.renewed_stamp_id is None and _other(ledger, told.renewed_stamp_id, others) is not None:
        yield ledger.difference("renewed", f"stamp {told.renewed_stamp_id} by its ledger", "stamp none")


def differences_of_sales(reversals: Sequence[ReversedSale], ledgers: Ledgers) -> Iterator[Difference]:
    """Of sales that were reversed, each on the first of its stamps.

    reversals: in the order of sales, all of each. ledgers: by (account, number), of the stamps of the sales and of all that
    their marks may have been taken from.
    """
    for (_, order_ref), rows in groupby(reversals, key=lambda row: (row.account_id, row.order_ref)):
        yield from _sale(order_ref, list(rows), ledgers)


def _partner(ledger: StampLedger, entry: LedgerEntry, others: Ledgers) -> Iterator[Difference]:
    other = _other(ledger, entry.merged_stamp_id, others)
    if other is None:
        return
    partners = [row for row in other.entries if row.kind == KIND_MERGED and row.merged_stamp_id == ledger.stamp_id]
    moved = [row.marks for row in partners]
    if moved != [-entry.marks]:
        found = in_words(tuple(moved)) if moved else "no row"
        yield ledger.difference("merged", f"{-entry.marks} marks on stamp {other.stamp_id} by row {entry.event_id}", found)
    elif other.merged_stamp_id == ledger.stamp_id and tuple(entry.rewards or ()) != other.handed_out:
        expected = f"rewards {in_words(other.handed_out)} of stamp {other.stamp_id} at row {entry.event_id}"
        yield ledger.difference("merged", expected, in_words(entry.rewards or ()))


def _carried(ledger: StampLedger, entry: LedgerEntry, others: Ledgers) -> Iterator[Difference]:
    following = _other(ledger, entry.renewed_stamp_id, others)
    if following is None:
        return
    arrived = [
        row.marks
        for row in following.entries
        if row.kind == KIND_ADDED and not row.stamps_before and row.order_ref == entry.order_ref
    ]
    if entry.carried not in arrived:
        expected = f"{entry.carried} added to stamp {following.stamp_id} by row {entry.event_id}"
        yield ledger.difference("carried", expected, in_words(tuple(arrived)))


def _sale(order_ref: str, rows: Sequence[ReversedSale], ledgers: Ledgers) -> Iterator[Difference]:
    of_sale = [ledgers[key] for row in rows if (key := StampKey(row.account_id, row.stamp_id)) in ledgers]
    if not of_sale:
        return
    first = of_sale[0]
    reached, is_one_gone = _reached(of_sale, ledgers)
    entries = [entry for ledger in reached for entry in ledger.entries if entry.order_ref == order_ref]
    removed = sum(row.removed for row in rows)
    taken = -sum(entry.marks for entry in entries if entry.kind == KIND_REVERSED)
    if removed != taken and not (is_one_gone if taken < removed else _has_rows_of_others(order_ref, rows, reached)):
        yield first.difference("sale", f"{taken} marks of sale {order_ref} taken back by the ledgers", removed)
    answered = Counter(number for row in rows for number in row.returned)
    told = Counter(number for entry in entries if entry.kind == KIND_RETURNED for number in entry.rewards or ())
    if answered != told and not (is_one_gone if answered > told else answered < told and _is_merged(reached)):
        expected = f"rewards {in_words(tuple(sorted(told.elements())))} of sale {order_ref} owed again by the ledgers"
        yield first.difference("sale", expected, in_words(tuple(sorted(answered.elements()))))


def _reached(of_sale: Iterable[StampLedger], ledgers: Ledgers) -> tuple[list[StampLedger], bool]:
    """The stamps of a sale and those that its marks may have been taken from; whether one of them is gone."""
    found: dict[int, StampLedger] = {}
    is_one_gone = False
    starts: list[StampLedger] = []
    for ledger in of_sale:
        starts.append(ledger)
        if ledger.renewed_stamp_id is not None:
            following = _other(ledger, ledger.renewed_stamp_id, ledgers)
            is_one_gone |= following is None
            starts += [] if following is None else [following]
    for start in starts:
        last: StampLedger | None = start
        while last is not None:
            found[last.stamp_id] = last
            merged_into = last.merged_stamp_id
            if merged_into is None:
                break
            last = _other(last, merged_into, ledgers)
            is_one_gone |= last is None
    return list(found.values()), is_one_gone


def _has_rows_of_others(order_ref: str, rows: Sequence[ReversedSale], reached: Iterable[StampLedger]) -> bool:
    """Whether marks were taken for a stamp of the sale that was deleted since, and its answer with it.

    Each stamp of the sale has a row, and where its marks were taken from another, that one has a row more.
    """
    taken = {
        ledger.stamp_id: [-row.marks for row in ledger.entries if row.kind == KIND_REVERSED and row.order_ref == order_ref]
        for ledger in reached
    }
    added = {
        ledger.stamp_id
        for ledger in reached
        if any(row.kind == KIND_ADDED and row.order_ref == order_ref for row in ledger.entries)
    }
    explained = sum(
        1 + (row.removed > 0 and row.removed not in taken.get(row.stamp_id, [])) for row in rows if row.stamp_id in added
    )
    return sum(map(len, taken.values())) > explained


def _is_merged(reached: Iterable[StampLedger]) -> bool:
    """Whether a reward may have been owed again on one of them for a stamp that was deleted since."""
    return any(entry.kind == KIND_MERGED for ledger in reached for entry in ledger.entries)


def _other(ledger: StampLedger, stamp_id: int | None, others: Ledgers) -> StampLedger | None:
    return None if stamp_id is None else others.get(StampKey(ledger.account_id, stamp_id))
