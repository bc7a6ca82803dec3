"""The client's webhook endpoints, against the real server."""

from collections.abc import Iterator
from typing import Any

import pytest
from flavours import Connect

from kit.shop import Shop
from stampwell_client import FieldsWrong, WebhookNotFound

URL = "https://shop.example/stampwell"


@pytest.fixture
def api(shop: Shop, connect: Connect) -> Any:
    """Alice's."""
    return connect(shop.server.base, api_key=shop.alice.key)


@pytest.fixture
def webhook(api: Any) -> Iterator[int]:
    """One that is off, so that nothing is sent but tests."""
    made = api.webhooks.create(url=URL, events=["stamp.full"], activeYn="N", description="The till")
    yield made.webhookIdx
    if any(one.webhookIdx == made.webhookIdx for one in api.webhooks.list()):
        api.webhooks.delete(made.webhookIdx)


class TestOne:
    def test_its_life(self, api: Any, webhook: int) -> None:
        found = api.webhooks.get(webhook)
        assert (found.url, found.events, found.cardIdx, found.payload) == (URL, ("stamp.full",), 0, "full")
        assert (found.personalYn, found.description, found.activeYn, found.extra) == ("N", "The till", "N", {})
        assert api.webhooks.update(webhook, events=[], description="") is None
        (changed,) = [one for one in api.webhooks.list() if one.webhookIdx == webhook]
        assert (changed.events, changed.description) == ((), None)
        assert api.webhooks.delete(webhook) is None
        with pytest.raises(WebhookNotFound):
            api.webhooks.get(webhook)

    def test_its_secret_is_not_printed(self, api: Any) -> None:
        made = api.webhooks.create(url=URL, activeYn="N")
        secret = api.webhooks.rotate(made.webhookIdx)
        assert [one[:6] for one in (made.secret, secret)] == ["whsec_"] * 2
        assert made.secret != secret
        assert made.secret not in repr(made)
        api.webhooks.delete(made.webhookIdx)

    def test_what_is_wrong_is_told(self, api: Any) -> None:
        with pytest.raises(FieldsWrong) as raised:
            api.webhooks.create(url=URL, events=["stamp.ful"])
        assert [row.field for row in raised.value.errors] == ["events"]


class TestLogs:
    def test_events_page_after_page(self, api: Any, webhook: int) -> None:
        before = [event.eventIdx for event in api.webhooks.events(limit=100)]
        numbers = [api.webhooks.test(webhook) for _ in range(3)]
        last = before[-1] if before else 0
        found = list(api.webhooks.events(after=last, type="webhook.test", limit=1))
        assert [(event.eventIdx, event.webhookIdx) for event in found] == [(number, webhook) for number in numbers]
        pages = list(api.webhooks.events(after=last, type="webhook.test", limit=2).pages())
        assert [page.nextCursor for page in pages] == [numbers[1], None]

    def test_attempts(self, api: Any, shop: Shop, webhook: int) -> None:
        event = api.webhooks.test(webhook)
        for status in (500, None):
            shop.data.run(
                "INSERT INTO webhook_attempt (account_id, webhook_id, event_id, started_at, milliseconds, status, answer) "
                "VALUES (:account, :webhook, :event, 5, 7, :status, 'x')",
                account=shop.alice.account_id,
                webhook=webhook,
                event=event,
                status=status,
            )
        found = [one for one in api.webhooks.attempts(webhookIdx=webhook, failedYn="Y", limit=1) if one.milliseconds == 7]
        assert [(one.eventIdx, one.status, one.answer) for one in found][-2:] == [(event, None, "x"), (event, 500, "x")]


class TestResend:
    def test_what_was_missed(self, api: Any, webhook: int) -> None:
        event = api.webhooks.test(webhook)
        with pytest.raises(FieldsWrong, match="switched off"):
            api.webhooks.resend(webhook, eventIdx=event)
        api.webhooks.update(webhook, activeYn="Y")
        assert api.webhooks.resend(webhook, eventIdx=event) == 1
        assert api.webhooks.resend(webhook, since="2020-01-01 00:00:00") >= 1
        with pytest.raises(FieldsWrong):
            api.webhooks.resend(webhook)
