"""`AsyncStampwell.webhooks`: the calls of `/api/webhook/v1`."""

from typing import Unpack

from stampwell_client import webhook_calls
from stampwell_client.async_stamps import AsyncRun
from stampwell_client.events import WebhookEvent
from stampwell_client.fields import AttemptFilters, EventWindow, Key, Moment, NewWebhook, WebhookChanges, YesNo
from stampwell_client.listing import AsyncListing
from stampwell_client.models import Attempt, CreatedWebhook, Webhook


class AsyncWebhooks:
    """`idempotency_key` is a fresh one for every call unless it is given."""

    def __init__(self, run: AsyncRun) -> None:
        self._run = run

    async def create(self, *, idempotency_key: Key = None, **fields: Unpack[NewWebhook]) -> CreatedWebhook:
        """Makes a webhook: its number, and its secret, which no other call answers."""
        return await self._run(webhook_calls.create(fields, idempotency_key=idempotency_key))

    async def update(self, webhookIdx: int, *, idempotency_key: Key = None, **fields: Unpack[WebhookChanges]) -> None:
        """Changes the webhook. `activeYn` Y also forgets how long it has been failing."""
        return await self._run(webhook_calls.update(webhookIdx, fields, idempotency_key=idempotency_key))

    async def get(self, webhookIdx: int) -> Webhook:
        """The webhook, without its secret."""
        return await self._run(webhook_calls.get(webhookIdx))

    async def list(self) -> tuple[Webhook, ...]:
        """Every webhook of the account, oldest first."""
        return await self._run(webhook_calls.list_webhooks())

    async def delete(self, webhookIdx: int, *, idempotency_key: Key = None) -> None:
        """Deletes the webhook with what waits for it. The events stay."""
        return await self._run(webhook_calls.delete(webhookIdx, idempotency_key=idempotency_key))

    async def rotate(self, webhookIdx: int, *, idempotency_key: Key = None) -> str:
        """A new secret. The one before it signs beside it for 24 hours."""
        return await self._run(webhook_calls.rotate(webhookIdx, idempotency_key=idempotency_key))

    async def test(self, webhookIdx: int, *, idempotency_key: Key = None) -> int:
        """Sends a `webhook.test`, also while the webhook is off: its eventIdx."""
        return await self._run(webhook_calls.test(webhookIdx, idempotency_key=idempotency_key))

    def events(self, **window: Unpack[EventWindow]) -> AsyncListing[WebhookEvent]:
        """Every event of the last 30 days, oldest first."""
        return AsyncListing(self._run, webhook_calls.list_events(window))

    def attempts(self, **filters: Unpack[AttemptFilters]) -> AsyncListing[Attempt]:
        """Every attempt to deliver an event of the last 30 days, newest first."""
        return AsyncListing(self._run, webhook_calls.list_attempts(filters))

    async def resend(
        self,
        webhookIdx: int,
        *,
        eventIdx: int | None = None,
        since: Moment | None = None,
        failedYn: YesNo | None = None,
        idempotency_key: Key = None,
    ) -> int:
        """Sends one event again, or every one since a time: how many. `failedYn` Y: only those whose last attempt failed."""
        return await self._run(webhook_calls.resend(webhookIdx, eventIdx, since, failedYn, idempotency_key=idempotency_key))
