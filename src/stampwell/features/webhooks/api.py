"""The handlers of `/api/webhook/v1`."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from stampwell.core.actors import Actor, key_actor
from stampwell.db.database import Database, Tx
from stampwell.features.accounts.admission import admitted
from stampwell.features.events.service import has_pending_up_to, newest_pending
from stampwell.features.idempotency.api import Idempotency
from stampwell.features.keys.errors import ScopeMissing
from stampwell.features.keys.model import Principal, Scope
from stampwell.features.webhooks import requests, service
from stampwell.features.webhooks.listing import page_of_attempts, page_of_events
from stampwell.features.webhooks.model import Webhook
from stampwell.features.webhooks.resending import end_resending, first_to_resend, resend_event, resend_page
from stampwell.features.webhooks.rules import UrlRule
from stampwell.http.context import Context

Publish = Callable[[Tx], int]
"""A unit of work: some of what was committed becomes events; 0 also while somebody else is at it."""

_TEXTS = {"url": "url", "description": "description", "cardIdx": "card_id"}
_FLAGS = {"personalYn": "personal", "activeYn": "active"}
_ANY_KEY_CHANGES = {"description", "active"}
_WAIT_FOR_OTHERS_S = 0.01


class WebhookApi:
    """The handlers of the webhook endpoints."""

    def __init__(self, db: Database, *, once: Idempotency, url_rule: UrlRule, publish: Publish) -> None:
        self._db = db
        self._once = once
        self._url_rule = url_rule
        self._publish = publish

    async def create(self, context: Context[Principal], request: requests.CreateWebhook) -> object:
        """The webhookIdx and the secret, this once."""

        def unit(tx: Tx) -> dict[str, object]:
            webhook = service.create_webhook(
                tx,
                context.principal.account_id,
                _given(request),
                url_rule=self._url_rule,
                actor=_actor(context),
                now_us=context.now_us,
            )
            _require_customer_scope(context.principal, webhook)
            return {"webhookIdx": webhook.webhook_id, "secret": webhook.secret}

        return await self._once.run(context, request, unit)

    async def update(self, context: Context[Principal], request: requests.UpdateWebhook) -> object:
        """None."""

        def unit(tx: Tx) -> None:
            given = _given(request)
            webhook = service.change_webhook(
                tx,
                context.principal.account_id,
                request.webhookIdx,
                given,
                url_rule=self._url_rule,
                actor=_actor(context),
                now_us=context.now_us,
            )
            if not given.keys() <= _ANY_KEY_CHANGES:
                _require_customer_scope(context.principal, webhook)

        return await self._once.run(context, request, unit)

    async def get(self, context: Context[Principal], request: requests.OneWebhook) -> object:
        """The webhook object."""
        principal = context.principal
        webhook = await self._db.read(service.get_webhook, principal.account_id, request.webhookIdx)
        return webhook.as_json(principal.time_zone)

    async def list(self, context: Context[Principal], _request: requests.ListWebhooks) -> object:
        """Every webhook object."""
        principal = context.principal
        webhooks = await self._db.read(service.list_webhooks, principal.account_id)
        return {"list": [webhook.as_json(principal.time_zone) for webhook in webhooks]}

    async def delete(self, context: Context[Principal], request: requests.OneWebhook) -> object:
        """None."""
        account_id, webhook_id = context.principal.account_id, request.webhookIdx

        async def prepare() -> Callable[[Tx], object]:
            clear = partial(service.clear_some, account_id=account_id, webhook_id=webhook_id)
            while await self._db.write(admitted(account_id, clear)):
                pass
            return partial(
                service.delete_webhook,
                account_id=account_id,
                webhook_id=webhook_id,
                actor=_actor(context),
                now_us=context.now_us,
            )

        return await self._once.after(context, request, prepare)

    async def rotate(self, context: Context[Principal], request: requests.ThisWebhook) -> object:
        """The new secret, this once."""

        def unit(tx: Tx) -> dict[str, object]:
            account_id, actor = context.principal.account_id, _actor(context)
            webhook = service.rotate_secret(tx, account_id, request.webhookIdx, actor=actor, now_us=context.now_us)
            return {"secret": webhook.secret}

        return await self._once.run(context, request, unit)

    async def test(self, context: Context[Principal], request: requests.ThisWebhook) -> object:
        """The eventIdx of the test."""

        def unit(tx: Tx) -> int:
            account_id, actor = context.principal.account_id, _actor(context)
            return service.send_test(tx, account_id, request.webhookIdx, actor=actor, now_us=context.now_us)

        return await self._once.run(context, request, unit)

    async def events(self, context: Context[Principal], request: requests.ListEvents) -> object:
        """A page of events, what was committed before the request among them."""
        principal = context.principal
        mark = await self._db.read(newest_pending, principal.account_id)
        while mark is not None and await self._db.read(has_pending_up_to, principal.account_id, mark):
            if not await self._db.write(self._publish):
                await asyncio.sleep(_WAIT_FOR_OTHERS_S)
        return await self._db.read(
            page_of_events,
            principal.account_id,
            after=request.after,
            kind=request.type or "",
            limit=request.limit,
            personal=Scope.CUSTOMER_READ in principal.scopes,
            now_us=context.now_us,
        )

    async def attempts(self, context: Context[Principal], request: requests.ListAttempts) -> object:
        """A page of attempts."""
        principal = context.principal
        return await self._db.read(
            page_of_attempts,
            principal.account_id,
            webhook_id=request.webhookIdx,
            event_id=request.eventIdx,
            failed=request.failedYn == "Y",
            limit=request.limit,
            cursor=request.cursor,
            zone=principal.time_zone,
            now_us=context.now_us,
        )

    async def resend(self, context: Context[Principal], request: requests.ResendEvents) -> object:
        """How many were queued."""
        account_id, webhook_id, now_us = context.principal.account_id, request.webhookIdx, context.now_us
        failed, event_id, since = request.failedYn == "Y", request.eventIdx, request.since
        actor = _actor(context)
        if event_id is not None:

            def unit(tx: Tx) -> int:
                return resend_event(tx, account_id, webhook_id, event_id, failed=failed, actor=actor, now_us=now_us)

            return await self._once.run(context, request, unit)

        async def prepare() -> Callable[[Tx], object]:
            queued, after = await self._db.read(first_to_resend, account_id, webhook_id, since=since or 0, now_us=now_us)
            while after is not None:
                page = partial(
                    resend_page, account_id=account_id, webhook_id=webhook_id, after=after, failed=failed, now_us=now_us
                )
                more, after = await self._db.write(admitted(account_id, page))
                queued += more
            return partial(
                end_resending, account_id=account_id, webhook_id=webhook_id, queued=queued, actor=actor, now_us=now_us
            )

        return await self._once.after(context, request, prepare)


def _require_customer_scope(principal: Principal, webhook: Webhook) -> None:
    """Raises ScopeMissing where the webhook sends personal fields that the key itself may not read."""
    if webhook.personal and Scope.CUSTOMER_READ not in principal.scopes:
        raise ScopeMissing(scope=Scope.CUSTOMER_READ)


def _given(request: requests.CreateWebhook | requests.UpdateWebhook) -> dict[str, Any]:
    """The fields of Webhook that the request has a value for."""
    values = request.model_dump(exclude_none=True)
    given: dict[str, Any] = {field: values[name] for name, field in _TEXTS.items() if name in values}
    given |= {field: values[name] == "Y" for name, field in _FLAGS.items() if name in values}
    if request.payload is not None:
        given["thin"] = request.payload == "thin"
    if request.events is not None:
        given["event_types"] = tuple(request.events)
    return given


def _actor(context: Context[Principal]) -> Actor:
    return key_actor(context.principal.key_id)
