"""What is derived from the ledger: how far it has been read, the counts of days, the words that stamps are found by."""

from collections.abc import Sequence
from typing import NamedTuple

from stampwell.db.database import Tx
from stampwell.db.rows import over_rows, run_over_rows
from stampwell.features.stamps.model import Customer, StampKey

OFFSET = """
SELECT event_id AS mark, (SELECT MAX(event_id) FROM stamp_event) AS last FROM ledger_reader WHERE name = 'digest'
"""
# A number of its own, because a snapshot's upper end lies below transactions that have begun and not ended.
NUMBERED = (
    "SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint) AS number, (SELECT MAX(event_id) FROM stamp_event) AS last"
)
OLDEST_RUNNING = "SELECT CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) AS number"
# Of every account: the ledger is walked once, not once an account.
EVENTS = """
SELECT event_id, account_id, stamp_id, kind, stamps_after - stamps_before AS marks, local_day FROM stamp_event
WHERE event_id > :after AND event_id <= :last ORDER BY event_id LIMIT :limit
"""
CUSTOMERS = """
SELECT s.account_id, s.stamp_id, s.created_at, s.code, s.user_id, s.user_name, s.user_phone, s.user_email
FROM r JOIN stamp s ON s.account_id = r.account_id AND s.stamp_id = r.stamp_id
"""
MOVE_OFFSET = "UPDATE ledger_reader SET event_id = :to_event WHERE name = 'digest' AND event_id = :from_event"
COUNT = """
INSERT INTO daily_count (account_id, day, kind, count)
SELECT r.account_id, r.day, r.kind, r.count FROM r WHERE true
ON CONFLICT (account_id, day, kind) DO UPDATE SET count = daily_count.count + excluded.count
"""
# In the order in which marks lock stamps. Whoever deletes one waits, so that no word outlives its stamp.
HOLD = {
    "sqlite": "SELECT s.stamp_id FROM r JOIN stamp s ON s.account_id = r.account_id AND s.stamp_id = r.stamp_id",
    "postgresql": """
SELECT s.stamp_id FROM r JOIN stamp s ON s.account_id = r.account_id AND s.stamp_id = r.stamp_id
ORDER BY s.stamp_id FOR KEY SHARE OF s""",
}
ADD_WORDS = """
INSERT INTO stamp_word (account_id, word, created_at, stamp_id)
SELECT r.account_id, r.word, r.created_at, r.stamp_id FROM r WHERE true ON CONFLICT DO NOTHING
"""
DAILY_COUNTS = "SELECT day, kind, count FROM daily_count WHERE account_id = :account_id AND day >= :since ORDER BY day, kind"
EVER = """
SELECT EXISTS (SELECT 1 FROM daily_count WHERE account_id = :account_id AND kind = :kind) AS counted
"""

_STAMP = {"account_id": "bigint", "stamp_id": "bigint"}


class LedgerOffset(NamedTuple):
    """How far the ledger has been read, and the highest number that can be seen in it."""

    offset: int
    last: int


class LedgerRow(NamedTuple):
    """A row of the ledger, as far as the projection needs it. marks: how many came to the stamp. local_day: of the account."""

    event_id: int
    account_id: int
    stamp_id: int
    kind: str
    marks: int
    local_day: str


class FoundStamp(NamedTuple):
    """A stamp, and whom it is for."""

    account_id: int
    stamp_id: int
    created_at: int
    code: str
    customer: Customer


def offset(tx: Tx) -> LedgerOffset:
    row = tx.one(OFFSET)
    return LedgerOffset(row["mark"], row["last"] or 0)


class Numbered(NamedTuple):
    """number: above that of every transaction that has one. last: the highest event that can be seen."""

    number: int
    last: int


def numbered(tx: Tx) -> Numbered:
    """PostgreSQL alone."""
    row = tx.one(NUMBERED)
    return Numbered(row["number"], row["last"] or 0)


def oldest_running(tx: Tx) -> int:
    """PostgreSQL: every transaction with a lower number has ended."""
    return int(tx.one(OLDEST_RUNNING)["number"])


def events(tx: Tx, *, after: int, last: int, limit: int) -> list[LedgerRow]:
    """Oldest first."""
    rows = tx.all(EVENTS, after=after, last=last, limit=limit)
    return [LedgerRow._make(row[field] for field in LedgerRow._fields) for row in rows]


def customers(tx: Tx, stamps: Sequence[StampKey]) -> list[FoundStamp]:
    """Of (account, number); what was deleted is missing."""
    return [
        FoundStamp(
            row["account_id"],
            row["stamp_id"],
            row["created_at"],
            row["code"],
            Customer(row["user_id"], row["user_name"], row["user_phone"], row["user_email"]),
        )
        for row in over_rows(tx, _STAMP, stamps, CUSTOMERS)
    ]


def move_offset(tx: Tx, *, from_event: int, to_event: int) -> bool:
    """False when somebody else has moved it."""
    return tx.run(MOVE_OFFSET, from_event=from_event, to_event=to_event) == 1


def count(tx: Tx, counts: Sequence[tuple[int, str, str, int]]) -> None:
    """Adds to the counts of account, day and kind."""
    run_over_rows(tx, {"account_id": "bigint", "day": "text", "kind": "text", "count": "bigint"}, counts, COUNT)


def hold(tx: Tx, stamps: Sequence[StampKey]) -> set[int]:
    """The numbers of those, of (account, number), that are still there; they stay until the transaction ends."""
    return {row["stamp_id"] for row in over_rows(tx, _STAMP, stamps, HOLD[tx.dialect])}


def add_words(tx: Tx, words: Sequence[tuple[int, str, int, int]]) -> None:
    """Rows of account, word, instant of issue and stamp."""
    columns = {"account_id": "bigint", "word": "text", "created_at": "bigint", "stamp_id": "bigint"}
    run_over_rows(tx, columns, words, ADD_WORDS)


def daily_counts(tx: Tx, account_id: int, since: str) -> list[tuple[str, str, int]]:
    """Day, kind and number, oldest first; days without any are missing."""
    return [(row["day"], row["kind"], row["count"]) for row in tx.all(DAILY_COUNTS, account_id=account_id, since=since)]


def ever_counted(tx: Tx, account_id: int, kind: str) -> bool:
    """Whether there was ever a day with any of that kind."""
    return bool(tx.one(EVER, account_id=account_id, kind=kind)["counted"])
