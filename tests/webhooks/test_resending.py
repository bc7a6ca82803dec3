"""`POST /api/webhook/v1/resend`: events go out again, with the same id and the same body."""

from typing import Any

import pytest

from kit.hooks import Hooks, Reply, add_webhook
from kit.load import wait_for
from kit.people import Person
from kit.refusals import wrong_fields
from kit.shop import Answer, Shop, least
from stampwell.features.webhooks import resending
from stampwell.features.webhooks.model import Webhook

BASE = "/api/webhook/v1"
SINCE = "2026-03-02 18:00:00"


@pytest.fixture
def owner(hook_shop: Shop) -> Person:
    return hook_shop.open_account()


def _resend(
    shop: Shop, owner: Person, webhook: Webhook, headers: dict[str, str | bytes] | None = None, **body: object
) -> Answer:
    asked = {"webhookIdx": webhook.webhook_id, **body}
    return shop.request("POST", f"{BASE}/resend", by=owner, body=asked, headers=headers)


def _issue(shop: Shop, owner: Person, count: int = 1) -> list[int]:
    """Numbers of the events."""
    after = [event["data"]["eventIdx"] for event in shop.get(f"{BASE}/events", owner).result["list"]][-1:] or [0]
    for _ in range(count):
        assert shop.create(owner, least(cardIdx=owner.card_id)).status == 200
    found = shop.get(f"{BASE}/events", owner, after=after[0], limit=100).result["list"]
    return [event["data"]["eventIdx"] for event in found]


def _attempts(shop: Shop, owner: Person, webhook: Webhook) -> list[Any]:
    rows: list[Any] = shop.get(f"{BASE}/attempts", owner, webhookIdx=webhook.webhook_id, limit=100).result["list"]
    return rows


class TestOneEvent:
    def test_it_comes_again_the_same(self, hook_shop: Shop, hooks: Hooks, owner: Person) -> None:
        webhook = add_webhook(hook_shop, hooks.url, by=owner)
        (event,) = _issue(hook_shop, owner)
        hooks.until(1)
        wait_for(lambda: len(_attempts(hook_shop, owner, webhook)) == 1, seconds=20)
        assert _resend(hook_shop, owner, webhook, eventIdx=event).result == 1
        first, second = hooks.until(2)
        assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])

    def test_whatever_the_filter_says(self, hook_shop: Shop, hooks: Hooks, owner: Person) -> None:
        webhook = add_webhook(hook_shop, hooks.url, by=owner, event_types=("stamp.full",))
        (event,) = _issue(hook_shop, owner)
        assert _resend(hook_shop, owner, webhook, eventIdx=event).result == 1
        assert hooks.until(1)[0].data["eventIdx"] == event

    def test_one_that_never_failed_is_not_among_those_that_did(self, hook_shop: Shop, hooks: Hooks, owner: Person) -> None:
        webhook = add_webhook(hook_shop, hooks.url, by=owner)
        (event,) = _issue(hook_shop, owner)
        wait_for(lambda: len(_attempts(hook_shop, owner, webhook)) == 1, seconds=20)
        assert _resend(hook_shop, owner, webhook, eventIdx=event, failedYn="Y").result == 0

    def test_another_accounts_event(self, hook_shop: Shop, owner: Person) -> None:
        webhook = add_webhook(hook_shop, "http://127.0.0.1:9/", by=hook_shop.open_account())
        (event,) = _issue(hook_shop, owner)
        stranger = add_webhook(hook_shop, "http://127.0.0.1:9/", by=hook_shop.alice)
        assert _resend(hook_shop, hook_shop.alice, stranger, eventIdx=event).json["code"] == 40407
        assert _resend(hook_shop, owner, webhook, eventIdx=event).json["code"] == 40407


