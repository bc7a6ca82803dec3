from collections.abc import Sequence
from typing import NamedTuple

from stampwell.db.clock_row import IN_DOUBT
from stampwell.db.database import Tx
from stampwell.db.rows import over_rows, run_over_rows
from stampwell.features.idempotency.model import IdempotencyKey

_KEY = {"account_id": "bigint", "key_digest": "text", "fingerprint": "text", "created_at": "bigint"}

# Held until the transaction ends. Another request with the key is refused at once meanwhile, instead of waiting.
LOCK = "SELECT r.account_id, r.key_digest FROM r WHERE NOT pg_try_advisory_xact_lock(r.lock_id)"
FIND = """
SELECT i.account_id, i.key_digest, i.fingerprint, i.answer, i.created_at
FROM r JOIN idempotency i ON i.account_id = r.account_id AND i.key_digest = r.key_digest
WHERE i.created_at > r.created_at - {life_us} OR (i.created_at < r.created_at - {leap_us} AND EXISTS {in_doubt})
"""
NEWEST = "SELECT MAX(created_at) AS created_at FROM idempotency"
HEAL = "UPDATE idempotency SET created_at = :now_us WHERE created_at > :later_us"
# Over one that is too old to be replayed, but not pruned yet.
STORE = """
INSERT INTO idempotency (account_id, key_digest, fingerprint, created_at, answer)
SELECT r.account_id, r.key_digest, r.fingerprint, r.created_at, r.answer FROM r WHERE TRUE
ON CONFLICT (account_id, key_digest)
DO UPDATE SET fingerprint = excluded.fingerprint, created_at = excluded.created_at, answer = excluded.answer
"""
# A few at a time, so that nothing waits long for it.
DELETE_OLD = """
DELETE FROM idempotency WHERE created_at < :before_us AND (account_id, key_digest) IN (
    SELECT account_id, key_digest FROM idempotency WHERE created_at < :before_us ORDER BY created_at LIMIT 1000)
"""


class StoredRow(NamedTuple):
    fingerprint: str
    answer: str
    created_at: int


def lock(tx: Tx, keys: Sequence[IdempotencyKey]) -> set[tuple[int, str]]:
    """Locks the keys for this transaction; account and digest of those that another one holds."""
    if tx.dialect == "sqlite":
        return set()  # there is one writer
    columns = {"account_id": "bigint", "key_digest": "text", "lock_id": "bigint"}
    rows = [(key.account_id, key.key_digest, _lock_id(key)) for key in keys]
    return {(row["account_id"], row["key_digest"]) for row in over_rows(tx, columns, rows, LOCK)}


def find(tx: Tx, keys: Sequence[IdempotencyKey], *, life_us: int, leap_us: int) -> dict[tuple[int, str], StoredRow]:
    """By account and digest of the key.

    leap_us: an answer that seems to be older than this counts as new while the clock is not to be believed.
    """
    query = FIND.format(life_us=life_us, leap_us=leap_us, in_doubt=IN_DOUBT.format(now="r.created_at"))
    rows = over_rows(tx, _KEY, keys, query)
    return {
        (row["account_id"], row["key_digest"]): StoredRow(row["fingerprint"], row["answer"], row["created_at"]) for row in rows
    }


def store(tx: Tx, answers: Sequence[tuple[IdempotencyKey, str]]) -> None:
    run_over_rows(tx, {**_KEY, "answer": "text"}, [(*key, answer) for key, answer in answers], STORE)


def delete_old(tx: Tx, before_us: int) -> int:
    return tx.run(DELETE_OLD, before_us=before_us)


def newest(tx: Tx) -> int | None:
    found: int | None = tx.one(NEWEST)["created_at"]
    return found


def heal(tx: Tx, *, now_us: int, later_us: int) -> int:
    return tx.run(HEAL, now_us=now_us, later_us=later_us)


def _lock_id(key: IdempotencyKey) -> int:
    """63 bits of the digest, which are as good as all of it, moved by the account."""
    return (int(key.key_digest[:16], 16) + key.account_id) % 2**63
