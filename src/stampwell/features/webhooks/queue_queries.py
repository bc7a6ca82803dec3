"""The queue of deliveries, and the processes that work on it."""

from collections.abc import Collection, Sequence

from stampwell.db.database import Row, Tx
from stampwell.db.rows import over_rows, run_over_rows, values_of
from stampwell.features.webhooks.model import Delivery, DeliveryKey, NewDelivery

_DELIVERY = {field: "boolean" if field == "is_test" else "bigint" for field in NewDelivery._fields}
# What waits already, and is asked for again, goes out now.
INSERT = f"""
INSERT INTO webhook_delivery ({", ".join(_DELIVERY)}, tries)
SELECT {", ".join(f"r.{field}" for field in _DELIVERY)}, 0 FROM r WHERE true
ON CONFLICT (webhook_id, event_id) DO UPDATE SET due_at = excluded.due_at
"""
# Webhooks that have anything in the queue, without reading the queue: from each number to the next.
WAITING_WEBHOOKS = """
WITH RECURSIVE waiting (webhook_id) AS (
    SELECT MIN(webhook_id) FROM webhook_delivery
    UNION ALL
    SELECT (SELECT MIN(d.webhook_id) FROM webhook_delivery d WHERE d.webhook_id > waiting.webhook_id)
    FROM waiting WHERE waiting.webhook_id IS NOT NULL
)
SELECT w.webhook_id, CASE
    WHEN w.active THEN (
        SELECT MIN(d.due_at) FROM webhook_delivery d WHERE d.webhook_id = w.webhook_id AND d.due_at <= :now_us
    )
    ELSE (
        SELECT MIN(d.due_at) FROM webhook_delivery d WHERE d.webhook_id = w.webhook_id AND d.due_at <= :now_us AND d.is_test
    )
END AS due_at
FROM waiting JOIN webhook w ON w.webhook_id = waiting.webhook_id
"""
_LOST = "d.worker IS NULL OR d.worker NOT IN (SELECT p.worker FROM webhook_worker p WHERE p.alive_until > :now_us)"
# A first attempt waits until that of the event before it, of the same stamp, has ended. `+ 0` leaves the planner the index by
# stamp alone: PostgreSQL, whose statistics may be of a queue of one, otherwise walks through the whole queue for each row.
_FREE = f"""
SELECT d.event_id FROM webhook_delivery d
WHERE d.webhook_id = :webhook_id AND d.due_at <= :now_us AND ({_LOST})
AND (d.is_test OR (SELECT w.active FROM webhook w WHERE w.webhook_id = :webhook_id))
AND (d.tries > 0 OR d.stamp_id = 0 OR NOT EXISTS (
    SELECT 1 FROM webhook_delivery e
    WHERE e.stamp_id = d.stamp_id AND e.event_id < d.event_id AND e.tries = 0 AND e.webhook_id + 0 = :webhook_id
))
ORDER BY d.due_at, d.event_id LIMIT :limit
"""
_HELD = {"webhook_id": "bigint", "event_id": "bigint", "worker": "text"}
_CLAIMED = ", ".join(Delivery._fields)
# An array is made once; a subquery could be run again for every row of the queue.
CLAIM = {
    "sqlite": f"""
UPDATE webhook_delivery SET worker = :worker WHERE webhook_id = :webhook_id AND event_id IN ({_FREE}) RETURNING {_CLAIMED}
""",
    "postgresql": f"""
UPDATE webhook_delivery SET worker = :worker WHERE webhook_id = :webhook_id
AND event_id = ANY(ARRAY({_FREE} FOR UPDATE OF d SKIP LOCKED)) RETURNING {_CLAIMED}
""",
}
ALIVE = """
INSERT INTO webhook_worker (worker, alive_until) VALUES (:worker, :alive_until)
ON CONFLICT (worker) DO UPDATE SET alive_until = excluded.alive_until
"""
FORGET_WORKERS = "DELETE FROM webhook_worker WHERE alive_until < :now_us OR worker = :worker"
FORGET_ALL_WORKERS = "DELETE FROM webhook_worker"
RELEASE = "UPDATE webhook_delivery SET worker = NULL WHERE worker = :worker"
# What another process has taken over meanwhile is its own.
REMOVE = """
DELETE FROM webhook_delivery WHERE (webhook_id, event_id, worker) IN (SELECT r.webhook_id, r.event_id, r.worker FROM r)
RETURNING webhook_id, event_id
"""
TRY_LATER = """
UPDATE webhook_delivery SET due_at = r.due_at, tries = r.tries, worker = NULL FROM r
WHERE webhook_delivery.webhook_id = r.webhook_id AND webhook_delivery.event_id = r.event_id
AND webhook_delivery.worker = r.worker
RETURNING webhook_delivery.webhook_id, webhook_delivery.event_id
"""
IN_HAND = "SELECT webhook_id, event_id FROM webhook_delivery WHERE worker = :worker"
RELEASE_EACH = """
UPDATE webhook_delivery SET worker = NULL
WHERE (webhook_id, event_id, worker) IN (SELECT r.webhook_id, r.event_id, r.worker FROM r)
"""
# Of stamps that were deleted, as far as nothing waits to be sent any more.
FORGET_DELETED = """
UPDATE event SET personal = NULL WHERE event_id IN (
    SELECT e.event_id FROM event d JOIN event e ON e.account_id = d.account_id AND e.stamp_id = d.stamp_id
    WHERE d.type = 'stamp.deleted' AND d.created_at <= :before_us AND e.personal IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM webhook w JOIN webhook_delivery q ON q.webhook_id = w.webhook_id AND q.event_id = e.event_id
        WHERE w.account_id = e.account_id
    )
    LIMIT 1000
)
"""
EMPTY = "DELETE FROM webhook_delivery WHERE account_id = :account_id AND webhook_id = :webhook_id"
_SOME = "SELECT event_id FROM webhook_delivery WHERE account_id = :account_id AND webhook_id = :webhook_id LIMIT :limit"
CLEAR = {
    "sqlite": f"""
DELETE FROM webhook_delivery WHERE account_id = :account_id AND webhook_id = :webhook_id AND event_id IN ({_SOME})
""",
    "postgresql": f"""
DELETE FROM webhook_delivery WHERE account_id = :account_id AND webhook_id = :webhook_id AND event_id = ANY(ARRAY({_SOME}))
""",
}
PENDING = """
SELECT COUNT(*) AS n FROM (SELECT 1 AS one FROM webhook_delivery WHERE webhook_id = :webhook_id LIMIT :most) AS waiting
"""


