"""Another account's thing and one that does not exist anywhere are answered with the same bytes."""

from pathlib import Path
from typing import Any

import pytest

from kit.people import ALICES_CARD, ALICES_LOCATION, Person
from kit.shop import Answer, Shop, least
from stampwell import app as composition
from stampwell.features.stamps.contract.examples import SAMPLE_CODE, SAMPLE_STAMP_IDX
from stampwell.features.webhooks.examples import SAMPLE_EVENT_IDX, SAMPLE_WEBHOOK_IDX
from stampwell.http.route import Route
from stampwell.settings import Settings

NOWHERE_STAMP, NOWHERE_CARD, NOWHERE_CODE, NOWHERE_LOCATION = 999_001_347, 999_000_123, "NOBODYHASTHISONE", 999_000_456
NOWHERE_WEBHOOK, NOWHERE_EVENT = 999_000_777, 999_000_888
NOWHERE: dict[Any, object] = {
    SAMPLE_STAMP_IDX: NOWHERE_STAMP,
    ALICES_CARD: NOWHERE_CARD,
    SAMPLE_CODE: NOWHERE_CODE,
    ALICES_LOCATION: NOWHERE_LOCATION,
    SAMPLE_WEBHOOK_IDX: NOWHERE_WEBHOOK,
    SAMPLE_EVENT_IDX: NOWHERE_EVENT,
}

# Nothing is opened until an App is started.
_NUMBERS = {"stampIdx", "cardIdx", "stamps", "locationIdx", "webhookIdx", "eventIdx"}
_ALL = composition.build(Settings(database_url=f"sqlite:///{Path('never-opened.db')}")).routes
ROUTES = [route for route in _ALL if route.request.model_fields.keys() & _NUMBERS]

# What of an answer is another one each time.
_OF_THE_MOMENT = {"x-request-id", "date"}


@pytest.fixture
def stranger(shop: Shop) -> Person:
    """Somebody without a rate limit, whose answers count nothing down."""
    shop.lay_out_samples(stamps=10)
    return shop.open_account(name="Stranger")


def _elsewhere(value: Any) -> Any:
    """The same request, of things that nobody has."""
    if isinstance(value, dict):
        return {name: _elsewhere(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_elsewhere(inner) for inner in value]
    return NOWHERE.get(value, value)


def _of_hers(route: Route) -> list[dict[str, object]]:
    """The route's examples that name something of hers."""
    return [example.request for example in route.examples if _elsewhere(example.request) != example.request]


def _comparable(answer: Answer) -> tuple[int, bytes, list[tuple[str, str]]]:
    """Status, body and headers, what was asked for named alike."""
    content = answer.content
    for hers, nobodys in NOWHERE.items():
        content = content.replace(str(nobodys).encode(), str(hers).encode())
    headers = [(name, value) for name, value in answer.headers.items() if name.lower() not in _OF_THE_MOMENT]
    return answer.status, content, [(name, value) for name, value in headers if name.lower() != "content-length"]


def _assert_the_same(shop: Shop, stranger: Person, route: Route, request: dict[str, object]) -> None:
    before = shop.data.contents()
    hers = shop.send(route, stranger, request=request)
    nobodys = shop.send(route, stranger, request=_elsewhere(request))
    assert _comparable(hers) == _comparable(nobodys)
    assert shop.data.contents() == before
    for secret in (b"Brown", b"test@gmail.com", b"att78z", b"Bean & Co", b"A coffee", b"Harbour"):
        assert secret not in hers.content
    if request.get("stampIdx") != SAMPLE_CODE:
        assert SAMPLE_CODE.encode() not in hers.content


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
class TestEveryEndpoint:
    def test_her_things(self, shop: Shop, stranger: Person, route: Route) -> None:
        for request in _of_hers(route):
            _assert_the_same(shop, stranger, route, request)

    def test_her_stamp_by_its_code(self, shop: Shop, stranger: Person, route: Route) -> None:
        if "stampIdx" in route.request.model_fields:
            _assert_the_same(shop, stranger, route, {**route.examples[0].request, "stampIdx": SAMPLE_CODE})

    def test_with_a_key_that_she_has_used(self, shop: Shop, stranger: Person, route: Route) -> None:
        """Keys are an account's own: hers replays nothing to others."""
        request = next(iter(_of_hers(route)), route.examples[0].request)
        shop.send(route, shop.alice, request=request, headers={"Idempotency-Key": "hers"})
        shop.lay_out_samples(stamps=10)
        with_her_key = shop.send(route, stranger, request=request, headers={"Idempotency-Key": "hers"})
        without = shop.send(route, stranger, request=_elsewhere(request))
        assert _comparable(with_her_key) == _comparable(without)


class TestInsideARequest:
    def test_a_stamp_is_not_moved_to_her_card(self, shop: Shop, stranger: Person) -> None:
        own = shop.create(stranger, least(cardIdx=stranger.card_id)).result
        route = next(route for route in ROUTES if route.operation_id == "updateStamp")
        _assert_the_same(shop, stranger, route, {"stampIdx": own, "cardIdx": ALICES_CARD})

    def test_her_closed_card_is_no_other(self, shop: Shop, stranger: Person) -> None:
        closed = shop.open_account()
        assert shop.put("/api/card/v1/update", closed, cardIdx=closed.card_id, activeYn="N").result is None
        own = shop.create(stranger, least(cardIdx=stranger.card_id)).result
        for answer in (
            shop.create(stranger, least(cardIdx=closed.card_id)),
            shop.put("/api/stamp/v1/update", stranger, stampIdx=own, cardIdx=closed.card_id),
        ):
            assert (answer.status, answer.json["code"]) == (404, 40402)

    def test_her_cursors_lead_nowhere(self, shop: Shop, stranger: Person) -> None:
        shop.create(shop.alice, least())
        cursor = shop.get("/api/stamp/v1/list", shop.alice, limit=1).result["nextCursor"]
        answer = shop.get("/api/stamp/v1/list", stranger, limit=1, cursor=cursor)
        assert (answer.status, answer.json["errors"][0]["field"]) == (400, "cursor")

    def test_her_verified_domain_is_no_other(self, shop: Shop, stranger: Person) -> None:
        shop.add_domain(shop.alice, "https://beans.example")
        own = shop.create(stranger, least(cardIdx=stranger.card_id)).result
        answer = shop.put("/api/stamp/v1/update", stranger, stampIdx=own, domain="https://beans.example")
        assert (answer.status, answer.json["code"]) == (404, 40404)

    def test_lists_hold_nothing_of_hers(self, shop: Shop, stranger: Person) -> None:
        own = shop.create(stranger, least(cardIdx=stranger.card_id, userId="att78z")).result
        for query in ({}, {"userId": "att78z"}, {"activeYn": "Y"}, {"useYn": "N"}, {"regStrtYmd": "2026-01-01"}):
            assert [stamp["stampIdx"] for stamp in shop.get("/api/stamp/v1/list", stranger, **query).result["list"]] == [own]
