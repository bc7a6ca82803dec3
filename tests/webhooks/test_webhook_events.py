"""`GET /api/webhook/v1/events` and `attempts`: the logs, a page at a time."""

import time
from typing import Any

import pytest

from kit.hooks import Hooks, Reply, add_webhook
from kit.people import Person
from kit.refusals import refusal, wrong_fields
from kit.shop import Shop, least
from stampwell.core.units import DAY_US
from stampwell.features.events.model import EventType
from stampwell.features.keys.model import ALL_SCOPES

BASE = "/api/webhook/v1"
PERSONAL = ("memo", "userId", "userNm", "userPhnno", "userEml", "userEtc1", "userEtc2")


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account()


def _issue(shop: Shop, owner: Person, **fields: object) -> int:
    number: int = shop.create(owner, least(cardIdx=owner.card_id, **fields)).result
    return number


def _events(shop: Shop, owner: Person, **query: object) -> Any:
    return shop.get(f"{BASE}/events", owner, **query).result


class TestEvents:
    def test_what_was_just_done_is_there(self, shop: Shop, owner: Person) -> None:
        for number in range(1, 11):
            stamp = _issue(shop, owner)
            shop.put("/api/stamp/v1/add", owner, stampIdx=stamp)
            found = _events(shop, owner)["list"]
            assert len(found) == 2 * number
            assert [(event["type"], event["data"]["sequence"]) for event in found[-2:]] == [
                ("stamp.issued", 1),
                ("stamp.added", 2),
            ]
            assert found[-1]["data"]["stamp"]["stampIdx"] == stamp

    def test_one_after_the_other(self, shop: Shop, owner: Person) -> None:
        for _ in range(5):
            _issue(shop, owner)
        whole = _events(shop, owner)
        assert (len(whole["list"]), whole["nextCursor"]) == (5, None)
        seen: list[Any] = []
        page = _events(shop, owner, limit=2)
        while page["nextCursor"] is not None:
            assert page["nextCursor"] == page["list"][-1]["data"]["eventIdx"]
            seen += page["list"]
            page = _events(shop, owner, limit=2, after=page["nextCursor"])
        assert seen + page["list"] == whole["list"]
        assert _events(shop, owner, limit=5)["nextCursor"] is None
        last = whole["list"][-1]["data"]["eventIdx"]
        assert _events(shop, owner, after=last) == {"list": [], "nextCursor": None}

    def test_of_one_type(self, shop: Shop, owner: Person) -> None:
        stamp = _issue(shop, owner)
        for _ in range(3):
            shop.put("/api/stamp/v1/add", owner, stampIdx=stamp)
        page = _events(shop, owner, type="stamp.added", limit=2)
        assert [event["data"]["after"] for event in page["list"]] == [1, 2]
        (last,) = _events(shop, owner, type="stamp.added", after=page["nextCursor"])["list"]
        assert last["data"]["after"] == 3
        assert _events(shop, owner, type="stamp.merged")["list"] == []

    def test_blank_parameters_are_absent(self, shop: Shop, owner: Person) -> None:
        _issue(shop, owner)
        assert len(_events(shop, owner, type="", after="", limit="")["list"]) == 1

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("name", "value", "problem"),
        [
            (
                "type",
                "stamp.issue",
                f"there is no event type stamp.issue; did you mean stamp.issued? The types are {', '.join(EventType)}",
            ),
            ("type", "%", f"there is no event type %; the types are {', '.join(EventType)}"),
            ("after", "-1", "must be at least 0"),
            ("after", "last", "must be an integer, such as 123"),
            ("limit", "101", "must be at most 100"),
            ("limit", "0", "must be at least 1"),
        ],
    )
    def test_what_is_wrong_is_named(self, shop: Shop, owner: Person, name: str, value: str, problem: str) -> None:
        answer = shop.get(f"{BASE}/events", owner, **{name: value})
        assert (answer.status, answer.json) == (400, wrong_fields((name, problem)))

    def test_personal_fields_are_for_keys_that_may_read_customers(self, shop: Shop, owner: Person) -> None:
        _issue(shop, owner, userNm="Kim Minji", userId="kim", memo="likes oat milk")
        (event,) = _events(shop, owner)["list"]
        assert (event["data"]["stamp"]["userNm"], event["data"]["stamp"]["memo"]) == ("Kim Minji", "likes oat milk")
        without = shop.with_key(owner, scopes=ALL_SCOPES - {"customer:read"})
        answer = shop.get(f"{BASE}/events", without)
        (bare,) = answer.result["list"]
        assert b"Kim" not in answer.content
        assert b"oat" not in answer.content
        shown = event["data"]["stamp"]
        assert bare["data"]["stamp"] == {name: value for name, value in shown.items() if name not in PERSONAL}
        assert {**bare, "data": {**bare["data"], "stamp": 0}} == {**event, "data": {**event["data"], "stamp": 0}}

    def test_they_are_the_accounts_own(self, shop: Shop, owner: Person) -> None:
        _issue(shop, owner)
        assert _events(shop, shop.open_account()) == {"list": [], "nextCursor": None}

    def test_30_days_back(self, shop: Shop, owner: Person) -> None:
        _issue(shop, owner)
        assert len(_events(shop, owner)["list"]) == 1
        move = "UPDATE event SET created_at = created_at - :back WHERE account_id = :account"
        shop.data.run(move, back=30 * DAY_US, account=owner.account_id)
        assert len(_events(shop, owner)["list"]) == 1
        shop.data.run(move, back=1, account=owner.account_id)
        assert _events(shop, owner)["list"] == []


