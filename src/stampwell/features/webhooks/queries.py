"""Webhook endpoints."""

import json
from collections.abc import Sequence

from stampwell.db.database import Row, Tx
from stampwell.db.rows import over_rows, values_of
from stampwell.features.webhooks.model import Webhook

_COLUMNS = ", ".join(Webhook._fields)
_GIVEN = [field for field in Webhook._fields if field != "webhook_id"]
INSERT = f"""
INSERT INTO webhook ({", ".join(_GIVEN)}) VALUES ({", ".join(f":{field}" for field in _GIVEN)}) RETURNING {_COLUMNS}
"""
_CHANGING = [field for field in _GIVEN if field not in {"account_id", "created_at"}]
UPDATE = f"""
UPDATE webhook SET {", ".join(f"{field} = :{field}" for field in _CHANGING)}
WHERE account_id = :account_id AND webhook_id = :webhook_id
"""
FIND = f"SELECT {_COLUMNS} FROM webhook WHERE account_id = :account_id AND webhook_id = :webhook_id"
LOCK = {"sqlite": FIND, "postgresql": f"{FIND} FOR UPDATE"}
LIST = f"SELECT {_COLUMNS} FROM webhook WHERE account_id = :account_id ORDER BY webhook_id"
OF_ACCOUNTS = (
    f"SELECT {', '.join(f'w.{field}' for field in Webhook._fields)} FROM r JOIN webhook w ON w.account_id = r.account_id"
)
FIND_EACH = (
    f"SELECT {', '.join(f'w.{field}' for field in Webhook._fields)} FROM r JOIN webhook w ON w.webhook_id = r.webhook_id"
)
LOCK_EACH = {"sqlite": FIND_EACH, "postgresql": f"{FIND_EACH} ORDER BY w.webhook_id FOR NO KEY UPDATE OF w"}
# Two who add one at the same moment do it one after the other; SQLite has one writer anyway.
LOCK_ACCOUNT = "SELECT pg_advisory_xact_lock(hashtextextended('webhooks ' || CAST(:account_id AS text), 0))"
DELETE = "DELETE FROM webhook WHERE account_id = :account_id AND webhook_id = :webhook_id"


def insert(tx: Tx, webhook: Webhook) -> Webhook:
    """With the number it is given."""
    return _webhook(tx.one(INSERT, **_values(webhook, _GIVEN)))


def update(tx: Tx, webhook: Webhook) -> None:
    """All that can change, of one that this transaction has locked."""
    tx.run(UPDATE, account_id=webhook.account_id, webhook_id=webhook.webhook_id, **_values(webhook, _CHANGING))


def find(tx: Tx, account_id: int, webhook_id: int) -> Webhook | None:
    return _maybe(tx.maybe(FIND, account_id=account_id, webhook_id=webhook_id))


def lock(tx: Tx, account_id: int, webhook_id: int) -> Webhook | None:
    return _maybe(tx.maybe(LOCK[tx.dialect], account_id=account_id, webhook_id=webhook_id))


def list_all(tx: Tx, account_id: int) -> list[Webhook]:
    """Oldest first."""
    return [_webhook(row) for row in tx.all(LIST, account_id=account_id)]


def of_accounts(tx: Tx, account_ids: Sequence[int]) -> list[Webhook]:
    rows = over_rows(tx, {"account_id": "bigint"}, [(number,) for number in account_ids], OF_ACCOUNTS)
    return [_webhook(row) for row in rows]


def find_each(tx: Tx, webhook_ids: Sequence[int]) -> dict[int, Webhook]:
    """Of any account, by number; what is not there is missing."""
    rows = over_rows(tx, {"webhook_id": "bigint"}, [(number,) for number in webhook_ids], FIND_EACH)
    return {webhook.webhook_id: webhook for webhook in map(_webhook, rows)}


def lock_each(tx: Tx, webhook_ids: Sequence[int]) -> dict[int, Webhook]:
    """As `find_each`, locked in the order of their numbers."""
    rows = over_rows(tx, {"webhook_id": "bigint"}, [(number,) for number in webhook_ids], LOCK_EACH[tx.dialect])
    return {webhook.webhook_id: webhook for webhook in map(_webhook, rows)}


def lock_account(tx: Tx, account_id: int) -> None:
    """Until the transaction ends nobody else adds a webhook to the account."""
    if tx.dialect == "postgresql":
        tx.maybe(LOCK_ACCOUNT, account_id=account_id)


def delete(tx: Tx, account_id: int, webhook_id: int) -> None:
    tx.run(DELETE, account_id=account_id, webhook_id=webhook_id)


def _values(webhook: Webhook, fields: Sequence[str]) -> dict[str, object]:
    values = {field: getattr(webhook, field) for field in fields}
    return {**values, "event_types": json.dumps(webhook.event_types)}


def _maybe(row: Row | None) -> Webhook | None:
    return None if row is None else _webhook(row)


def _webhook(row: Row) -> Webhook:
    found = Webhook._make(values_of(row))
    return found._replace(
        event_types=tuple(json.loads(str(found.event_types))),
        thin=bool(found.thin),
        personal=bool(found.personal),
        active=bool(found.active),
    )