def insert(tx: Tx, deliveries: Sequence[NewDelivery]) -> int:
    """How many were added, or go out again now."""
    return run_over_rows(tx, _DELIVERY, deliveries, INSERT) if deliveries else 0


def waiting_webhooks(tx: Tx, now_us: int) -> dict[int, int]:
    """Webhooks that have anything due, also where it is in hand: since when."""
    rows = tx.all(WAITING_WEBHOOKS, now_us=now_us)
    return {row["webhook_id"]: row["due_at"] for row in rows if row["due_at"] is not None}


def claim(tx: Tx, webhook_id: int, *, worker: str, now_us: int, limit: int) -> list[Delivery]:
    """What is due for the webhook and nobody has in hand, which that worker has from now on; oldest first."""
    rows = tx.all(CLAIM[tx.dialect], webhook_id=webhook_id, worker=worker, now_us=now_us, limit=limit)
    return sorted((Delivery._make(values_of(row)) for row in rows), key=lambda delivery: delivery.event_id)


def say_alive(tx: Tx, worker: str, *, alive_until: int) -> None:
    tx.run(ALIVE, worker=worker, alive_until=alive_until)


def forget_all_workers(tx: Tx) -> None:
    """What any of them has in hand is free."""
    tx.run(FORGET_ALL_WORKERS)


def forget_worker(tx: Tx, worker: str, *, now_us: int) -> None:
    """What it has in hand is free, and so is what those have that are not heard of any more."""
    tx.run(RELEASE, worker=worker)
    tx.run(FORGET_WORKERS, worker=worker, now_us=now_us)


def release_others(tx: Tx, worker: str, kept: Collection[DeliveryKey]) -> None:
    """What the worker has in hand besides those is free."""
    others = {_key(row) for row in tx.all(IN_HAND, worker=worker)}.difference(kept)
    run_over_rows(tx, _HELD, [(*key, worker) for key in others], RELEASE_EACH)


def remove(tx: Tx, worker: str, deliveries: Sequence[Delivery]) -> set[DeliveryKey]:
    """Of those that the worker still has; which they were."""
    rows = [(*delivery.key, worker) for delivery in deliveries]
    return {_key(row) for row in over_rows(tx, _HELD, rows, REMOVE)} if rows else set()


def try_later(tx: Tx, worker: str, deliveries: Sequence[tuple[Delivery, int]]) -> set[DeliveryKey]:
    """Of those that the worker still has, each with the instant of its next attempt; which they were."""
    rows = [(*one.key, worker, due_at, one.tries + 1) for one, due_at in deliveries]
    columns = {**_HELD, "due_at": "bigint", "tries": "bigint"}
    return {_key(row) for row in over_rows(tx, columns, rows, TRY_LATER)} if rows else set()


def forget_deleted(tx: Tx, before_us: int) -> int:
    """Of how many events of stamps that were deleted before then the personal fields are gone now; a bounded number."""
    return tx.run(FORGET_DELETED, before_us=before_us)


def empty(tx: Tx, account_id: int, webhook_id: int) -> None:
    """Nothing waits for the webhook any more."""
    tx.run(EMPTY, account_id=account_id, webhook_id=webhook_id)


def clear(tx: Tx, account_id: int, webhook_id: int, *, limit: int) -> int:
    """Some of what waits for the webhook does not wait any more; how many it were."""
    return tx.run(CLEAR[tx.dialect], account_id=account_id, webhook_id=webhook_id, limit=limit)


def pending(tx: Tx, webhook_id: int, *, most: int) -> int:
    """How many deliveries wait for the webhook, counted up to `most`."""
    number: int = tx.one(PENDING, webhook_id=webhook_id, most=most)["n"]
    return number


def _key(row: Row) -> DeliveryKey:
    return row["webhook_id"], row["event_id"]
