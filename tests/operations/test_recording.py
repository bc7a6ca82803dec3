"""What a running server puts into the log of requests."""

import pytest

from kit.load import wait_for
from kit.people import Person
from kit.shop import CREATE, Shop, least
from kit.shops import OpenShop
from stampwell.features.request_log.model import LoggedRequest
from stampwell.features.request_log.service import page_requests

GET = "/api/stamp/v1/get"


def _logged(shop: Shop, person: Person) -> list[LoggedRequest]:
    return shop.data.read(page_requests, person.account_id, limit=100).requests


@pytest.fixture
def person(shop: Shop) -> Person:
    return shop.open_account(name="Mina's")


def test_requests_are_in_the_log_within_three_seconds(shop: Shop, person: Person) -> None:
    made = shop.create(person, least(cardIdx=person.card_id))
    refused = shop.get(GET, person, stampIdx=10**6)
    wait_for(lambda: len(_logged(shop, person)) == 2, seconds=3)
    newest, oldest = _logged(shop, person)
    began_at = shop.clock.now_us()
    assert oldest[:5] == (began_at, "POST", CREATE, 200, 0)
    assert newest[:5] == (began_at, "GET", GET, 404, 40403)
    assert [one.request_id for one in (oldest, newest)] == [answer.headers["x-request-id"] for answer in (made, refused)]
    assert {one.key_id for one in (oldest, newest)} == {person.key_id}
    assert all(0 < one.latency_us < 10_000_000 for one in (oldest, newest))


def test_nothing_that_was_said_is_in_it(shop: Shop, person: Person) -> None:
    shop.create(person, least(cardIdx=person.card_id, userNm="Kim Haneul", userEml="haneul@example.com"))
    shop.get("/api/stamp/v1/list", person, userEml="haneul@example.com")
    wait_for(lambda: len(_logged(shop, person)) == 2, seconds=3)
    said = repr(_logged(shop, person)).lower()
    assert [word for word in ("haneul", "example", "?", person.key.lower()) if word in said] == []


def test_requests_without_a_known_key_and_those_of_other_accounts_are_not(shop: Shop, person: Person) -> None:
    shop.request("GET", GET, headers={"Authorization": "APIKey sk_live_unknown"})
    shop.get("/api/card/v1/list", shop.charlie)
    shop.get("/api/card/v1/list", person)
    wait_for(lambda: len(_logged(shop, person)) == 1, seconds=3)
    assert {one.key_id for one in _logged(shop, shop.charlie)} == {shop.charlie.key_id}


def test_a_stop_writes_what_waits(open_shop: OpenShop, dialect: str) -> None:
    shop = open_shop(dialect)
    ids = [shop.get("/api/card/v1/list", shop.alice).headers["x-request-id"] for _ in range(3)]
    shop.server.stop()
    assert sorted(one.request_id for one in _logged(shop, shop.alice)) == sorted(ids)
