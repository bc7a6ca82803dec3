"""The lines of the audit log about webhooks. None has a secret."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from stampwell.core.actors import Actor
from stampwell.db.database import Tx
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.audit.service import differences, record
from stampwell.features.webhooks.model import Webhook

_NAMES = {
    "url": "webhookUrl",
    "event_types": "events",
    "card_id": "cardIdx",
    "thin": "payload",
    "personal": "personalYn",
    "description": "description",
    "active": "activeYn",
    "secret": "secret",
}
"""Attributes of a webhook by the names of the contract, but for the address: `url` in the log is a card's."""

_SECRET = ("secret",)


def record_creation(tx: Tx, webhook: Webhook, *, actor: Actor) -> None:
    record_act(
        tx, webhook, "webhook.created", actor=actor, now_us=webhook.created_at, changes={"webhookUrl": [None, webhook.url]}
    )


def record_change(
    tx: Tx, before: Webhook, after: Webhook, *, actor: Actor, now_us: int, action: str = "webhook.updated"
) -> None:
    """No line where nothing is different."""
    changes = differences(before, after, _NAMES, hidden=_SECRET)
    if "events" in changes:
        changes["events"] = [list(webhook.event_types) for webhook in (before, after)]
    if "payload" in changes:
        changes["payload"] = [webhook.payload for webhook in (before, after)]
    if changes:
        record_act(tx, after, action, actor=actor, now_us=now_us, changes=changes)


def record_act(
    tx: Tx, webhook: Webhook, action: str, *, actor: Actor, now_us: int, changes: Mapping[str, Any] | None = None
) -> None:
    """action: what was done, such as `webhook.deleted`."""
    name = urlsplit(webhook.url).netloc
    record(tx, NewAuditEntry(webhook.account_id, actor, action, webhook.webhook_id, name, now_us, changes))
