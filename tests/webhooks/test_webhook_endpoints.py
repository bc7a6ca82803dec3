"""`/api/webhook/v1`: create, change, rotate and delete; a secret is shown once."""

import base64
import json
from typing import Any

import pytest

from kit.people import Person
from kit.refusals import refusal, wrong_fields
from kit.shop import Answer, Shop
from stampwell.features.events.model import EventType
from stampwell.features.webhooks.model import MOST_WEBHOOKS

BASE = "/api/webhook/v1"
URL = "https://shop.example/stampwell"
NOT_PUBLIC = "must not be an address that is not public"
TYPES = ", ".join(EventType)


@pytest.fixture
def owner(shop: Shop) -> Person:
    """Of a shop without webhooks, in Seoul."""
    return shop.open_account()


def _create(shop: Shop, owner: Person, headers: dict[str, str | bytes] | None = None, **body: object) -> Answer:
    return shop.request("POST", f"{BASE}/create", by=owner, body={"url": URL, **body}, headers=headers)


def _made(shop: Shop, owner: Person, **body: object) -> int:
    number: int = _create(shop, owner, **body).result["webhookIdx"]
    return number


def _get(shop: Shop, owner: Person, number: int) -> Any:
    return shop.get(f"{BASE}/get", owner, webhookIdx=number).result


def _audited(shop: Shop, owner: Person) -> list[tuple[str, str, object]]:
    sql = "SELECT action, subject_name, changes FROM audit WHERE account_id = :id AND action LIKE 'webhook.%' ORDER BY audit_id"
    rows = shop.data.rows(sql, id=owner.account_id)
    return [(row["action"], row["subject_name"], json.loads(row["changes"] or "null")) for row in rows]


def _places_of(shop: Shop, text: str) -> list[str]:
    """The tables that have the text anywhere."""
    sql = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
        "postgresql": "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
    }[shop.data.dialect]
    tables = sorted(row["name"] for row in shop.data.rows(sql))
    return [table for table in tables if text in str(shop.data.rows(f"SELECT * FROM {table}"))]


