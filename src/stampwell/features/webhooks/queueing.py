"""Which events wait for which webhooks."""

import json
from collections.abc import Iterable, Sequence

from stampwell.db.database import Tx
from stampwell.features.events.model import EventType, LoggedEvent
from stampwell.features.webhooks import queries, queue_queries
from stampwell.features.webhooks.model import NewDelivery, Webhook


def enqueue(tx: Tx, events: Sequence[LoggedEvent]) -> None:
    """Each of the events waits for every webhook of its account that wants it and is on; a test, for the one it is of."""
    webhooks: dict[int, list[Webhook]] = {}
    for webhook in queries.of_accounts(tx, sorted({event.account_id for event in events})):
        webhooks.setdefault(webhook.account_id, []).append(webhook)
    if webhooks:
        queue_queries.insert(tx, list(_deliveries(events, webhooks)))


def is_wanted(webhook: Webhook, event: LoggedEvent) -> bool:
    """Whether the webhook's filters let the event through."""
    if is_for_test(event):
        return bool(json.loads(event.data)["webhookIdx"] == webhook.webhook_id)
    of_type = not webhook.event_types or event.type in webhook.event_types
    return of_type and webhook.card_id in {0, event.card_id}


def is_for_test(event: LoggedEvent) -> bool:
    """Whether it is a test, which goes out also while its webhook is off."""
    return event.type == EventType.WEBHOOK_TEST


def _deliveries(events: Iterable[LoggedEvent], webhooks: dict[int, list[Webhook]]) -> Iterable[NewDelivery]:
    for event in events:
        is_test = is_for_test(event)
        for webhook in webhooks.get(event.account_id, ()):
            if (webhook.active or is_test) and is_wanted(webhook, event):
                yield delivery_of(webhook, event, due_at=event.created_at, is_test=is_test)


def delivery_of(webhook: Webhook, event: LoggedEvent, *, due_at: int, is_test: bool = False) -> NewDelivery:
    return NewDelivery(webhook.webhook_id, event.event_id, event.account_id, event.stamp_id, due_at, is_test)
