"""A stamp against the rows of its own ledger: every way in which they disagree. Pure."""

from collections.abc import Iterator, Sequence

from stampwell.features.stamps.ledger.proof_model import Difference, LedgerEntry, StampLedger, in_words
from stampwell.features.stamps.model import (
    KIND_ISSUED,
    KIND_MERGED,
    KIND_REDEEMED,
    KIND_REMOVED,
    KIND_RETURNED,
    KIND_REWARD_REDEEMED,
)


def differences_of_stamp(ledger: StampLedger) -> Iterator[Difference]:
    """Of its count, its chain and numbers of rows, its rewards, its next stamp and what it was merged into."""
    yield from _counts(ledger)
    yield from _sequences(ledger)
    yield from _rewards(ledger)
    yield from _next_stamp(ledger)
    yield from _merges(ledger)


def _counts(ledger: StampLedger) -> Iterator[Difference]:
    total = sum(entry.marks for entry in ledger.entries)
    if total != ledger.stamps:
        yield ledger.difference("count", f"{total} by its ledger", ledger.stamps)
    kinds = [entry.kind for entry in ledger.entries]
    if kinds[:1] != [KIND_ISSUED] or KIND_ISSUED in kinds[1:]:
        yield ledger.difference("issued", "one row, the first", _places(kinds, KIND_ISSUED))
    count = 0
    for entry in ledger.entries:
        if entry.stamps_before != count:
            yield ledger.difference("chain", f"{count} before row {entry.event_id}", entry.stamps_before)
        count = entry.stamps_after
        if entry.kind in (KIND_REWARD_REDEEMED, KIND_RETURNED) and entry.marks:
            yield ledger.difference("chain", f"{entry.stamps_before} after row {entry.event_id}", entry.stamps_after)


def _sequences(ledger: StampLedger) -> Iterator[Difference]:
    for number, entry in enumerate(ledger.entries, 1):
        if entry.sequence != number:
            yield ledger.difference("sequence", f"{number} at row {entry.event_id}", entry.sequence)
            break
    if ledger.entries and ledger.sequence not in (0, ledger.entries[-1].sequence):
        yield ledger.difference("sequence", f"{ledger.entries[-1].sequence} by its ledger", ledger.sequence)


def _rewards(ledger: StampLedger) -> Iterator[Difference]:
    """The rewards that were handed out and are not owed again, followed through the ledger."""
    handed_out, standing = set[int](), list[LedgerEntry]()
    for entry in ledger.entries:
        numbers = _numbers(entry)
        if entry.kind == KIND_MERGED:
            handed_out |= set(numbers)
        elif entry.kind == KIND_RETURNED:
            on_the_way = _without_redemption(entry, numbers, standing)
            for number in set(on_the_way) - handed_out:
                yield ledger.difference("rewards", f"{number} handed out before row {entry.event_id}", "owed")
            handed_out -= set(on_the_way)
        elif entry.kind in (KIND_REDEEMED, KIND_REWARD_REDEEMED):
            # The last one is the greatest, also where a card before had one on the way at the same place.
            on_the_way = numbers[:-1] if entry.kind == KIND_REDEEMED else numbers
            standing += [entry] if entry.kind == KIND_REDEEMED else []
            for number in set(on_the_way) & handed_out:
                yield ledger.difference("rewards", f"{number} owed before row {entry.event_id}", "handed out")
            if max(on_the_way, default=0) > entry.stamps_before:
                reached = f"at least {max(on_the_way)} before row {entry.event_id}"
                yield ledger.difference("rewards", reached, entry.stamps_before)
            handed_out |= set(on_the_way)
    if tuple(sorted(handed_out)) != ledger.handed_out:
        expected = f"{in_words(tuple(sorted(handed_out)))} by its ledger"
        yield ledger.difference("rewards", expected, in_words(ledger.handed_out))
    yield from _redemptions(ledger, standing)


def _without_redemption(entry: LedgerEntry, numbers: tuple[int, ...], standing: list[LedgerEntry]) -> tuple[int, ...]:
    """Those of the numbers that are rewards on the way; the redemption that was taken back no longer stands."""
    for redemption in standing:
        last = _numbers(redemption)[-1]
        if redemption.order_ref == entry.order_ref and last in numbers:
            standing.remove(redemption)
            place = numbers.index(last)
            return (*numbers[:place], *numbers[place + 1 :])
    return numbers


def _redemptions(ledger: StampLedger, standing: Sequence[LedgerEntry]) -> Iterator[Difference]:
    kinds = [entry.kind for entry in ledger.entries]
    if len(standing) != ledger.redeemed:
        yield ledger.difference("redeemed", "one row" if ledger.redeemed else "no row", _places(kinds, KIND_REDEEMED))
    for entry in ledger.entries:
        if entry.kind != KIND_REDEEMED:
            continue
        # One that was taken back was handed out for what the goal was then.
        goal = ledger.max_stamps if entry in standing else _numbers(entry)[-1]
        if not entry.stamps_before == entry.stamps_after == goal or _numbers(entry)[-1] != goal:
            found = f"{entry.stamps_before} before row {entry.event_id}, {entry.stamps_after} after it"
            yield ledger.difference("full", goal, found)


def _next_stamp(ledger: StampLedger) -> Iterator[Difference]:
    told = ledger.told_renewed
    number = None if told is None else told.renewed_stamp_id
    if number == ledger.renewed_stamp_id:
        return
    later = [] if told is None else ledger.entries[ledger.entries.index(told) + 1 :]
    if ledger.renewed_stamp_id is None and any(entry.kind in (KIND_RETURNED, KIND_REMOVED) for entry in later):
        # It was deleted by then: `proof_between_stamps.py`.
        return
    expected = f"stamp {number or 'none'} by its ledger"
    yield ledger.difference("renewed", expected, f"stamp {ledger.renewed_stamp_id or 'none'}")


def _merges(ledger: StampLedger) -> Iterator[Difference]:
    rows = [entry for entry in ledger.entries if entry.kind == KIND_MERGED]
    if ledger.merged_stamp_id is not None:
        went = rows.pop() if rows else None
        if went is None or went.merged_stamp_id != ledger.merged_stamp_id or went.stamps_after:
            found = "no such row" if went is None else _merge_in_words(went)
            yield ledger.difference("merged", f"a row that leaves no marks and names stamp {ledger.merged_stamp_id}", found)
    for entry in rows:
        if entry.marks < 0:
            yield ledger.difference("merged", f"stamp {entry.merged_stamp_id} by its ledger", "stamp none")


def _merge_in_words(entry: LedgerEntry) -> str:
    return f"row {entry.event_id}: stamp {entry.merged_stamp_id}, {entry.stamps_before} before and {entry.stamps_after} after"


def _numbers(entry: LedgerEntry) -> tuple[int, ...]:
    """The rewards that the row names, in rising order. Before rewards on the way, a redemption named none."""
    if entry.rewards is None:
        return (entry.stamps_before,) if entry.kind == KIND_REDEEMED else ()
    return tuple(sorted(entry.rewards))


def _places(kinds: list[str], kind: str) -> str:
    """Which rows of the ledger are of that kind, counted from 1."""
    places = [str(number) for number, found in enumerate(kinds, 1) if found == kind]
    if not places:
        return f"no row, of {len(kinds)}"
    return f"row {', '.join(places)} of {len(kinds)}"