class TestSince:
    def test_what_it_missed_while_it_was_off(self, hook_shop: Shop, hooks: Hooks, owner: Person) -> None:
        webhook = add_webhook(hook_shop, hooks.url, by=owner, active=False)
        missed = _issue(hook_shop, owner, 5)
        problem = f"webhook {webhook.webhook_id} is switched off; switch it on first"
        assert _resend(hook_shop, owner, webhook, since=SINCE).json == wrong_fields(("webhookIdx", problem))
        assert _resend(hook_shop, owner, webhook, eventIdx=missed[0]).json == wrong_fields(("webhookIdx", problem))
        hook_shop.put(f"{BASE}/update", owner, webhookIdx=webhook.webhook_id, activeYn="Y")
        assert _resend(hook_shop, owner, webhook, since=SINCE).result == 5
        assert sorted(came.data["eventIdx"] for came in hooks.until(5)) == missed

    def test_from_that_instant_on_in_the_accounts_time_zone_or_with_an_offset(self, hook_shop: Shop, owner: Person) -> None:
        webhook = add_webhook(hook_shop, "http://127.0.0.1:9/", by=owner)
        _issue(hook_shop, owner, 2)
        hook_shop.clock.advance(seconds=60)
        _issue(hook_shop, owner)
        for since, expected in (
            ("2026-03-02 18:00:00", 3),
            ("2026-03-02 18:00:01", 1),
            ("2026-03-02T18:01:00+09:00", 1),
            ("2026-03-02T09:00:00Z", 3),
            ("2026-03-02 18:01:01", 0),
            ("2020-01-01 00:00:00", 3),
        ):
            assert _resend(hook_shop, owner, webhook, since=since).result == expected, since

    def test_its_filters_count(self, hook_shop: Shop, owner: Person) -> None:
        webhook = add_webhook(hook_shop, "http://127.0.0.1:9/", by=owner, event_types=("stamp.full",))
        other = add_webhook(hook_shop, "http://127.0.0.1:9/", by=owner)
        _issue(hook_shop, owner, 2)
        for number in (webhook.webhook_id, other.webhook_id):
            hook_shop.request("POST", f"{BASE}/test", by=owner, body={"webhookIdx": number})
        assert _resend(hook_shop, owner, webhook, since=SINCE).result == 1
        assert _resend(hook_shop, owner, other, since=SINCE).result == 3

    def test_only_those_that_failed(self, hook_shop: Shop, hooks: Hooks, owner: Person) -> None:
        webhook = add_webhook(hook_shop, hooks.url, by=owner)
        refused: set[int] = set()

        def answer(came: Any) -> Reply:
            return Reply(500) if came.data["eventIdx"] in refused else Reply()

        hooks.answer = lambda _: Reply(500)
        failed = _issue(hook_shop, owner, 2)
        wait_for(lambda: len(_attempts(hook_shop, owner, webhook)) == 2, seconds=20)
        hooks.answer = answer
        _issue(hook_shop, owner, 3)
        wait_for(lambda: len(_attempts(hook_shop, owner, webhook)) == 5, seconds=20)
        assert _resend(hook_shop, owner, webhook, since=SINCE, failedYn="Y").result == 2
        again = hooks.until(7)[5:]
        assert sorted(came.data["eventIdx"] for came in again) == failed
        wait_for(lambda: len(_attempts(hook_shop, owner, webhook)) == 7, seconds=20)
        assert _resend(hook_shop, owner, webhook, since=SINCE, failedYn="Y").result == 0

    def test_a_page_at_a_time(self, hook_shop: Shop, hooks: Hooks, owner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(resending, "_PAGE", 2)
        webhook = add_webhook(hook_shop, hooks.url, by=owner, active=False)
        missed = _issue(hook_shop, owner, 6)
        hook_shop.put(f"{BASE}/update", owner, webhookIdx=webhook.webhook_id, activeYn="Y")
        headers: dict[str, str | bytes] = {"Idempotency-Key": "again"}
        answers = [_resend(hook_shop, owner, webhook, headers=headers, since=SINCE) for _ in range(2)]
        assert [answer.result for answer in answers] == [6, 6]
        assert answers[1].headers["Idempotency-Replayed"] == "true"
        assert sorted(came.data["eventIdx"] for came in hooks.until(6)) == missed
        sql = "SELECT changes FROM audit WHERE action = 'webhook.resent' AND account_id = :account"
        assert [row["changes"] for row in hook_shop.data.rows(sql, account=owner.account_id)] == ['{"count": [null, 6]}']


class TestWhatIsAsked:
    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("body", "field", "problem"),
        [
            ({}, "since", "send either eventIdx or since: one event, or every event from a time on"),
            ({"since": ""}, "since", "send either eventIdx or since: one event, or every event from a time on"),
            ({"eventIdx": 1, "since": SINCE}, "since", "send either eventIdx or since, not both"),
            (
                {"since": "yesterday"},
                "since",
                "must be written YYYY-MM-DD HH:mm:ss, such as 2026-11-29 14:05:00, or with an offset: +09:00 or Z",
            ),
            ({"eventIdx": "1"}, "eventIdx", "must be an integer: send 1 without quotes"),
            ({"eventIdx": 1, "failedYn": "yes"}, "failedYn", "must be one of 'Y' or 'N'"),
        ],
        ids=str,
    )
    def test_what_is_wrong_is_named(
        self, hook_shop: Shop, owner: Person, body: dict[str, object], field: str, problem: str
    ) -> None:
        webhook = add_webhook(hook_shop, "http://127.0.0.1:9/", by=owner)
        answer = _resend(hook_shop, owner, webhook, **body)
        assert (answer.status, answer.json) == (400, wrong_fields((field, problem)))
