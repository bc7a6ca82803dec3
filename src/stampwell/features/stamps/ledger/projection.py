"""What is derived from the ledger, a batch at a time: nothing of it is written when a stamp is issued or marked.

A batch is computed in a read and written in one short transaction, which also moves the offset up to which the ledger was read.
Several processes may do the same at once: the first to move the offset wins, and the others write nothing.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from stampwell.db.database import Tx
from stampwell.features.accounts.model import Account
from stampwell.features.accounts.service import get_account
from stampwell.features.stamps import queries
from stampwell.features.stamps.ledger import projection_queries
from stampwell.features.stamps.ledger.projection_queries import FoundStamp, LedgerOffset, LedgerRow
from stampwell.features.stamps.model import (
    KIND_ADDED,
    KIND_ISSUED,
    KIND_REDEEMED,
    KIND_REMOVED,
    KIND_REVERSED,
    KIND_REWARD_REDEEMED,
    KIND_UPDATED,
    StampKey,
)
from stampwell.features.stamps.search.tokens import ending_word, words_of

ISSUED, MARKS, REDEEMED = "issued", "marks", "redeemed"
"""What is counted of a day; marks are those added less those removed."""

_COUNTED = {
    KIND_ISSUED: ISSUED,
    KIND_ADDED: MARKS,
    KIND_REMOVED: MARKS,
    KIND_REVERSED: MARKS,
    KIND_REDEEMED: REDEEMED,
    KIND_REWARD_REDEEMED: REDEEMED,
}
_NAMING = {KIND_ISSUED, KIND_UPDATED}


class Watermark(NamedTuple):
    """Up to `last` the ledger is whole once every transaction below `number` has ended; None: it is already."""

    last: int
    number: int | None


class Batch(NamedTuple):
    """What a part of the ledger adds up to. words: of account, word, instant of issue and stamp."""

    from_event: int
    to_event: int
    counts: Sequence[tuple[int, str, str, int]]
    renamed: Sequence[StampKey]
    words: Sequence[tuple[int, str, int, int]]


def read_offset(tx: Tx) -> LedgerOffset:
    """How far the ledger has been read, and how far it goes."""
    return projection_queries.offset(tx)


def read_watermark(tx: Tx) -> Watermark:
    """How far the ledger can be seen.

    On PostgreSQL the numbers of events are given before their transactions commit, so a lower one may come to light after a
    higher one. Every writer of the ledger has written to a stamp before, and so has a number of its own by then.
    """
    if tx.dialect == "sqlite":
        return Watermark(projection_queries.offset(tx).last, None)
    number, last = projection_queries.numbered(tx)
    return Watermark(last, number)


def is_settled(tx: Tx, watermark: Watermark) -> bool:
    """Whether nothing can come to light below it any more."""
    return watermark.number is None or projection_queries.oldest_running(tx) >= watermark.number


def read_batch(tx: Tx, *, last: int, limit: int) -> Batch | None:
    """Works out the next events up to `last`; None when all of them were applied."""
    after = projection_queries.offset(tx).offset
    events = projection_queries.events(tx, after=after, last=last, limit=limit)
    if not events:
        return None
    accounts = {account_id: get_account(tx, account_id) for account_id in {event.account_id for event in events}}
    named = sorted({StampKey(event.account_id, event.stamp_id) for event in events if event.kind in _NAMING})
    return Batch(
        from_event=after,
        to_event=events[-1].event_id,
        counts=_counts(events),
        renamed=sorted({StampKey(event.account_id, event.stamp_id) for event in events if event.kind == KIND_UPDATED}),
        words=_words(projection_queries.customers(tx, named), accounts) if named else [],
    )


def apply_batch(tx: Tx, batch: Batch) -> bool:
    """Writes what the batch adds up to; False when another process has done it already."""
    if not projection_queries.move_offset(tx, from_event=batch.from_event, to_event=batch.to_event):
        return False
    if batch.counts:
        projection_queries.count(tx, batch.counts)
    for account_id, stamp_id in batch.renamed:
        queries.delete_words(tx, account_id, stamp_id)
    if batch.words:
        # A stamp that was deleted since the words were worked out gets none.
        held = projection_queries.hold(
            tx, sorted({StampKey(account_id, stamp_id) for account_id, _, _, stamp_id in batch.words})
        )
        projection_queries.add_words(tx, [word for word in batch.words if word[-1] in held])
    return True


def _counts(events: Sequence[LedgerRow]) -> list[tuple[int, str, str, int]]:
    counts: Counter[tuple[int, str, str]] = Counter()
    for event in events:
        if (kind := _COUNTED.get(event.kind)) is not None:
            counts[event.account_id, event.local_day, kind] += event.marks if kind == MARKS else 1
    return [(*key, number) for key, number in sorted(counts.items()) if number]


def _words(stamps: Sequence[FoundStamp], accounts: Mapping[int, Account]) -> list[tuple[int, str, int, int]]:
    """In the order of the table, which is the cheapest to write."""
    regions = {account_id: account.region for account_id, account in accounts.items()}
    return sorted(
        (stamp.account_id, word, stamp.created_at, stamp.stamp_id)
        for stamp in stamps
        for word in (*words_of(stamp.customer, regions[stamp.account_id]), ending_word(stamp.code))
    )
