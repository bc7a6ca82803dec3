"""What the proof of the ledger reads: first a fast search for stamps that may be wrong, then all there is of those."""

import json
from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter

from stampwell.db.database import Row, Tx
from stampwell.db.rows import over_rows
from stampwell.features.stamps.ledger.proof_model import LedgerEntry, ReversedSale, StampLedger
from stampwell.features.stamps.model import StampKey

# PostgreSQL is kept from reading the whole ledger for every chunk: OFFSET 0 makes it look each stamp's rows up. SQLite
# does so by itself for a LEFT JOIN.
_EVENTS = {
    "sqlite": "stamp_event",
    "postgresql": """LATERAL (
        SELECT * FROM stamp_event x WHERE x.account_id = s.account_id AND x.stamp_id = s.stamp_id OFFSET 0)""",
}

# One statement, so that stamps and ledger are read in one snapshot on either database. What a stamp shares with others is
# proved where all of them are read: every stamp with a reward on the way, surplus, a merge or a reversal is a suspect.
_SUSPECTS = """
WITH ledger AS (
    SELECT s.account_id, s.stamp_id, s.stamps, s.max_stamps, s.redeemed_at, s.renewed_stamp_id,
        s.sequence AS last_sequence, s.handed_out, s.merged_stamp_id,
        e.kind, e.sequence, e.stamps_before, e.stamps_after, e.rewards, e.carried, e.renewed_stamp_id AS told_renewed,
        LAG(e.stamps_after, 1, 0) OVER by_stamp AS last_after, ROW_NUMBER() OVER by_stamp AS number
    FROM stamp s LEFT JOIN {events} e ON e.account_id = s.account_id AND e.stamp_id = s.stamp_id
    WHERE s.stamp_id BETWEEN :first AND :last
    AND (CAST(:account_id AS bigint) IS NULL OR s.account_id = :account_id)
    WINDOW by_stamp AS (PARTITION BY s.stamp_id ORDER BY e.event_id)
)
SELECT account_id, stamp_id FROM ledger
GROUP BY account_id, stamp_id, stamps, max_stamps, redeemed_at, renewed_stamp_id, last_sequence, handed_out, merged_stamp_id
HAVING SUM(stamps_after - stamps_before) <> stamps
OR SUM(CASE WHEN kind IS NULL OR stamps_before <> last_after OR (kind = 'issued') <> (number = 1) THEN 1 ELSE 0 END) > 0
OR SUM(CASE WHEN kind = 'redeemed' THEN 1 ELSE 0 END) <> CASE WHEN redeemed_at IS NULL THEN 0 ELSE 1 END
OR SUM(CASE WHEN kind = 'redeemed' AND (stamps_before <> max_stamps OR stamps_after <> max_stamps) THEN 1 ELSE 0 END) > 0
OR COALESCE(MAX(CASE WHEN kind = 'redeemed' THEN told_renewed END), 0) <> COALESCE(renewed_stamp_id, 0)
OR SUM(CASE WHEN sequence <> number THEN 1 ELSE 0 END) > 0 OR last_sequence NOT IN (0, COUNT(kind))
OR handed_out <> '[]' OR merged_stamp_id IS NOT NULL
OR SUM(CASE WHEN kind IN ('reward_redeemed', 'returned', 'reversed', 'merged') OR carried IS NOT NULL THEN 1 ELSE 0 END) > 0
OR SUM(CASE WHEN kind = 'redeemed' AND rewards <> '[' || stamps_after || ']' THEN 1 ELSE 0 END) > 0
UNION
SELECT s.account_id, s.stamp_id FROM stamp s
WHERE s.stamp_id BETWEEN :first AND :last AND (CAST(:account_id AS bigint) IS NULL OR s.account_id = :account_id)
AND EXISTS (SELECT 1 FROM reversal v WHERE v.account_id = s.account_id AND v.stamp_id = s.stamp_id)
ORDER BY stamp_id
"""
FIND_SUSPECTS = {dialect: _SUSPECTS.format(events=events) for dialect, events in _EVENTS.items()}
READ_EACH = """
SELECT s.account_id, s.stamp_id, s.stamps, s.max_stamps, s.sequence AS last_sequence, s.redeemed_at, s.handed_out,
    s.renewed_stamp_id, s.merged_stamp_id, e.event_id, e.sequence, e.kind, e.stamps_before, e.stamps_after, e.order_ref,
    e.rewards, e.carried, e.renewed_stamp_id AS told_renewed, e.merged_stamp_id AS told_merged
FROM r JOIN stamp s ON s.account_id = r.account_id AND s.stamp_id = r.stamp_id
LEFT JOIN stamp_event e ON e.account_id = s.account_id AND e.stamp_id = s.stamp_id
ORDER BY s.stamp_id, e.event_id
"""
# All of each sale that was reversed on one of those stamps.
FIND_REVERSALS = """
SELECT DISTINCT v.account_id, v.order_ref, v.stamp_id, v.removed, v.returned FROM r
JOIN reversal own ON own.account_id = r.account_id AND own.stamp_id = r.stamp_id
JOIN reversal v ON v.account_id = own.account_id AND v.order_ref = own.order_ref AND v.stamp_id <> 0
"""
# Of every account: the numbers are walked once, not once an account.
NEXT_STAMP = "SELECT MIN(stamp_id) AS stamp_id FROM stamp WHERE stamp_id > :after"
LAST_STAMP = "SELECT MAX(stamp_id) AS stamp_id FROM stamp"
COUNT = """
SELECT COUNT(*) AS n FROM stamp WHERE stamp_id BETWEEN :first AND :last
AND (CAST(:account_id AS bigint) IS NULL OR account_id = :account_id)
"""
_STAMP = {"account_id": "bigint", "stamp_id": "bigint"}
# Until the transaction ends: behind a connection pooler a session belongs to nobody.
LOCK = "SELECT pg_try_advisory_xact_lock(2, 0) AS taken"


