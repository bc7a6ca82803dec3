"""Which rows of imported files have become stamps, and how many of them each customer has."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from stampwell.db.database import Tx
from stampwell.db.rows import over_rows, run_over_rows

_ROW = {"account_id": "bigint", "row_digest": "text", "stamp_id": "bigint", "created_at": "bigint"}
_KEY = {"account_id": "bigint", "customer_key": "bigint"}
_COUNT = {"account_id": "bigint", "customer_key": "bigint", "stamps": "bigint"}
_DIGEST = {"account_id": "bigint", "row_digest": "text"}

# Imports into one account take turns, a chunk each, until the transaction ends. SQLite has one writer anyway.
LOCK = "SELECT pg_advisory_xact_lock(3, CAST(:turn AS integer))"
_TURNS = 2**31

FIND = "SELECT i.row_digest FROM r JOIN imported_row i ON i.account_id = r.account_id AND i.row_digest = r.row_digest"
INSERT = """
INSERT INTO imported_row (account_id, row_digest, stamp_id, created_at)
SELECT r.account_id, r.row_digest, r.stamp_id, r.created_at FROM r
"""

FIND_CUSTOMERS = """
SELECT c.customer_key, c.stamps
FROM r JOIN imported_customer c ON c.account_id = r.account_id AND c.customer_key = r.customer_key
"""
# SQLite would take ON for a part of the join without a WHERE before it.
COUNT_CUSTOMERS = """
INSERT INTO imported_customer (account_id, customer_key, stamps)
SELECT r.account_id, r.customer_key, r.stamps FROM r WHERE TRUE
ON CONFLICT (account_id, customer_key) DO UPDATE SET stamps = imported_customer.stamps + excluded.stamps
"""


class ImportedRow(NamedTuple):
    account_id: int
    row_digest: str
    stamp_id: int
    created_at: int


def take_turn(tx: Tx, account_id: int) -> None:
    """Returns when no other import into the account is in the middle of a chunk."""
    if tx.dialect == "postgresql":
        tx.maybe(LOCK, turn=account_id % _TURNS)


def find(tx: Tx, account_id: int, digests: Sequence[str]) -> set[str]:
    """Those of the digests that have a stamp."""
    return {row["row_digest"] for row in over_rows(tx, _DIGEST, [(account_id, digest) for digest in digests], FIND)}


def insert(tx: Tx, rows: Sequence[ImportedRow]) -> None:
    run_over_rows(tx, _ROW, rows, INSERT)


def find_customers(tx: Tx, account_id: int, keys: Iterable[int]) -> dict[int, int]:
    """How many stamps have been issued under each of the keys; without those that have none."""
    rows = over_rows(tx, _KEY, [(account_id, key) for key in keys], FIND_CUSTOMERS)
    return {row["customer_key"]: row["stamps"] for row in rows}


def count_customers(tx: Tx, account_id: int, stamps: Mapping[int, int]) -> None:
    """Adds stamps under the keys."""
    run_over_rows(tx, _COUNT, [(account_id, key, count) for key, count in stamps.items()], COUNT_CUSTOMERS)
