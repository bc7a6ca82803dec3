"""The log of attempts to deliver events."""

from collections.abc import Sequence

from stampwell.db.database import Tx
from stampwell.db.rows import over_rows, run_over_rows, values_of
from stampwell.features.webhooks.model import Attempt, LoggedAttempt

_ATTEMPT = {field: "text" if field == "answer" else "bigint" for field in Attempt._fields}
INSERT = f"INSERT INTO webhook_attempt ({', '.join(_ATTEMPT)}) SELECT {', '.join(f'r.{field}' for field in _ATTEMPT)} FROM r"
_FAILED = "(a.status IS NULL OR a.status < 200 OR a.status >= 300)"
_LOGGED = ", ".join(f"a.{field}" for field in LoggedAttempt._fields)
LIST = f"""
SELECT {_LOGGED} FROM webhook_attempt a WHERE a.account_id = :account_id AND a.attempt_id < :before_id {{filters}}
ORDER BY a.attempt_id DESC LIMIT :limit
"""
_FILTERS = {"webhook_id": "AND a.webhook_id = :webhook_id", "event_id": "AND a.event_id = :event_id"}
LAST_FAILED = f"""
SELECT a.event_id FROM r JOIN webhook_attempt a ON a.account_id = r.account_id AND a.event_id = r.event_id
AND a.webhook_id = r.webhook_id
WHERE {_FAILED} AND NOT EXISTS (
    SELECT 1 FROM webhook_attempt b WHERE b.account_id = a.account_id AND b.event_id = a.event_id
    AND b.webhook_id = a.webhook_id AND b.attempt_id > a.attempt_id
)
"""
CLEAR = """
DELETE FROM webhook_attempt WHERE account_id = :account_id AND attempt_id IN (
    SELECT attempt_id FROM webhook_attempt WHERE webhook_id = :webhook_id LIMIT :limit)
"""
DELETE_OF_WEBHOOK = "DELETE FROM webhook_attempt WHERE account_id = :account_id AND webhook_id = :webhook_id"
# A few at a time, so that deliveries do not wait long for it.
DELETE_OLD = """
DELETE FROM webhook_attempt WHERE started_at < :before_us
AND attempt_id IN (SELECT attempt_id FROM webhook_attempt ORDER BY attempt_id LIMIT 1000)
"""
HEAL = "UPDATE webhook_attempt SET started_at = :now_us WHERE started_at > :later_us"


def insert(tx: Tx, attempts: Sequence[Attempt]) -> None:
    run_over_rows(tx, _ATTEMPT, attempts, INSERT)


def list_before(
    tx: Tx,
    account_id: int,
    *,
    before_id: int,
    limit: int,
    webhook_id: int | None = None,
    event_id: int | None = None,
    failed: bool = False,
) -> list[LoggedAttempt]:
    """Newest first. failed: only those that were no success."""
    given = {"webhook_id": webhook_id, "event_id": event_id}
    values = {name: value for name, value in given.items() if value is not None}
    filters = " ".join([*(_FILTERS[name] for name in values), f"AND {_FAILED}" if failed else ""])
    rows = tx.all(LIST.format(filters=filters), account_id=account_id, before_id=before_id, limit=limit, **values)
    return [LoggedAttempt._make(values_of(row)) for row in rows]


def last_failed(tx: Tx, account_id: int, webhook_id: int, event_ids: Sequence[int]) -> set[int]:
    """Those of the events whose last attempt at that webhook failed."""
    rows = [(account_id, webhook_id, event_id) for event_id in event_ids]
    columns = {"account_id": "bigint", "webhook_id": "bigint", "event_id": "bigint"}
    return {row["event_id"] for row in over_rows(tx, columns, rows, LAST_FAILED)} if rows else set()


def clear(tx: Tx, account_id: int, webhook_id: int, *, limit: int) -> int:
    """Deletes some attempts at the webhook; how many it were."""
    return tx.run(CLEAR, account_id=account_id, webhook_id=webhook_id, limit=limit)


def delete_of_webhook(tx: Tx, account_id: int, webhook_id: int) -> None:
    tx.run(DELETE_OF_WEBHOOK, account_id=account_id, webhook_id=webhook_id)


def delete_old(tx: Tx, before_us: int) -> int:
    return tx.run(DELETE_OLD, before_us=before_us)


def heal(tx: Tx, *, now_us: int, later_us: int) -> int:
    return tx.run(HEAL, now_us=now_us, later_us=later_us)
