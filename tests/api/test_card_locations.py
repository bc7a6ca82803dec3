"""`locationIdxs` of a card: where its stamps are valid, by the API, with a line of the audit log."""

import json

import pytest

from kit.people import Person
from kit.refusals import refusal, wrong_fields
from kit.shop import Answer, Shop
from stampwell.core.actors import staff_actor
from stampwell.features.cards import service as cards

CREATE, UPDATE, GET, LIST = (f"/api/card/v1/{name}" for name in ("create", "update", "get", "list"))


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account()


@pytest.fixture
def places(shop: Shop, owner: Person) -> list[int]:
    return [_location(shop, owner, name) for name in ("Main Street", "Station", "Market")]


def _location(shop: Shop, owner: Person, name: str) -> int:
    number: int = shop.request("POST", "/api/location/v1/create", by=owner, body={"locationNm": name}).result
    return number


def _create(shop: Shop, owner: Person, **fields: object) -> Answer:
    return shop.request("POST", CREATE, by=owner, body={"cardNm": "Coffee card", "maxStamps": 10, **fields})


def _locations(shop: Shop, owner: Person, card: int) -> object:
    return shop.get(GET, owner, cardIdx=card).result["locationIdxs"]


def _changes(shop: Shop, owner: Person) -> list[object]:
    sql = "SELECT changes FROM audit WHERE account_id = :id AND action LIKE 'card.%' ORDER BY audit_id"
    return [json.loads(row["changes"]) for row in shop.data.rows(sql, id=owner.account_id)]


def _unknown(number: int) -> dict[str, object]:
    sentence = (
        f"locationIdxs: this account has no location {number}. Its locations and their numbers are listed by: "
        "GET /api/location/v1/list"
    )
    return refusal(40406, sentence)


class TestCreate:
    def test_some_in_rising_order(self, shop: Shop, owner: Person, places: list[int]) -> None:
        card = _create(shop, owner, locationIdxs=[places[2], places[0]]).result
        assert _locations(shop, owner, card) == [places[0], places[2]]
        assert shop.get(LIST, owner).result["list"][0]["locationIdxs"] == [places[0], places[2]]

    @pytest.mark.parametrize("fields", [{}, {"locationIdxs": []}, {"locationIdxs": None}], ids=str)
    def test_everywhere(self, shop: Shop, owner: Person, fields: dict[str, object]) -> None:
        assert _locations(shop, owner, _create(shop, owner, **fields).result) == []

    def test_one_that_is_switched_off_may_be_named(self, shop: Shop, owner: Person, places: list[int]) -> None:
        assert shop.put("/api/location/v1/update", owner, locationIdx=places[0], activeYn="N").result is None
        assert _locations(shop, owner, _create(shop, owner, locationIdxs=places[:1]).result) == places[:1]

    def test_unknown_ones_and_another_accounts(self, shop: Shop, owner: Person, places: list[int]) -> None:
        hers = _location(shop, shop.open_account(), "Hers")
        before = shop.data.count("card")
        for number in (hers, 0, 9_007_199_254_740_991):
            answer = _create(shop, owner, locationIdxs=[places[0], number])
            assert (answer.status, answer.json) == (404, _unknown(number))
        assert shop.data.count("card") == before

    def test_one_twice(self, shop: Shop, owner: Person, places: list[int]) -> None:
        answer = _create(shop, owner, locationIdxs=[places[0], places[1], places[0]])
        problem = f"has {places[0]} more than once; give each location once"
        assert (answer.status, answer.json) == (400, wrong_fields(("locationIdxs", problem)))

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("value", "field", "problem"),
        [
            (7, "locationIdxs", "must be an array"),
            (["7"], "locationIdxs.0", "must be an integer: send 7 without quotes"),
            ([True], "locationIdxs.0", "must be an integer, such as 123, without quotes or a decimal point"),
            ([2**63], "locationIdxs.0", "must be at most 9223372036854775807"),
            (list(range(101)), "locationIdxs", "must have at most 100 items"),
        ],
    )
    def test_what_is_wrong_is_named(self, shop: Shop, owner: Person, value: object, field: str, problem: str) -> None:
        answer = _create(shop, owner, locationIdxs=value)
        assert (answer.status, answer.json) == (400, wrong_fields((field, problem)))


class TestUpdate:
    def test_replaces_and_clears_and_leaves_alone(self, shop: Shop, owner: Person, places: list[int]) -> None:
        card = _create(shop, owner, locationIdxs=places[:1]).result
        for sent, stored in ((places[1:], places[1:]), (None, places[1:]), ([], [])):
            assert shop.put(UPDATE, owner, cardIdx=card, locationIdxs=sent).result is None
            assert _locations(shop, owner, card) == stored
        assert shop.put(UPDATE, owner, cardIdx=card, cardNm="Tea card").result is None
        assert _changes(shop, owner)[1:] == [
            {"locations": [["Main Street"], ["Station", "Market"]]},
            {"locations": [["Station", "Market"], []]},
            {"cardNm": ["Coffee card", "Tea card"]},
        ]

    def test_an_unknown_one_changes_nothing(self, shop: Shop, owner: Person, places: list[int]) -> None:
        card = _create(shop, owner, locationIdxs=places[:1]).result
        answer = shop.put(UPDATE, owner, cardIdx=card, cardNm="Tea card", locationIdxs=[999_999])
        assert (answer.status, answer.json) == (404, _unknown(999_999))
        found = shop.get(GET, owner, cardIdx=card).result
        assert (found["cardNm"], found["locationIdxs"]) == ("Coffee card", places[:1])


class TestDuplicate:
    def test_has_the_same_locations(self, shop: Shop, owner: Person, places: list[int]) -> None:
        card = _create(shop, owner, locationIdxs=places[:2]).result
        given = {"name": "Copy", "actor": staff_actor(None, "Alice"), "now_us": shop.clock.now_us()}
        copy = shop.data.write(cards.duplicate_card, owner.account_id, card, **given)
        assert list(copy.location_ids) == places[:2]