def next_stamp(tx: Tx, after: int) -> int | None:
    """The lowest number above that one; None when there is none."""
    return _number(tx.one(NEXT_STAMP, after=after))


def last_stamp(tx: Tx) -> int | None:
    """The highest number."""
    return _number(tx.one(LAST_STAMP))


def count(tx: Tx, *, first: int, last: int, account_id: int | None) -> int:
    return int(tx.one(COUNT, first=first, last=last, account_id=account_id)["n"])


def find_suspects(tx: Tx, *, first: int, last: int, account_id: int | None) -> list[StampKey]:
    """Account and number of every stamp in that range that may differ from its ledger."""
    rows = tx.all(FIND_SUSPECTS[tx.dialect], first=first, last=last, account_id=account_id)
    return [StampKey(row["account_id"], row["stamp_id"]) for row in rows]


def read_each(tx: Tx, stamps: Sequence[StampKey]) -> list[StampLedger]:
    """Each with its ledger; what was deleted meanwhile is missing."""
    rows = over_rows(tx, _STAMP, stamps, READ_EACH)
    return [_stamp_ledger(list(group)) for _, group in groupby(rows, key=itemgetter("stamp_id"))]


def find_reversals(tx: Tx, stamps: Sequence[StampKey]) -> list[ReversedSale]:
    """Of every sale that was reversed on one of those stamps, in the order of sales: all its stamps, ascending."""
    found = {
        ReversedSale(row["account_id"], row["order_ref"], row["stamp_id"], row["removed"], tuple(json.loads(row["returned"])))
        for row in over_rows(tx, _STAMP, stamps, FIND_REVERSALS)
    }
    return sorted(found)


def lock(tx: Tx) -> bool:
    """Whether nobody else proves the ledger now; true where the database cannot say."""
    return tx.dialect == "sqlite" or bool(tx.one(LOCK)["taken"])


def _number(row: Row) -> int | None:
    return None if row["stamp_id"] is None else int(row["stamp_id"])


def _stamp_ledger(rows: Sequence[Row]) -> StampLedger:
    row = rows[0]
    return StampLedger(
        account_id=row["account_id"],
        stamp_id=row["stamp_id"],
        stamps=row["stamps"],
        max_stamps=row["max_stamps"],
        sequence=row["last_sequence"],
        redeemed=row["redeemed_at"] is not None,
        handed_out=tuple(marks for marks, _ in json.loads(row["handed_out"])),
        renewed_stamp_id=row["renewed_stamp_id"],
        merged_stamp_id=row["merged_stamp_id"],
        entries=tuple(_entry(row) for row in rows if row["event_id"] is not None),
    )


def _entry(row: Row) -> LedgerEntry:
    return LedgerEntry(
        event_id=row["event_id"],
        sequence=row["sequence"],
        kind=row["kind"],
        stamps_before=row["stamps_before"],
        stamps_after=row["stamps_after"],
        order_ref=row["order_ref"],
        rewards=None if row["rewards"] is None else tuple(json.loads(row["rewards"])),
        carried=row["carried"],
        renewed_stamp_id=row["told_renewed"],
        merged_stamp_id=row["told_merged"],
    )
