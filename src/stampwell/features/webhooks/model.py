from typing import NamedTuple
from zoneinfo import ZoneInfo

from stampwell.core.days import to_ymdt
from stampwell.core.units import HOUR_US, MINUTE_US, SECOND_US

MOST_WEBHOOKS = 20
"""Of an account."""

RETRY_AFTER_US = (
    5 * SECOND_US,
    5 * MINUTE_US,
    30 * MINUTE_US,
    2 * HOUR_US,
    5 * HOUR_US,
    10 * HOUR_US,
    14 * HOUR_US,
    20 * HOUR_US,
    24 * HOUR_US,
)
"""How long after each failed attempt the next one comes, without its jitter; after the last there is none."""

OLD_SECRET_SIGNS_US = 24 * HOUR_US
"""For how long a secret goes on signing after it was replaced."""

WARNED_AFTER_US = 36 * HOUR_US
"""Without a success: the owner is told."""

DISABLED_AFTER_US = 72 * HOUR_US
"""Without a success: the webhook is switched off."""

_SUCCESS = range(200, 300)


class Webhook(NamedTuple):
    """An address that events are sent to. Instants are microseconds since 1970 in UTC.

    event_types: () for all. card_id: 0 for all cards. thin: only numbers are sent. personal: whether the customer's fields are.
    old_secret: signs beside `secret` until `old_secret_until`. failing_since: the first failed attempt after the last success;
    of one that is off: it was switched off because of that. warned_at: when the owner was told of it.
    """

    webhook_id: int
    account_id: int
    url: str
    event_types: tuple[str, ...]
    card_id: int
    thin: bool
    personal: bool
    description: str
    active: bool
    secret: str
    old_secret: str | None
    old_secret_until: int | None
    last_success_at: int | None
    failing_since: int | None
    warned_at: int | None
    created_at: int

    @property
    def payload(self) -> str:
        """`thin` or `full`."""
        return "thin" if self.thin else "full"

    def as_json(self, zone: ZoneInfo) -> dict[str, object]:
        """The webhook object of the API, without its secret."""
        return {
            "webhookIdx": self.webhook_id,
            "url": self.url,
            "events": list(self.event_types),
            "cardIdx": self.card_id,
            "payload": self.payload,
            "personalYn": "Y" if self.personal else "N",
            "description": self.description or None,
            "activeYn": "Y" if self.active else "N",
            "lastSuccessYmdt": None if self.last_success_at is None else to_ymdt(self.last_success_at, zone),
            "failingSinceYmdt": None if self.failing_since is None else to_ymdt(self.failing_since, zone),
            "regYmdt": to_ymdt(self.created_at, zone),
        }

    def secrets(self, now_us: int) -> tuple[str, ...]:
        """Those that sign now, the newest first."""
        if self.old_secret is None or self.old_secret_until is None or now_us >= self.old_secret_until:
            return (self.secret,)
        return self.secret, self.old_secret


class NewDelivery(NamedTuple):
    """An event that is to be sent to a webhook. stamp_id: 0 for what is no stamp's. is_test: also while the webhook is off."""

    webhook_id: int
    event_id: int
    account_id: int
    stamp_id: int
    due_at: int
    is_test: bool


DeliveryKey = tuple[int, int]
"""The numbers of a webhook and of an event."""


class Delivery(NamedTuple):
    """An event that this process has in hand for a webhook. tries: attempts that have ended."""

    webhook_id: int
    event_id: int
    account_id: int
    tries: int

    @property
    def key(self) -> DeliveryKey:
        return self.webhook_id, self.event_id


class Attempt(NamedTuple):
    """An attempt that has ended, as the log takes it.

    status: of the answer; None for no answer. answer: its beginning, or why there was none. next_at: of the next attempt; None
    for none.
    """

    account_id: int
    webhook_id: int
    event_id: int
    started_at: int
    milliseconds: int
    status: int | None
    answer: str
    next_at: int | None


def is_success(status: int | None) -> bool:
    """Whether an answer of that status, or None for no answer, means that the receiver has the event."""
    return status in _SUCCESS


class LoggedAttempt(NamedTuple):
    """An attempt of the log; its members are those of Attempt, and its number."""

    attempt_id: int
    webhook_id: int
    event_id: int
    started_at: int
    milliseconds: int
    status: int | None
    answer: str
    next_at: int | None

    def as_json(self, zone: ZoneInfo) -> dict[str, object]:
        """The row of the API."""
        return {
            "attemptIdx": self.attempt_id,
            "webhookIdx": self.webhook_id,
            "eventIdx": self.event_id,
            "attemptYmdt": to_ymdt(self.started_at, zone),
            "status": self.status,
            "milliseconds": self.milliseconds,
            "answer": self.answer,
            "nextYmdt": None if self.next_at is None else to_ymdt(self.next_at, zone),
        }
