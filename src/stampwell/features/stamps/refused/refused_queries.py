"""Refused tries: a row for those of one reason, actor and window."""

from collections.abc import Sequence

from stampwell.db.database import Tx
from stampwell.db.rows import run_over_rows
from stampwell.features.stamps.refused.refused_model import RefusedTry

# Of a stamp that was deleted meanwhile nothing is kept.
ADD = """
INSERT INTO refused_try (account_id, stamp_id, began_at, reason, actor_kind, actor_id, channel, tries, tried_at)
SELECT r.account_id, r.stamp_id, r.began_at, r.reason, r.actor_kind, r.actor_id, r.channel, r.tries, r.tried_at
FROM r JOIN stamp s ON s.account_id = r.account_id AND s.stamp_id = r.stamp_id WHERE true
ON CONFLICT (account_id, stamp_id, began_at, reason, actor_kind, actor_id, channel)
DO UPDATE SET tries = refused_try.tries + excluded.tries, tried_at = excluded.tried_at
"""
LIST = """
SELECT reason, actor_kind, actor_id, channel, tries, tried_at FROM refused_try
WHERE account_id = :account_id AND stamp_id = :stamp_id AND tried_at >= :since AND tried_at < :until
ORDER BY tried_at DESC LIMIT :limit
"""
# A few at a time, so that nothing waits long for it.
DELETE_OLD = {
    "sqlite": """
DELETE FROM refused_try WHERE (account_id, stamp_id, began_at, reason, actor_kind, actor_id, channel) IN (
    SELECT account_id, stamp_id, began_at, reason, actor_kind, actor_id, channel FROM refused_try
    WHERE tried_at < :before_us ORDER BY tried_at LIMIT 500)
""",
    "postgresql": """
DELETE FROM refused_try WHERE ctid = ANY(ARRAY(
    SELECT ctid FROM refused_try WHERE tried_at < :before_us ORDER BY tried_at LIMIT 500))
""",
}
HEAL = "UPDATE refused_try SET tried_at = :now_us WHERE tried_at > :later_us"

_COLUMNS = {
    "account_id": "bigint",
    "stamp_id": "bigint",
    "began_at": "bigint",
    "reason": "text",
    "actor_kind": "text",
    "actor_id": "bigint",
    "channel": "text",
    "tries": "bigint",
    "tried_at": "bigint",
}


def add(tx: Tx, rows: Sequence[tuple[object, ...]]) -> None:
    """Values of the table's columns, in order."""
    run_over_rows(tx, _COLUMNS, rows, ADD)


def list_tries(tx: Tx, account_id: int, stamp_id: int, *, since: int, until: int, limit: int) -> list[RefusedTry]:
    """Newest first, from the one instant to below the other."""
    rows = tx.all(LIST, account_id=account_id, stamp_id=stamp_id, since=since, until=until, limit=limit)
    return [
        RefusedTry(row["reason"], row["actor_kind"], row["actor_id"] or None, row["channel"], row["tries"], row["tried_at"])
        for row in rows
    ]


def delete_old(tx: Tx, before_us: int) -> int:
    return tx.run(DELETE_OLD[tx.dialect], before_us=before_us)


def heal(tx: Tx, *, now_us: int, later_us: int) -> int:
    return tx.run(HEAL, now_us=now_us, later_us=later_us)
