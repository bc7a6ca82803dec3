"""What follows from an attempt: whether and when the next one comes, and what it means for the webhook. Pure."""

from typing import NamedTuple

from stampwell.core.units import DAY_US
from stampwell.features.events.model import EventType
from stampwell.features.webhooks.model import (
    DISABLED_AFTER_US,
    RETRY_AFTER_US,
    WARNED_AFTER_US,
    Attempt,
    Delivery,
    Webhook,
    is_success,
)

# Each wait is up to that much longer, so that what failed together does not come back together.
_JITTER = 0.2
_GONE = 410
_LONGEST_RETRY_AFTER_US = DAY_US


class Ended(NamedTuple):
    """An attempt that has just ended. Instants are microseconds since 1970 in UTC.

    status: of the answer; None for no answer. answer: its beginning, or why there was none. retry_after_us: how long the
    receiver asked to be left alone; 0 where it did not. chance: 0 to 1, of this attempt's jitter.
    """

    delivery: Delivery
    started_at: int
    milliseconds: int
    status: int | None
    answer: str
    retry_after_us: int
    chance: float

    @property
    def is_success(self) -> bool:
        return is_success(self.status)


class Health(NamedTuple):
    """A webhook after an attempt, and what the account is told of it: EventTypes."""

    webhook: Webhook
    told: tuple[EventType, ...]


def attempt_of(ended: Ended, now_us: int) -> Attempt:
    """As the log takes it, with the instant of the next one."""
    delivery = ended.delivery
    attempt = Attempt(
        account_id=delivery.account_id,
        webhook_id=delivery.webhook_id,
        event_id=delivery.event_id,
        started_at=ended.started_at,
        milliseconds=ended.milliseconds,
        status=ended.status,
        answer=ended.answer,
        next_at=None,
    )
    if is_success(ended.status) or delivery.tries >= len(RETRY_AFTER_US):
        return attempt
    wait_us = round(RETRY_AFTER_US[delivery.tries] * (1 + _JITTER * ended.chance))
    return attempt._replace(next_at=now_us + max(wait_us, min(ended.retry_after_us, _LONGEST_RETRY_AFTER_US)))


def health_after(webhook: Webhook, attempt: Attempt, now_us: int) -> Health:
    """The webhook after the attempt; it is switched off where the receiver says that it is gone, or is silent for too long."""
    if is_success(attempt.status):
        return Health(webhook._replace(last_success_at=now_us, failing_since=None, warned_at=None), ())
    if not webhook.active:
        # `failing_since` of one that is off says that it was switched off because it failed, not that a test of it does.
        return Health(webhook, ())
    failing = webhook._replace(failing_since=webhook.failing_since or attempt.started_at)
    failed_for_us = now_us - (failing.failing_since or now_us)
    if attempt.status == _GONE or failed_for_us >= DISABLED_AFTER_US:
        return Health(failing._replace(active=False), (EventType.WEBHOOK_DISABLED,))
    if failed_for_us >= WARNED_AFTER_US and failing.warned_at is None:
        return Health(failing._replace(warned_at=now_us), (EventType.WEBHOOK_FAILING,))
    return Health(failing, ())