class TestCreate:
    def test_the_least(self, shop: Shop, owner: Person) -> None:
        result = _create(shop, owner).result
        assert list(result) == ["webhookIdx", "secret"]
        prefix, _, key = result["secret"].partition("_")
        assert (prefix, len(base64.b64decode(key))) == ("whsec", 32)
        assert _get(shop, owner, result["webhookIdx"]) == {
            "webhookIdx": result["webhookIdx"],
            "url": URL,
            "events": [],
            "cardIdx": 0,
            "payload": "full",
            "personalYn": "N",
            "description": None,
            "activeYn": "Y",
            "lastSuccessYmdt": None,
            "failingSinceYmdt": None,
            "regYmdt": "2026-03-02 18:00:00",
        }

    def test_with_everything(self, shop: Shop, owner: Person) -> None:
        given = {
            "events": ["stamp.full", "stamp.redeemed"],
            "cardIdx": owner.card_id,
            "payload": "thin",
            "personalYn": "Y",
            "description": "The till in the harbour",
            "activeYn": "N",
        }
        number = _made(shop, owner, **given)
        assert {name: value for name, value in _get(shop, owner, number).items() if name in given} == given
        assert _audited(shop, owner) == [("webhook.created", "shop.example", {"webhookUrl": [None, URL]})]

    def test_blank_and_null_are_absent(self, shop: Shop, owner: Person) -> None:
        blank = {"payload": "", "personalYn": "", "description": "", "activeYn": ""}
        null = {**dict.fromkeys(blank), "events": None, "cardIdx": None}
        shown = [_get(shop, owner, _made(shop, owner, **given)) | {"webhookIdx": 0} for given in ({}, blank, null)]
        assert shown == [shown[0]] * 3

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("url", "problem"),
        [
            ("http://shop.example/", "must begin with https://"),
            ("https://10.0.0.5/", NOT_PUBLIC),
            ("https://127.0.0.1/", NOT_PUBLIC),
            ("https://[::1]/", NOT_PUBLIC),
            ("https://169.254.169.254/latest", NOT_PUBLIC),
            ("https://user:word@shop.example/", "must not have a user name"),
            ("shop.example", "must"),
            ("", "must have at least 1 character"),
        ],
    )
    def test_where_it_may_not_lead(self, shop: Shop, owner: Person, url: str, problem: str) -> None:
        answer = _create(shop, owner, url=url)
        assert (answer.status, answer.json["code"]) == (400, 40002)
        (row,) = answer.json["errors"]
        assert row["field"] == "url"
        assert row["message"].startswith(problem)
        assert shop.get(f"{BASE}/list", owner).result == {"list": []}

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("field", "value", "problem"),
        [
            ("events", ["stamp.aded"], f"there is no event type stamp.aded; did you mean stamp.added? The types are {TYPES}"),
            ("events", ["??"], f"there is no event type ??; the types are {TYPES}"),
            ("events", ["stamp.full", "stamp.full"], "has stamp.full more than once; give each type once"),
            ("events", "stamp.full", "must be an array"),
            ("payload", "fat", "must be one of 'full' or 'thin'"),
            ("personalYn", "y", "must be one of 'Y' or 'N'"),
            ("description", "d" * 201, "must have at most 200 characters"),
            ("cardIdx", "1", "must be an integer: send 1 without quotes"),
        ],
    )
    def test_what_is_wrong_is_named(self, shop: Shop, owner: Person, field: str, value: object, problem: str) -> None:
        answer = _create(shop, owner, **{field: value})
        assert (answer.status, answer.json) == (400, wrong_fields((field, problem)))

    def test_a_card_of_another_account(self, shop: Shop, owner: Person) -> None:
        number = shop.open_account().card_id
        answer = _create(shop, owner, cardIdx=number)
        assert (answer.status, answer.json["code"]) == (404, 40402)

    def test_the_one_too_many(self, shop: Shop, owner: Person) -> None:
        for _ in range(MOST_WEBHOOKS):
            _made(shop, owner)
        problem = "an account has at most 20 webhooks; change or delete one that is not used any more"
        assert _create(shop, owner).json == wrong_fields(("url", problem))
        first = shop.get(f"{BASE}/list", owner).result["list"][0]["webhookIdx"]
        assert shop.request("DELETE", f"{BASE}/delete", by=owner, query={"webhookIdx": first}).result is None
        assert _create(shop, owner).status == 200
        assert _create(shop, shop.open_account()).status == 200


