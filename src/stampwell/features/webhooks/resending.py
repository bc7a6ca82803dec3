"""Sends events again: those that a webhook missed while it was off, or could not take.

Units of work on one page of events each, so that nothing waits long for a webhook that missed many.
"""

from collections.abc import Sequence
from typing import NamedTuple

from stampwell.core.actors import Actor
from stampwell.core.errors import FieldsWrong
from stampwell.db.database import Tx
from stampwell.features.events.model import LoggedEvent
from stampwell.features.events.service import find_event, first_since, list_events
from stampwell.features.webhooks import attempt_queries, queries, queue_queries
from stampwell.features.webhooks.auditing import record_act
from stampwell.features.webhooks.errors import EventNotFound, WebhookNotFound
from stampwell.features.webhooks.model import Webhook
from stampwell.features.webhooks.queueing import delivery_of, is_for_test, is_wanted
from stampwell.features.webhooks.rules import switched_off

_PAGE = 500


class Resent(NamedTuple):
    """What a page came to. queued: deliveries. after: the number of its last event; None when no event follows."""

    queued: int
    after: int | None


def resend_event(tx: Tx, account_id: int, webhook_id: int, event_id: int, *, failed: bool, actor: Actor, now_us: int) -> int:
    """The event goes to the webhook again, whatever its filters say: 1, or 0 if its last attempt did not fail as `failed` asks.

    Raises WebhookNotFound, EventNotFound, or FieldsWrong for a webhook that is off.
    """
    webhook = _switched_on(tx, account_id, webhook_id)
    event = find_event(tx, account_id, event_id, now_us=now_us)
    if event is None:
        raise EventNotFound(event_id=event_id)
    queued = _queue(tx, webhook, [event], failed=failed, now_us=now_us)
    record_resending(tx, webhook, queued, actor=actor, now_us=now_us)
    return queued


def first_to_resend(tx: Tx, account_id: int, webhook_id: int, *, since: int, now_us: int) -> Resent:
    """Where to begin: nothing is queued yet. Raises WebhookNotFound."""
    if queries.find(tx, account_id, webhook_id) is None:
        raise WebhookNotFound(webhook_id=webhook_id)
    first = first_since(tx, account_id, since=since, now_us=now_us)
    return Resent(0, None if first is None else first - 1)


def resend_page(tx: Tx, account_id: int, webhook_id: int, *, after: int, failed: bool, now_us: int) -> Resent:
    """The next events that the webhook wants go to it again.

    Raises WebhookNotFound, or FieldsWrong for a webhook that is off.
    """
    webhook = _switched_on(tx, account_id, webhook_id)
    events = list_events(tx, account_id, after=after, limit=_PAGE, now_us=now_us)
    wanted = [event for event in events if is_wanted(webhook, event)]
    queued = _queue(tx, webhook, wanted, failed=failed, now_us=now_us)
    return Resent(queued, events[-1].event_id if len(events) == _PAGE else None)


def end_resending(tx: Tx, account_id: int, webhook_id: int, queued: int, *, actor: Actor, now_us: int) -> int:
    """After the last page: how many were queued in all. Raises WebhookNotFound, or FieldsWrong for a webhook that is off."""
    record_resending(tx, _switched_on(tx, account_id, webhook_id), queued, actor=actor, now_us=now_us)
    return queued


def record_resending(tx: Tx, webhook: Webhook, queued: int, *, actor: Actor, now_us: int) -> None:
    record_act(tx, webhook, "webhook.resent", actor=actor, now_us=now_us, changes={"count": [None, queued]})


def _switched_on(tx: Tx, account_id: int, webhook_id: int) -> Webhook:
    webhook = queries.lock(tx, account_id, webhook_id)
    if webhook is None:
        raise WebhookNotFound(webhook_id=webhook_id)
    if not webhook.active:
        raise FieldsWrong([switched_off(webhook)])
    return webhook


def _queue(tx: Tx, webhook: Webhook, events: Sequence[LoggedEvent], *, failed: bool, now_us: int) -> int:
    if failed:
        numbers = [event.event_id for event in events]
        last_failed = attempt_queries.last_failed(tx, webhook.account_id, webhook.webhook_id, numbers)
        events = [event for event in events if event.event_id in last_failed]
    return queue_queries.insert(
        tx, [delivery_of(webhook, event, due_at=now_us, is_test=is_for_test(event)) for event in events]
    )
