"""`Stampwell.webhooks`: the calls of `/api/webhook/v1`."""

from typing import Unpack

from stampwell_client import webhook_calls
from stampwell_client.events import WebhookEvent
from stampwell_client.fields import AttemptFilters, EventWindow, Key, Moment, NewWebhook, WebhookChanges, YesNo
from stampwell_client.listing import Listing
from stampwell_client.models import Attempt, CreatedWebhook, Webhook
from stampwell_client.stamps import Run


class Webhooks:
    """`idempotency_key` is a fresh one for every call unless it is given."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def create(self, *, idempotency_key: Key = None, **fields: Unpack[NewWebhook]) -> CreatedWebhook:
        """Makes a webhook: its number, and its secret, which no other call answers."""
        return self._run(webhook_calls.create(fields, idempotency_key=idempotency_key))

    def update(self, webhookIdx: int, *, idempotency_key: Key = None, **fields: Unpack[WebhookChanges]) -> None:
        """Changes the webhook. `activeYn` Y also forgets how long it has been failing."""
        return self._run(webhook_calls.update(webhookIdx, fields, idempotency_key=idempotency_key))

    def get(self, webhookIdx: int) -> Webhook:
        """The webhook, without its secret."""
        return self._run(webhook_calls.get(webhookIdx))

    def list(self) -> tuple[Webhook, ...]:
        """Every webhook of the account, oldest first."""
        return self._run(webhook_calls.list_webhooks())

    def delete(self, webhookIdx: int, *, idempotency_key: Key = None) -> None:
        """Deletes the webhook with what waits for it. The events stay."""
        return self._run(webhook_calls.delete(webhookIdx, idempotency_key=idempotency_key))

    def rotate(self, webhookIdx: int, *, idempotency_key: Key = None) -> str:
        """A new secret. The one before it signs beside it for 24 hours."""
        return self._run(webhook_calls.rotate(webhookIdx, idempotency_key=idempotency_key))

    def test(self, webhookIdx: int, *, idempotency_key: Key = None) -> int:
        """Sends a `webhook.test`, also while the webhook is off: its eventIdx."""
        return self._run(webhook_calls.test(webhookIdx, idempotency_key=idempotency_key))

    def events(self, **window: Unpack[EventWindow]) -> Listing[WebhookEvent]:
        """Every event of the last 30 days, oldest first."""
        return Listing(self._run, webhook_calls.list_events(window))

    def attempts(self, **filters: Unpack[AttemptFilters]) -> Listing[Attempt]:
        """Every attempt to deliver an event of the last 30 days, newest first."""
        return Listing(self._run, webhook_calls.list_attempts(filters))

    def resend(
        self,
        webhookIdx: int,
        *,
        eventIdx: int | None = None,
        since: Moment | None = None,
        failedYn: YesNo | None = None,
        idempotency_key: Key = None,
    ) -> int:
        """Sends one event again, or every one since a time: how many. `failedYn` Y: only those whose last attempt failed."""
        return self._run(webhook_calls.resend(webhookIdx, eventIdx, since, failedYn, idempotency_key=idempotency_key))
