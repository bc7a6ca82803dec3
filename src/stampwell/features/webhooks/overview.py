"""Webhooks as their owner looks at them: whether they work, how many events wait, and what the last attempts came to."""

from enum import Enum, auto
from typing import NamedTuple

from stampwell.db.database import Tx
from stampwell.features.events.model import LoggedEvent
from stampwell.features.events.service import find_events
from stampwell.features.webhooks import attempt_queries, queue_queries
from stampwell.features.webhooks.model import LoggedAttempt, Webhook
from stampwell.features.webhooks.service import get_webhook, list_webhooks

MOST_COUNTED = 1000
"""Waiting events are counted that far."""


class Standing(Enum):
    """How it stands with a webhook. STOPPED: it was switched off because it failed for too long, or said that it is gone."""

    WORKING = auto()
    NOTHING_SENT = auto()
    FAILING = auto()
    OFF = auto()
    STOPPED = auto()


class Overview(NamedTuple):
    """A webhook. waiting: how many events are still to be delivered to it, counted up to MOST_COUNTED."""

    webhook: Webhook
    standing: Standing
    waiting: int


class ShownAttempt(NamedTuple):
    """An attempt, and the event that it was to deliver; None for one that is no longer kept."""

    attempt: LoggedAttempt
    event: LoggedEvent | None


def standing_of(webhook: Webhook) -> Standing:
    if not webhook.active:
        return Standing.OFF if webhook.failing_since is None else Standing.STOPPED
    if webhook.failing_since is not None:
        return Standing.FAILING
    return Standing.NOTHING_SENT if webhook.last_success_at is None else Standing.WORKING


def list_overviews(tx: Tx, account_id: int) -> list[Overview]:
    """Of every webhook of the account, oldest first."""
    return [_overview(tx, webhook) for webhook in list_webhooks(tx, account_id)]


def get_overview(tx: Tx, account_id: int, webhook_id: int) -> Overview:
    """Raises WebhookNotFound."""
    return _overview(tx, get_webhook(tx, account_id, webhook_id))


def list_attempts(tx: Tx, account_id: int, webhook_id: int, *, before_id: int, failed: bool, limit: int) -> list[ShownAttempt]:
    """Those before that attempt, newest first. failed: only those that were no success."""
    found = attempt_queries.list_before(tx, account_id, before_id=before_id, limit=limit, webhook_id=webhook_id, failed=failed)
    told = find_events(tx, sorted({attempt.event_id for attempt in found}))
    return [ShownAttempt(attempt, told.get(attempt.event_id)) for attempt in found]


def _overview(tx: Tx, webhook: Webhook) -> Overview:
    waiting = queue_queries.pending(tx, webhook.webhook_id, most=MOST_COUNTED)
    return Overview(webhook, standing_of(webhook), waiting)