class TestTheTestEvent:
    def test_it_is_answered_and_in_the_log(self, shop: Shop, owner: Person) -> None:
        body = {"url": "https://shop.example/", "events": ["stamp.full"], "activeYn": "N"}
        webhook = shop.request("POST", f"{BASE}/create", by=owner, body=body).result["webhookIdx"]
        number = shop.request("POST", f"{BASE}/test", by=owner, body={"webhookIdx": webhook}).result
        (event,) = _events(shop, owner)["list"]
        assert event["type"] == "webhook.test"
        assert event["data"] == {"eventIdx": number, "sequence": None, "actionType": "TEST", "webhookIdx": webhook}

    def test_it_arrives_whatever_the_filter_also_while_the_webhook_is_off(self, hook_shop: Shop, hooks: Hooks) -> None:
        webhook = add_webhook(hook_shop, hooks.url, event_types=("stamp.full",), active=False)
        other = add_webhook(hook_shop, hooks.url + "/other")
        headers: dict[str, str | bytes] = {"Idempotency-Key": f"test of {webhook.webhook_id}"}
        asked = {"webhookIdx": webhook.webhook_id}
        first, again = (
            hook_shop.request("POST", f"{BASE}/test", by=hook_shop.alice, body=asked, headers=headers).result for _ in range(2)
        )
        assert first == again
        (came,) = hooks.until(1)
        assert (came.path, came.type, came.data["eventIdx"]) == ("/stampwell", "webhook.test", first)
        # What is told later is sent later: nothing else was on its way.
        asked_other = {"webhookIdx": other.webhook_id}
        last = hook_shop.request("POST", f"{BASE}/test", by=hook_shop.alice, body=asked_other).result
        assert [(one.path, one.data["eventIdx"]) for one in hooks.until(2)[1:]] == [("/stampwell/other", last)]


