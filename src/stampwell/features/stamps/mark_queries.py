"""Counts of many stamps at once, and what of their ledgers matters to the next mark."""

from collections.abc import Sequence
from typing import NamedTuple

from stampwell.db.database import Tx
from stampwell.db.rows import over_rows, run_over_rows
from stampwell.features.stamps.model import Event
from stampwell.features.stamps.queries import EVENT, INSERT_EVENTS_AND_TELL, insert_event, insert_events

# PostgreSQL: counts, ledger and outbox in one statement, so one round trip. A stamp's count is that after its last row.
MARK = f"""
, counted AS (
    UPDATE stamp SET stamps = r.stamps_after FROM r
    WHERE stamp.account_id = r.account_id AND stamp.stamp_id = r.stamp_id AND r.is_last
) {INSERT_EVENTS_AND_TELL}
"""
MARK_ONE = f"{MARK} RETURNING event_id"
SET_COUNTS = "UPDATE stamp SET stamps = r.stamps FROM r WHERE stamp.account_id = r.account_id AND stamp.stamp_id = r.stamp_id"
COUNTS = {"account_id": "bigint", "stamp_id": "bigint", "stamps": "bigint"}
FIND_ORDERS = """
SELECT e.stamp_id, e.order_ref, e.stamps_after - e.stamps_before AS marks FROM r JOIN stamp_event e
ON e.account_id = r.account_id AND e.stamp_id = r.stamp_id AND e.order_ref = r.order_ref AND e.kind = 'added'
"""
MARKED_SINCE = """
SELECT kind, stamps_after - stamps_before AS difference, occurred_at FROM stamp_event
WHERE account_id = :account_id AND stamp_id = :stamp_id AND kind IN ('added', 'removed') AND occurred_at >= :since
ORDER BY event_id
"""


def mark(tx: Tx, events: Sequence[Event]) -> None:
    """Writes the rows, in order, and what becomes of their stamps' counts; this transaction has locked the stamps."""
    last = {event.stamp_id: number for number, event in enumerate(events)}
    if tx.dialect == "postgresql":
        rows = [(*event, last[event.stamp_id] == number) for number, event in enumerate(events)]
        run_over_rows(tx, {**EVENT, "is_last": "boolean"}, rows, MARK)
        return
    counts = [(events[number].account_id, stamp_id, events[number].stamps_after) for stamp_id, number in last.items()]
    run_over_rows(tx, COUNTS, counts, SET_COUNTS)
    insert_events(tx, events)


def mark_one(tx: Tx, event: Event) -> int:
    """As `mark`, for one row; its number."""
    if tx.dialect == "postgresql":
        (row,) = over_rows(tx, {**EVENT, "is_last": "boolean"}, [(*event, True)], MARK_ONE)
        return int(row["event_id"])
    counts = [(event.account_id, event.stamp_id, event.stamps_after)]
    run_over_rows(tx, COUNTS, counts, SET_COUNTS)
    return insert_event(tx, event)


def find_orders(tx: Tx, orders: Sequence[tuple[int, int, str]]) -> dict[tuple[int, str], int]:
    """Of (account, stamp, order), those that have added to the stamp before: how many marks, by (stamp, order)."""
    columns = {"account_id": "bigint", "stamp_id": "bigint", "order_ref": "text"}
    return {(row["stamp_id"], row["order_ref"]): row["marks"] for row in over_rows(tx, columns, orders, FIND_ORDERS)}


class PastMarks(NamedTuple):
    """An addition or removal in the history of a stamp, by its kind."""

    kind: str
    marks: int
    occurred_at: int


def marked_since(tx: Tx, account_id: int, stamp_id: int, since: int) -> list[PastMarks]:
    """Every addition and removal since then, oldest first."""
    rows = tx.all(MARKED_SINCE, account_id=account_id, stamp_id=stamp_id, since=since)
    return [PastMarks(row["kind"], abs(row["difference"]), row["occurred_at"]) for row in rows]