class TestSecret:
    def test_it_is_in_no_other_answer_and_in_no_other_table(self, own_shop: Shop) -> None:
        shop, owner = own_shop, own_shop.alice
        created = _create(shop, owner).result
        number, old = created["webhookIdx"], created["secret"]
        new = shop.put(f"{BASE}/rotate", owner, webhookIdx=number).result["secret"]
        shop.put(f"{BASE}/update", owner, webhookIdx=number, description="x")
        shop.request("POST", f"{BASE}/test", by=owner, body={"webhookIdx": number})
        answers = [
            shop.get(f"{BASE}/get", owner, webhookIdx=number),
            shop.get(f"{BASE}/list", owner),
            shop.get(f"{BASE}/events", owner),
            shop.get(f"{BASE}/attempts", owner),
        ]
        assert old != new
        for secret in (old, new):
            assert all(secret.encode() not in answer.content for answer in answers)
            assert _places_of(shop, secret) == ["webhook"]
        assert all("secret" not in answer.content.decode() for answer in answers)
        assert [entry[::2] for entry in _audited(shop, owner)[1:]] == [
            ("webhook.rotated", {"secret": None}),
            ("webhook.updated", {"description": ["", "x"]}),
            ("webhook.tested", None),
        ]

    def test_a_replay_repeats_it(self, shop: Shop, owner: Person) -> None:
        headers: dict[str, str | bytes] = {"Idempotency-Key": "once"}
        first, second = (_create(shop, owner, headers=headers) for _ in range(2))
        assert (first.content, second.headers["Idempotency-Replayed"]) == (second.content, "true")
        assert _places_of(shop, first.result["secret"]) == ["idempotency", "webhook"]
        assert len(shop.get(f"{BASE}/list", owner).result["list"]) == 1
        rotate = [
            shop.put(f"{BASE}/rotate", owner, headers=headers, webhookIdx=first.result["webhookIdx"]).content for _ in range(2)
        ]
        assert rotate[0] == rotate[1]
        assert first.result["secret"].encode() not in rotate[0]

    def test_a_rotation_keeps_the_one_before_for_a_day(self, shop: Shop, owner: Person) -> None:
        created = _create(shop, owner).result
        rotated = [shop.put(f"{BASE}/rotate", owner, webhookIdx=created["webhookIdx"]).result["secret"] for _ in range(2)]
        (row,) = shop.data.rows("SELECT * FROM webhook WHERE webhook_id = :id", id=created["webhookIdx"])
        assert (row["secret"], row["old_secret"]) == tuple(rotated[::-1])
        assert row["old_secret_until"] == shop.clock.now_us() + 24 * 3600 * 1_000_000


class TestUpdate:
    def test_what_is_left_out_stays(self, shop: Shop, owner: Person) -> None:
        number = _made(shop, owner, events=["stamp.full"], description="The till", personalYn="Y")
        before = _get(shop, owner, number)
        assert shop.put(f"{BASE}/update", owner, webhookIdx=number, payload="thin").result is None
        assert _get(shop, owner, number) == {**before, "payload": "thin"}
        assert _audited(shop, owner)[1:] == [("webhook.updated", "shop.example", {"payload": ["full", "thin"]})]

    def test_what_clears(self, shop: Shop, owner: Person) -> None:
        number = _made(shop, owner, events=["stamp.full"], description="The till", cardIdx=owner.card_id)
        shop.put(f"{BASE}/update", owner, webhookIdx=number, events=[], description="", cardIdx=0)
        shown = _get(shop, owner, number)
        assert (shown["events"], shown["description"], shown["cardIdx"]) == ([], None, 0)

    def test_what_changes_nothing_is_not_in_the_audit_log(self, shop: Shop, owner: Person) -> None:
        number = _made(shop, owner)
        shop.put(f"{BASE}/update", owner, webhookIdx=number, url=URL, activeYn="Y")
        assert len(_audited(shop, owner)) == 1

    def test_switched_on_it_begins_afresh(self, shop: Shop, owner: Person) -> None:
        number = _made(shop, owner)
        trouble = "UPDATE webhook SET failing_since = 5, warned_at = 6, active = FALSE WHERE webhook_id = :id"
        shop.data.run(trouble, id=number)
        shop.put(f"{BASE}/update", owner, webhookIdx=number, description="x")
        assert _get(shop, owner, number)["failingSinceYmdt"] == "1970-01-01 09:00:00"
        shop.put(f"{BASE}/update", owner, webhookIdx=number, activeYn="Y")
        (row,) = shop.data.rows("SELECT failing_since, warned_at, active FROM webhook WHERE webhook_id = :id", id=number)
        assert row == {"failing_since": None, "warned_at": None, "active": True}

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        "wrong", [{"url": "http://x.example"}, {"url": ""}, {"payload": ""}, {"activeYn": ""}, {"events": ["x"]}], ids=str
    )
    def test_what_is_wrong_is_named(self, shop: Shop, owner: Person, wrong: dict[str, object]) -> None:
        number = _made(shop, owner)
        answer = shop.put(f"{BASE}/update", owner, webhookIdx=number, **wrong)
        assert (answer.status, [row["field"] for row in answer.json["errors"]]) == (400, list(wrong))

    def test_a_card_of_another_account(self, shop: Shop, owner: Person) -> None:
        number = _made(shop, owner)
        answer = shop.put(f"{BASE}/update", owner, webhookIdx=number, cardIdx=shop.open_account().card_id)
        assert answer.json["code"] == 40402


