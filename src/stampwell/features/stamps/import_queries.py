"""Which rows of imported files have become stamps."""

from collections.abc import Sequence
from typing import NamedTuple

from stampwell.db.database import Tx
from stampwell.db.rows import over_rows, run_over_rows

_ROW = {"account_id": "bigint", "row_digest": "text", "stamp_id": "bigint", "created_at": "bigint"}
_DIGEST = {"account_id": "bigint", "row_digest": "text"}

# Imports into one account take turns, a chunk each, until the transaction ends. SQLite has one writer anyway.
LOCK = "SELECT pg_advisory_xact_lock(3, CAST(:turn AS integer))"
_TURNS = 2**31

FIND = "SELECT i.row_digest FROM r JOIN imported_row i ON i.account_id = r.account_id AND i.row_digest = r.row_digest"
INSERT = """
INSERT INTO imported_row (account_id, row_digest, stamp_id, created_at)
SELECT r.account_id, r.row_digest, r.stamp_id, r.created_at FROM r
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