class TestAttempts:
    def test_each_is_shown(self, hook_shop: Shop, hooks: Hooks) -> None:
        hooks.answer = lambda _: Reply(503, text="come back later")
        webhook = add_webhook(hook_shop, hooks.url)
        event = hook_shop.request("POST", f"{BASE}/test", by=hook_shop.alice, body={"webhookIdx": webhook.webhook_id}).result
        found: list[Any] = []
        deadline = time.monotonic() + 20
        while not found and time.monotonic() < deadline:
            found = hook_shop.get(f"{BASE}/attempts", hook_shop.alice, webhookIdx=webhook.webhook_id).result["list"]
        (row,) = found
        assert list(row) == [
            *("attemptIdx", "webhookIdx", "eventIdx", "attemptYmdt", "status", "milliseconds", "answer", "nextYmdt")
        ]
        assert (row["eventIdx"], row["status"], row["answer"]) == (event, 503, "come back later")
        assert row["nextYmdt"] is not None

    @pytest.fixture
    def webhooks(self, shop: Shop, owner: Person) -> list[int]:
        """Two that are off, with seven attempts in turn; every third succeeded, and the fourth has no answer."""
        body = {"url": "https://shop.example/", "activeYn": "N"}
        numbers = [shop.request("POST", f"{BASE}/create", by=owner, body=body).result["webhookIdx"] for _ in range(2)]
        event = _issue(shop, owner) and _events(shop, owner)["list"][0]["data"]["eventIdx"]
        for place in range(7):
            shop.data.run(
                "INSERT INTO webhook_attempt (account_id, webhook_id, event_id, started_at, milliseconds, status, answer) "
                "VALUES (:account, :webhook, :event, 5, 1, :status, '')",
                account=owner.account_id,
                webhook=numbers[place % 2],
                event=event,
                status=None if place == 3 else 200 if place % 3 == 2 else 302,
            )
        return numbers

    def _listed(self, shop: Shop, owner: Person, **query: object) -> list[Any]:
        page = shop.get(f"{BASE}/attempts", owner, **query).result
        found = list(page["list"])
        while page["nextCursor"] is not None:
            page = shop.get(f"{BASE}/attempts", owner, **query, cursor=page["nextCursor"]).result
            found += page["list"]
        return found

    def test_newest_first_a_page_at_a_time(self, shop: Shop, owner: Person, webhooks: list[int]) -> None:
        whole = self._listed(shop, owner)
        assert [row["webhookIdx"] for row in whole] == [webhooks[place % 2] for place in range(7)][::-1]
        assert [row["attemptIdx"] for row in whole] == sorted((row["attemptIdx"] for row in whole), reverse=True)
        assert self._listed(shop, owner, limit=2) == whole
        first = [row for row in whole if row["webhookIdx"] == webhooks[0]]
        assert self._listed(shop, owner, webhookIdx=webhooks[0], limit=1) == first
        event = whole[0]["eventIdx"]
        assert self._listed(shop, owner, eventIdx=event, limit=3) == whole

    def test_only_those_that_failed(self, shop: Shop, owner: Person, webhooks: list[int]) -> None:
        assert [row["status"] for row in self._listed(shop, owner, failedYn="Y", limit=2)] == [302, 302, None, 302, 302]
        assert len(self._listed(shop, owner, failedYn="N")) == 7
        assert [row["status"] for row in self._listed(shop, owner, failedYn="Y", webhookIdx=webhooks[1])] == [None, 302]

    def test_a_cursor_of_other_filters(self, shop: Shop, owner: Person, webhooks: list[int]) -> None:
        cursor = shop.get(f"{BASE}/attempts", owner, limit=1).result["nextCursor"]
        for query in ({"webhookIdx": webhooks[0]}, {"failedYn": "Y"}):
            answer = shop.get(f"{BASE}/attempts", owner, cursor=cursor, **query)
            assert (answer.status, answer.json["errors"][0]["field"]) == (400, "cursor")

    def test_another_accounts_event(self, shop: Shop, owner: Person) -> None:
        _issue(shop, owner)
        event = _events(shop, owner)["list"][0]["data"]["eventIdx"]
        answer = shop.get(f"{BASE}/attempts", shop.open_account(), eventIdx=event)
        sentence = (
            f"eventIdx: this account has no event {event} in the last 30 days. Its events and their numbers are listed by: "
            "GET /api/webhook/v1/events"
        )
        assert (answer.status, answer.json) == (404, refusal(40407, sentence))
