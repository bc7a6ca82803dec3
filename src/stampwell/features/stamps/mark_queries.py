"""What of the ledgers of stamps matters to the next mark: their latest marks, and what their sales did."""

from collections.abc import Sequence
from typing import NamedTuple

from stampwell.db.database import Tx
from stampwell.db.rows import over_rows
from stampwell.features.stamps.mark_times import PastMarks

# SQLite takes a partial index only where its condition is repeated. Stamp 0 stands for all stamps of the sale.
FIND_SALES = """
SELECT e.stamp_id, e.order_ref, e.kind, e.rewards, e.stamps_after - e.stamps_before + COALESCE(e.carried, 0) AS marks
FROM r JOIN stamp_event e ON e.account_id = r.account_id AND e.order_ref = r.order_ref AND e.stamp_id = r.stamp_id
WHERE e.order_ref IS NOT NULL AND e.kind IN ('added', 'redeemed', 'reward_redeemed')
UNION ALL
SELECT r.stamp_id, r.order_ref, 'reversed', NULL, 0
FROM r JOIN reversal v ON v.account_id = r.account_id AND v.order_ref = r.order_ref AND v.stamp_id IN (0, r.stamp_id)
"""
_SALE = {"account_id": "bigint", "stamp_id": "bigint", "order_ref": "text"}
MARKED_SINCE = """
SELECT stamps_after - stamps_before AS marks, occurred_at, order_ref, occurred_at < recorded_at AS late FROM stamp_event
WHERE account_id = :account_id AND stamp_id = :stamp_id AND kind IN ('added', 'removed', 'reversed') AND occurred_at >= :since
ORDER BY event_id
"""
# A sale is marked and reversed in turns, so that a reversal of all its stamps misses none. SQLite has one writer.
HOLD_SALES = "SELECT pg_advisory_xact_lock_shared(6, CAST(r.turn AS integer)) FROM r"
LOCK_SALES = "SELECT pg_advisory_xact_lock(6, CAST(:turn AS integer))"
_TURNS = 2**31


class SaleRow(NamedTuple):
    """What a sale did to a stamp. kind: of the ledger row, or `reversed`. marks: added, with those carried to the next stamp.

    rewards: JSON, of a redemption.
    """

    kind: str
    marks: int
    rewards: str | None


def find_sales(tx: Tx, sales: Sequence[tuple[int, int, str]]) -> dict[tuple[int, str], list[SaleRow]]:
    """Of (account, stamp, order_ref), what was done before, by (stamp, order_ref)."""
    found: dict[tuple[int, str], list[SaleRow]] = {}
    for row in over_rows(tx, _SALE, sorted(set(sales)), FIND_SALES):
        sale = SaleRow(row["kind"], row["marks"], row["rewards"])
        found.setdefault((row["stamp_id"], row["order_ref"]), []).append(sale)
    return found


def hold_sales(tx: Tx, account_ids: Sequence[int]) -> None:
    """Returns when nobody reverses a sale of these accounts, or merges stamps; nobody does until the transaction ends.

    Comes before any lock of a stamp.
    """
    if account_ids and tx.dialect == "postgresql":
        over_rows(tx, {"turn": "bigint"}, [(turn,) for turn in sorted({number % _TURNS for number in account_ids})], HOLD_SALES)


def lock_sales(tx: Tx, account_id: int) -> None:
    """As `hold_sales`, and nobody else marks by a sale until the transaction ends either."""
    if tx.dialect == "postgresql":
        tx.maybe(LOCK_SALES, turn=account_id % _TURNS)


def marked_since(tx: Tx, account_id: int, stamp_id: int, since: int) -> list[PastMarks]:
    """Every addition and removal since then, in the order of the ledger."""
    rows = tx.all(MARKED_SINCE, account_id=account_id, stamp_id=stamp_id, since=since)
    return [PastMarks(row["marks"], row["occurred_at"], row["order_ref"], bool(row["late"])) for row in rows]
