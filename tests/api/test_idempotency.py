"""`Idempotency-Key`: a request that is sent again is answered as the first time, and done once."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from kit.refusals import has_blank, wrong_fields
from kit.shop import Answer, Shop, least
from kit.shops import OpenShop
from stampwell import app as composition
from stampwell.features.idempotency.service import LIFE_US, prune
from stampwell.features.stamps.contract.examples import SAMPLE_STAMP_IDX
from stampwell.http.route import Route
from stampwell.settings import Settings

# Nothing is opened until an App is started.
ROUTES = composition.build(Settings(database_url=f"sqlite:///{Path('never-opened.db')}")).routes
WITH_EFFECT = [route for route in ROUTES if route.method in {"POST", "PUT", "DELETE"}]

ADD, GET, KEY = "/api/stamp/v1/add", "/api/stamp/v1/get", "Idempotency-Key"
DAY_S = 86_400

# By operation: what makes another request of its first example.
OTHER: Mapping[str, dict[str, object]] = {
    "createStamp": {"memo": "another"},
    "createStamps": {"stamps": []},
    "updateStamp": {"memo": "another"},
    "addMarks": {"count": 2},
    "removeMarks": {"note": "another"},
    "redeemStamp": {"note": "another"},
    "reverseSale": {"note": "another"},
    "mergeStamps": {"note": "another"},
    "deleteStamp": {"stampIdx": 1},
    "createCard": {"cardNm": "Another"},
    "updateCard": {"cardNm": "Another"},
    "deleteCard": {"cardIdx": 1},
    "createLocation": {"locationNm": "Another"},
    "updateLocation": {"locationNm": "Another"},
    "createWebhook": {"description": "Another"},
    "updateWebhook": {"description": "Another"},
    "deleteWebhook": {"webhookIdx": 1},
    "rotateWebhookSecret": {"webhookIdx": 1},
    "testWebhook": {"webhookIdx": 1},
    "resendEvents": {"failedYn": "Y"},
}
MALFORMED = {
    "256 characters": b"k" * 256,
    "empty": b"",
    "empty in quotes": b'""',
    "not ASCII": "schlüssel".encode(),
    "latin-1": b"schl\xfcssel",
    "a tab": b"a\tb",
    "256 in quotes": b'"' + b"k" * 256 + b'"',
}


def _keyed(key: str) -> dict[str, str | bytes]:
    return {KEY: key}


def _stamp(shop: Shop) -> int:
    number: int = shop.create(shop.alice, least()).result
    return number


def _marks(shop: Shop, stamp: int) -> int:
    return int(shop.data.stamp(stamp)["stamps"])


def _replayed(answer: Answer) -> bool:
    header = answer.headers["Idempotency-Replayed"]
    assert header in {None, "true"}
    return header == "true"


def test_the_table_of_other_requests_is_whole() -> None:
    assert set(OTHER) == {route.operation_id for route in WITH_EFFECT}
    assert all(route.has_effect for route in WITH_EFFECT)


@pytest.mark.parametrize("route", WITH_EFFECT, ids=lambda route: f"{route.method} {route.path}")
class TestEveryEndpointWithAnEffect:
    @pytest.fixture(autouse=True)
    def _samples(self, shop: Shop, route: Route) -> Iterator[None]:
        shop.lay_out_samples(stamps=10 if route.operation_id == "redeemStamp" else 3)
        shop.data.run("DELETE FROM idempotency")
        yield
        shop.lay_out_samples()

    def test_sent_twice_it_is_done_once(self, shop: Shop, route: Route) -> None:
        first = shop.send(route, shop.alice, headers=_keyed("twice"))
        after_the_first = shop.data.contents()
        second = shop.send(route, shop.alice, headers=_keyed("twice"))
        assert (first.status, second.status, second.content) == (200, 200, first.content)
        assert (_replayed(first), _replayed(second)) == (False, True)
        assert shop.data.contents() == after_the_first

    def test_another_request_with_the_same_key(self, shop: Shop, route: Route) -> None:
        shop.send(route, shop.alice, headers=_keyed("again"))
        before = shop.data.contents()
        request = {**route.examples[0].request, **OTHER[route.operation_id]}
        answer = shop.send(route, shop.alice, request=request, headers=_keyed("again"))
        assert (answer.status, answer.json["code"], answer.json["result"]) == (422, 42201, None)
        assert not _replayed(answer)
        assert shop.data.contents() == before

    @pytest.mark.one_database
    @pytest.mark.parametrize("key", MALFORMED.values(), ids=MALFORMED)
    def test_a_malformed_key(self, shop: Shop, route: Route, key: bytes) -> None:
        before = shop.data.contents()
        answer = shop.send(route, shop.alice, headers={KEY: key})
        problem = "must have 1 to 255 printable ASCII characters; a UUID for every request does well"
        said = has_blank("\t", where="inside") if b"\t" in key else problem
        assert (answer.status, answer.json) == (400, wrong_fields((KEY, said)))
        assert shop.data.contents() == before

    def test_a_refusal_is_not_kept(self, shop: Shop, route: Route) -> None:
        request = {**route.examples[0].request, "zzzzzz": 1}
        refused = shop.send(route, shop.alice, request=request, headers=_keyed("refused"))
        assert (refused.status, shop.data.count("idempotency")) == (400, 0)
        answer = shop.send(route, shop.alice, headers=_keyed("refused"))
        assert (answer.status, _replayed(answer)) == (200, False)


class TestTheKey:
    def test_quoted_and_bare_it_is_the_same(self, shop: Shop) -> None:
        stamp = _stamp(shop)
        spellings = ["one key", '"one key"']
        answers = [shop.put(ADD, shop.alice, stampIdx=stamp, headers=_keyed(spelling)) for spelling in spellings]
        assert [_replayed(answer) for answer in answers] == [False, True]
        assert _marks(shop, stamp) == 1

    def test_what_is_escaped_in_quotes_is_what_it_stands_for(self, shop: Shop) -> None:
        stamp = _stamp(shop)
        spellings = [r'say "hi" \o/', r'"say \"hi\" \\o/"']
        answers = [shop.put(ADD, shop.alice, stampIdx=stamp, headers=_keyed(spelling)) for spelling in spellings]
        assert [_replayed(answer) for answer in answers] == [False, True]

    def test_it_may_have_255_characters_and_every_printable_one(self, shop: Shop) -> None:
        stamp = _stamp(shop)
        printable = "".join(map(chr, range(0x21, 0x7F)))
        for key in ("k" * 255, '"' + "q" * 255 + '"', printable, "7"):
            assert shop.put(ADD, shop.alice, stampIdx=stamp, headers=_keyed(key)).result is None
        assert _marks(shop, stamp) == 4

    def test_capitals_count(self, shop: Shop) -> None:
        stamp = _stamp(shop)
        for key in ("capital", "Capital"):
            assert not _replayed(shop.put(ADD, shop.alice, stampIdx=stamp, headers=_keyed(key)))
        assert _marks(shop, stamp) == 2

    def test_on_another_path_it_is_another_request(self, shop: Shop) -> None:
        stamp = _stamp(shop)
        for path, marks in ((ADD, 1), ("/api/stamp/v1/remove", 0), ("/api/stamp/v1/update", 0)):
            answer = shop.put(path, shop.alice, stampIdx=stamp, headers=_keyed("paths"))
            assert (answer.result, _replayed(answer)) == (None, False)
            assert _marks(shop, stamp) == marks

    def test_of_another_account_it_is_another_request(self, shop: Shop) -> None:
        people = (shop.alice, shop.charlie)
        made = [shop.create(person, least(cardIdx=person.card_id), headers=_keyed("both")) for person in people]
        assert [_replayed(answer) for answer in made] == [False, False]
        assert made[0].result != made[1].result

    def test_of_another_api_key_of_the_account_it_is_the_same_request(self, shop: Shop) -> None:
        stamp = _stamp(shop)
        answers = [shop.put(ADD, person, stampIdx=stamp, headers=_keyed("shared")) for person in (shop.alice, shop.bob)]
        assert [_replayed(answer) for answer in answers] == [False, True]

    def test_a_get_ignores_it(self, shop: Shop) -> None:
        stamp = _stamp(shop)
        before = shop.data.contents()
        for key in (b"get", b"get", b"", b"\xff" * 300):
            answer = shop.request("GET", GET, by=shop.alice, query={"stampIdx": stamp}, headers={KEY: key})
            assert (answer.result["stampIdx"], _replayed(answer)) == (stamp, False)
        assert shop.data.contents() == before


class TestTheSameRequest:
    def test_is_told_by_its_values_not_by_its_bytes(self, shop: Shop) -> None:
        stamp = _stamp(shop)
        spellings = [
            {"stampIdx": stamp, "count": 2, "note": "two"},
            {"note": "two", "count": 2, "stampIdx": stamp, "location": None},
            {"note": "two", "count": 2, "stampIdx": stamp, "location": ""},
        ]
        contents = [json.dumps(spelling).encode() for spelling in spellings]
        contents.append(json.dumps(spellings[0], indent=4).replace("two", r"tw\u006f").encode())
        headers = _keyed("spelled")
        answers = [shop.request("PUT", ADD, by=shop.alice, content=content, headers=headers) for content in contents]
        assert [_replayed(answer) for answer in answers] == [False, True, True, True]
        assert _marks(shop, stamp) == 2

    def test_is_answered_as_at_first_though_the_stamp_has_changed(self, shop: Shop) -> None:
        stamp = _stamp(shop)
        headers = _keyed("shown") | {"Prefer": "return=representation"}
        first = shop.put(ADD, shop.alice, stampIdx=stamp, headers=headers)
        shop.put(ADD, shop.alice, stampIdx=stamp)
        assert first.result["stamps"] == 1
        assert shop.put(ADD, shop.alice, stampIdx=stamp, headers=headers).content == first.content

    def test_is_replayed_after_the_thing_is_gone(self, shop: Shop) -> None:
        stamp = _stamp(shop)
        path = f"/api/stamp/v1/delete?stampIdx={stamp}"
        answers = [shop.request("DELETE", path, by=shop.alice, headers=_keyed("gone")) for _ in range(2)]
        assert [(answer.result, _replayed(answer)) for answer in answers] == [(None, False), (None, True)]
        assert shop.request("DELETE", path, by=shop.alice).status == 404


class TestRefusals:
    def test_one_that_changed_nothing_is_not_kept(self, shop: Shop) -> None:
        shop.lay_out_samples(stamps=9)
        redeem = "/api/stamp/v1/redeem"
        refused = shop.put(redeem, shop.alice, stampIdx=SAMPLE_STAMP_IDX, headers=_keyed("reward"))
        assert (refused.status, refused.json["code"]) == (409, 40907)
        shop.put(ADD, shop.alice, stampIdx=SAMPLE_STAMP_IDX)
        answers = [shop.put(redeem, shop.alice, stampIdx=SAMPLE_STAMP_IDX, headers=_keyed("reward")) for _ in range(2)]
        assert [(answer.result, _replayed(answer)) for answer in answers] == [(None, False), (None, True)]

    def test_a_thing_that_is_not_there(self, shop: Shop) -> None:
        before = shop.data.count("idempotency")
        assert shop.put(ADD, shop.alice, stampIdx=999_999_999, headers=_keyed("nothing")).json["code"] == 40403
        assert shop.create(shop.alice, least(cardIdx=999_999), headers=_keyed("nothing")).json["code"] == 40402
        assert shop.data.count("idempotency") == before

    def test_a_wrong_password_is_counted_each_time(self, shop: Shop) -> None:
        card = {"cardNm": "Onsite", "maxStamps": 1, "onsiteYn": "Y", "onsitePwd": "green-beans"}
        card_idx = shop.request("POST", "/api/card/v1/create", by=shop.alice, body=card).result
        stamp = shop.create(shop.alice, least(cardIdx=card_idx)).result
        shop.put(ADD, shop.alice, stampIdx=stamp)
        body = {"stampIdx": stamp, "onsitePwd": "wrong"}
        codes = [shop.put("/api/stamp/v1/redeem", shop.alice, headers=_keyed("pwd"), **body).json["code"] for _ in range(6)]
        assert codes == [40305] * 5 + [42902]

    def test_answered_with_200(self, open_shop: OpenShop, dialect: str) -> None:
        shop = open_shop(dialect, error_status="200")
        stamp = _stamp(shop)
        refused = shop.put(ADD, shop.alice, stampIdx=stamp, count=11, headers=_keyed("k"))
        assert (refused.status, refused.json["code"], shop.data.count("idempotency")) == (200, 40905, 0)
        answers = [shop.put(ADD, shop.alice, stampIdx=stamp, headers=_keyed("k")) for _ in range(2)]
        assert [_replayed(answer) for answer in answers] == [False, True]
        other = shop.put(ADD, shop.alice, stampIdx=stamp, count=2, headers=_keyed("k"))
        assert (other.status, other.json["code"], _replayed(other)) == (200, 42201, False)
        malformed = shop.put(ADD, shop.alice, stampIdx=stamp, headers=_keyed("k" * 256))
        assert (malformed.status, malformed.json["code"]) == (200, 40002)


class TestADayLater:
    def test_an_answer_is_kept_for_24_hours(self, shop: Shop) -> None:
        stamp = _stamp(shop)
        shop.put(ADD, shop.alice, stampIdx=stamp, headers=_keyed("day"))
        shop.clock.advance(seconds=DAY_S - 1)
        assert _replayed(shop.put(ADD, shop.alice, stampIdx=stamp, headers=_keyed("day")))
        shop.clock.advance(seconds=1)
        answers = [shop.put(ADD, shop.alice, stampIdx=stamp, headers=_keyed("day")) for _ in range(2)]
        assert [_replayed(answer) for answer in answers] == [False, True]
        assert _marks(shop, stamp) == 2

    def test_the_key_then_serves_another_request(self, shop: Shop) -> None:
        stamp = _stamp(shop)
        shop.put(ADD, shop.alice, stampIdx=stamp, headers=_keyed("later"))
        shop.clock.advance(seconds=DAY_S)
        assert shop.put(ADD, shop.alice, stampIdx=stamp, count=2, headers=_keyed("later")).result is None
        assert shop.put(ADD, shop.alice, stampIdx=stamp, headers=_keyed("later")).status == 422

    def test_pruning_takes_what_is_too_old_and_nothing_else(self, own_shop: Shop) -> None:
        shop, stamp = own_shop, _stamp(own_shop)
        shop.put(ADD, shop.alice, stampIdx=stamp, headers=_keyed("old"))
        shop.clock.advance(seconds=DAY_S)
        shop.put(ADD, shop.alice, stampIdx=stamp, headers=_keyed("new"))
        shop.clock.advance(seconds=1)
        # The server's own worker may have been there before.
        shop.data.write(prune, before_us=shop.clock.now_us() - LIFE_US)
        assert shop.data.count("idempotency") == 1
        assert _replayed(shop.put(ADD, shop.alice, stampIdx=stamp, headers=_keyed("new")))


def test_neither_the_key_nor_a_password_is_stored(own_shop: Shop) -> None:
    shop, key, password = own_shop, "a-very-secret-key-0001", "green-beans-42"
    card = {"cardNm": "Onsite", "maxStamps": 1, "onsiteYn": "Y", "onsitePwd": password}
    card_idx = shop.request("POST", "/api/card/v1/create", by=shop.alice, body=card, headers=_keyed(key)).result
    stamp = shop.create(shop.alice, least(cardIdx=card_idx)).result
    shop.put(ADD, shop.alice, stampIdx=stamp)
    assert shop.put("/api/stamp/v1/redeem", shop.alice, stampIdx=stamp, onsitePwd=password, headers=_keyed(key)).result is None
    assert shop.data.count("idempotency") == 2
    stored = str(shop.data.contents())
    assert key not in stored
    assert password not in stored
