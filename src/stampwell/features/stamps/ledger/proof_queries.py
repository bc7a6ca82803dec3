"""What the proof of the ledger reads: first a fast search for stamps that cannot be right, then all there is of those."""

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from stampwell.db.database import Row, Tx
from stampwell.db.rows import over_rows
from stampwell.features.stamps.model import StampKey

# PostgreSQL is kept from reading the whole ledger for every chunk: OFFSET 0 makes it look each stamp's rows up. SQLite
# does so by itself for a LEFT JOIN.
_EVENTS = {
    "sqlite": "stamp_event",
    "postgresql": """LATERAL (
        SELECT * FROM stamp_event x WHERE x.account_id = s.account_id AND x.stamp_id = s.stamp_id OFFSET 0)""",
}

# One statement, so that stamps and ledger are read in one snapshot on either database.
_SUSPECTS = """
WITH ledger AS (
    SELECT s.account_id, s.stamp_id, s.stamps, s.max_stamps, s.redeemed_at, s.renewed_stamp_id,
        e.kind, e.stamps_before, e.stamps_after, e.renewed_stamp_id AS told_renewed,
        LAG(e.stamps_after, 1, 0) OVER by_stamp AS last_after, ROW_NUMBER() OVER by_stamp AS number
    FROM stamp s LEFT JOIN {events} e ON e.account_id = s.account_id AND e.stamp_id = s.stamp_id
    WHERE s.stamp_id BETWEEN :first AND :last
    AND (CAST(:account_id AS bigint) IS NULL OR s.account_id = :account_id)
    WINDOW by_stamp AS (PARTITION BY s.stamp_id ORDER BY e.event_id)
)
SELECT account_id, stamp_id FROM ledger
GROUP BY account_id, stamp_id, stamps, max_stamps, redeemed_at, renewed_stamp_id
HAVING SUM(stamps_after - stamps_before) <> stamps
OR SUM(CASE WHEN kind IS NULL OR stamps_before <> last_after OR (kind = 'issued') <> (number = 1) THEN 1 ELSE 0 END) > 0
OR SUM(CASE WHEN kind = 'redeemed' THEN 1 ELSE 0 END) <> CASE WHEN redeemed_at IS NULL THEN 0 ELSE 1 END
OR SUM(CASE WHEN kind = 'redeemed' AND (stamps_before <> max_stamps OR stamps_after <> max_stamps) THEN 1 ELSE 0 END) > 0
OR COALESCE(MAX(CASE WHEN kind = 'redeemed' THEN told_renewed END), 0) <> COALESCE(renewed_stamp_id, 0)
ORDER BY stamp_id
"""
FIND_SUSPECTS = {dialect: _SUSPECTS.format(events=events) for dialect, events in _EVENTS.items()}
READ_EACH = """
SELECT s.account_id, s.stamp_id, s.stamps, s.max_stamps, s.redeemed_at, s.renewed_stamp_id,
    e.event_id, e.kind, e.stamps_before, e.stamps_after, e.renewed_stamp_id AS told_renewed
FROM r JOIN stamp s ON s.account_id = r.account_id AND s.stamp_id = r.stamp_id
LEFT JOIN stamp_event e ON e.account_id = s.account_id AND e.stamp_id = s.stamp_id
ORDER BY s.stamp_id, e.event_id
"""
# Of every account: the numbers are walked once, not once an account.
NEXT_STAMP = "SELECT MIN(stamp_id) AS stamp_id FROM stamp WHERE stamp_id > :after"
LAST_STAMP = "SELECT MAX(stamp_id) AS stamp_id FROM stamp"
COUNT = """
SELECT COUNT(*) AS n FROM stamp WHERE stamp_id BETWEEN :first AND :last
AND (CAST(:account_id AS bigint) IS NULL OR account_id = :account_id)
"""
# Until the transaction ends: behind a connection pooler a session belongs to nobody.
LOCK = "SELECT pg_try_advisory_xact_lock(2, 0) AS taken"


class LedgerEntry(NamedTuple):
    """A row of a stamp's ledger, as far as it can be proved."""

    event_id: int
    kind: str
    stamps_before: int
    stamps_after: int
    renewed_stamp_id: int | None


class StampLedger(NamedTuple):
    """What a stamp says of itself, and its ledger, oldest first."""

    account_id: int
    stamp_id: int
    stamps: int
    max_stamps: int
    redeemed: bool
    renewed_stamp_id: int | None
    entries: tuple[LedgerEntry, ...]


def next_stamp(tx: Tx, after: int) -> int | None:
    """The lowest number above that one; None when there is none."""
    return _number(tx.one(NEXT_STAMP, after=after))


def last_stamp(tx: Tx) -> int | None:
    """The highest number."""
    return _number(tx.one(LAST_STAMP))


def count(tx: Tx, *, first: int, last: int, account_id: int | None) -> int:
    return int(tx.one(COUNT, first=first, last=last, account_id=account_id)["n"])


def find_suspects(tx: Tx, *, first: int, last: int, account_id: int | None) -> list[StampKey]:
    """Account and number of every stamp in that range that differs from its ledger."""
    rows = tx.all(FIND_SUSPECTS[tx.dialect], first=first, last=last, account_id=account_id)
    return [StampKey(row["account_id"], row["stamp_id"]) for row in rows]


def read_each(tx: Tx, stamps: Sequence[StampKey]) -> list[StampLedger]:
    """Each with its ledger; what was deleted meanwhile is missing."""
    rows = over_rows(tx, {"account_id": "bigint", "stamp_id": "bigint"}, stamps, READ_EACH)
    return [_stamp_ledger(list(group)) for _, group in groupby(rows, key=itemgetter("stamp_id"))]


def lock(tx: Tx) -> bool:
    """Whether nobody else proves the ledger now; true where the database cannot say."""
    return tx.dialect == "sqlite" or bool(tx.one(LOCK)["taken"])


def _number(row: Row) -> int | None:
    return None if row["stamp_id"] is None else int(row["stamp_id"])


def _stamp_ledger(rows: Sequence[Row]) -> StampLedger:
    row = rows[0]
    entries = tuple(_entry(row) for row in rows if row["event_id"] is not None)
    redeemed = row["redeemed_at"] is not None
    return StampLedger(
        row["account_id"], row["stamp_id"], row["stamps"], row["max_stamps"], redeemed, row["renewed_stamp_id"], entries
    )


def _entry(row: Row) -> LedgerEntry:
    return LedgerEntry(row["event_id"], row["kind"], row["stamps_before"], row["stamps_after"], row["told_renewed"])