class TestOfAnotherAccount:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("PUT", "update"),
            ("GET", "get"),
            ("DELETE", "delete"),
            ("PUT", "rotate"),
            ("POST", "test"),
            ("GET", "attempts"),
            ("POST", "resend"),
        ],
    )
    def test_it_is_not_there(self, shop: Shop, owner: Person, method: str, path: str) -> None:
        hers = _made(shop, shop.open_account())
        for number in (hers, 0, -1, 9_007_199_254_740_991):
            asked: dict[str, object] = {"webhookIdx": number} | ({"eventIdx": 1} if path == "resend" else {})
            sent: dict[str, Any] = {"query": asked} if method in {"GET", "DELETE"} else {"body": asked}
            answer = shop.request(method, f"{BASE}/{path}", by=owner, **sent)
            sentence = (
                f"webhookIdx: this account has no webhook {number}. Its webhooks and their numbers are listed by: "
                "GET /api/webhook/v1/list"
            )
            assert (answer.status, answer.json) == (404, refusal(40407, sentence))


class TestListAndDelete:
    def test_the_list_is_oldest_first_and_has_those_that_are_off(self, shop: Shop, owner: Person) -> None:
        numbers = [_made(shop, owner, activeYn=active) for active in ("Y", "N", "Y")]
        assert [one["webhookIdx"] for one in shop.get(f"{BASE}/list", owner).result["list"]] == numbers

    def test_what_waits_and_the_attempts_go_too(self, shop: Shop, owner: Person) -> None:
        kept, number = _made(shop, owner, activeYn="N"), _made(shop, owner, activeYn="N")
        for webhook in (kept, number):
            for event in range(3):
                values = {"webhook": webhook, "event": 10**12 + event, "account": owner.account_id}
                shop.data.run(
                    "INSERT INTO webhook_delivery (webhook_id, event_id, account_id, stamp_id, due_at, tries, is_test) "
                    "VALUES (:webhook, :event, :account, 0, 5, 0, FALSE)",
                    **values,
                )
                shop.data.run(
                    "INSERT INTO webhook_attempt (account_id, webhook_id, event_id, started_at, milliseconds, answer) "
                    "VALUES (:account, :webhook, :event, 5, 1, '')",
                    **values,
                )
        answer = shop.request("DELETE", f"{BASE}/delete", by=owner, query={"webhookIdx": number})
        assert answer.result is None
        assert [one["webhookIdx"] for one in shop.get(f"{BASE}/list", owner).result["list"]] == [kept]
        for table in ("webhook_delivery", "webhook_attempt"):
            sql = f"SELECT webhook_id, COUNT(*) AS n FROM {table} WHERE account_id = :account GROUP BY webhook_id"
            assert shop.data.rows(sql, account=owner.account_id) == [{"webhook_id": kept, "n": 3}]
        assert _audited(shop, owner)[-1] == ("webhook.deleted", "shop.example", None)
        assert shop.request("DELETE", f"{BASE}/delete", by=owner, query={"webhookIdx": number}).json["code"] == 40407


class TestAllowedAddresses:
    def test_what_the_operator_lists_may_be_reached_by_http_too(self, hook_shop: Shop) -> None:
        for url in ("http://127.0.0.1:9/x", "https://127.0.0.1/", "https://shop.example/"):
            assert _create(hook_shop, hook_shop.alice, url=url).status == 200
        assert _create(hook_shop, hook_shop.alice, url="https://10.0.0.5/").status == 400
