"""`/api/location/v1`: create, update and list, each name once in an account."""

import json
import threading

import pytest

from kit.data import Data
from kit.people import Person
from kit.refusals import refusal, wrong_fields
from kit.shop import Answer, Shop
from stampwell.core.actors import OPERATOR
from stampwell.core.errors import FieldsWrong
from stampwell.features.locations import service
from stampwell.features.locations.errors import LocationNotFound
from stampwell.features.locations.rules import MOST_LOCATIONS

CREATE, UPDATE, LIST = "/api/location/v1/create", "/api/location/v1/update", "/api/location/v1/list"
NOT_A_NAME = "must have at least one character that is not a space"


@pytest.fixture
def owner(shop: Shop) -> Person:
    """Of a shop without locations, in Seoul."""
    return shop.open_account()


def _create(shop: Shop, owner: Person, name: object) -> Answer:
    return shop.request("POST", CREATE, by=owner, body={"locationNm": name})


def _made(shop: Shop, owner: Person, name: str) -> int:
    number: int = _create(shop, owner, name).result
    return number


def _list(shop: Shop, owner: Person) -> list[dict[str, object]]:
    found: list[dict[str, object]] = shop.get(LIST, owner).result["list"]
    return found


def _names(shop: Shop, owner: Person) -> list[object]:
    return [one["locationNm"] for one in _list(shop, owner)]


def _taken(name: str, number: int) -> dict[str, object]:
    problem = f"location {number} is already called {name}; choose another name, or use that location"
    return wrong_fields(("locationNm", problem))


def _audited(shop: Shop, owner: Person) -> list[tuple[str, str, object]]:
    sql = (
        "SELECT action, subject_name, changes FROM audit WHERE account_id = :id AND action LIKE 'location.%' ORDER BY audit_id"
    )
    rows = shop.data.rows(sql, id=owner.account_id)
    return [(row["action"], row["subject_name"], json.loads(row["changes"])) for row in rows]


class TestCreate:
    def test_answers_the_number_and_the_list_has_it(self, shop: Shop, owner: Person) -> None:
        number = _made(shop, owner, "Main Street")
        assert type(number) is int
        assert _list(shop, owner) == [
            {"locationIdx": number, "locationNm": "Main Street", "activeYn": "Y", "regYmdt": "2026-03-02 18:00:00"}
        ]
        assert _audited(shop, owner) == [("location.created", "Main Street", {"locationNm": [None, "Main Street"]})]

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("Main Street", "main street"),
            ("Straße", "STRASSE"),
            ("Main Street", " Main Street  "),
            ("Halle 5", "Ｈａｌｌｅ　５"),  # noqa: RUF001 - full-width letters are what this is about
            ("Café", "CAFE\u0301"),
            ("강남점", "강남점"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ],
    )
    def test_a_name_that_is_taken(self, shop: Shop, owner: Person, first: str, second: str) -> None:
        number = _made(shop, owner, first)
        answer = _create(shop, owner, second)
        assert (answer.status, answer.json) == (400, _taken(first, number))
        assert _names(shop, owner) == [first]

    def test_a_name_of_another_account_is_free(self, shop: Shop, owner: Person) -> None:
        _made(shop, owner, "Main Street")
        assert type(_made(shop, shop.open_account(), "Main Street")) is int

    @pytest.mark.parametrize("name", ["n" * 100, "커피 한 잔", "👩‍🍳 <b>stall</b>", "x"])
    def test_at_the_bounds_as_it_was_sent(self, shop: Shop, owner: Person, name: str) -> None:
        _made(shop, owner, name)
        assert _names(shop, owner) == [name]

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("name", "problem"),
        [
            ("", "must have at least 1 character"),
            ("  ", NOT_A_NAME),
            ("n" * 101, "must have at most 100 characters"),
            (5, "must be a string in double quotes"),
            ("a\nb", "has a line end (U+000A) inside: remove it"),
        ],
    )
    def test_what_is_no_name(self, shop: Shop, owner: Person, name: object, problem: str) -> None:
        answer = _create(shop, owner, name)
        assert (answer.status, answer.json) == (400, wrong_fields(("locationNm", problem)))
        assert _list(shop, owner) == []

    @pytest.mark.one_database
    def test_without_a_name(self, shop: Shop, owner: Person) -> None:
        answer = shop.request("POST", CREATE, by=owner, body={})
        assert (answer.status, answer.json) == (400, wrong_fields(("locationNm", "required")))

    def test_again_with_the_same_key_makes_no_other(self, shop: Shop, owner: Person) -> None:
        headers = {"Idempotency-Key": "a-branch"}
        answers = [
            shop.request("POST", CREATE, by=owner, body={"locationNm": "Main Street"}, headers=headers) for _ in range(2)
        ]
        assert answers[0].content == answers[1].content
        assert len(_list(shop, owner)) == 1

    def test_one_too_many(self, shop: Shop, owner: Person) -> None:
        shop.data.run(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :most)
            INSERT INTO location (account_id, name, name_key, active, created_at)
            SELECT :account_id, 'Stall ' || i, 'stall ' || i, TRUE, 0 FROM n
            """,
            account_id=owner.account_id,
            most=MOST_LOCATIONS,
        )
        answer = _create(shop, owner, "Main Street")
        problem = "an account has at most 1000 locations; rename one that is not used any more"
        assert (answer.status, answer.json) == (400, wrong_fields(("locationNm", problem)))

    def test_a_hundred_at_once_under_one_name(self, shop: Shop, owner: Person) -> None:
        ready, outcomes = threading.Barrier(4), []

        def create() -> None:
            with Data(shop.data.url) as data:
                ready.wait()
                for _ in range(5):
                    try:
                        data.write(service.create_location, owner.account_id, name="Main Street", actor=OPERATOR, now_us=1)
                        outcomes.append("made")
                    except FieldsWrong:
                        outcomes.append("taken")

        threads = [threading.Thread(target=create) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["made", *["taken"] * 19]
        assert _names(shop, owner) == ["Main Street"]


class TestUpdate:
    def test_renames(self, shop: Shop, owner: Person) -> None:
        number = _made(shop, owner, "Main Street")
        assert shop.put(UPDATE, owner, locationIdx=number, locationNm="Station").result is None
        assert _names(shop, owner) == ["Station"]
        assert _audited(shop, owner)[1:] == [("location.updated", "Station", {"locationNm": ["Main Street", "Station"]})]

    def test_the_old_name_is_free_again(self, shop: Shop, owner: Person) -> None:
        number = _made(shop, owner, "Main Street")
        assert shop.put(UPDATE, owner, locationIdx=number, locationNm="Station").result is None
        assert type(_made(shop, owner, "Main Street")) is int

    def test_its_own_name_in_another_case(self, shop: Shop, owner: Person) -> None:
        number = _made(shop, owner, "main street")
        assert shop.put(UPDATE, owner, locationIdx=number, locationNm="Main Street").result is None
        assert _names(shop, owner) == ["Main Street"]

    def test_switches_off_and_on(self, shop: Shop, owner: Person) -> None:
        number = _made(shop, owner, "Main Street")
        for flag in ("N", "Y"):
            assert shop.put(UPDATE, owner, locationIdx=number, activeYn=flag).result is None
            assert [one["activeYn"] for one in _list(shop, owner)] == [flag]
        assert [changes for _, _, changes in _audited(shop, owner)[1:]] == [
            {"activeYn": [True, False]},
            {"activeYn": [False, True]},
        ]

    def test_nothing_new_is_no_line_of_the_audit_log(self, shop: Shop, owner: Person) -> None:
        number = _made(shop, owner, "Main Street")
        for body in ({}, {"locationNm": "Main Street"}, {"activeYn": "Y"}, {"locationNm": None, "activeYn": None}):
            assert shop.put(UPDATE, owner, locationIdx=number, **body).result is None
        assert len(_audited(shop, owner)) == 1

    def test_to_a_name_that_is_taken(self, shop: Shop, owner: Person) -> None:
        first, second = _made(shop, owner, "Main Street"), _made(shop, owner, "Station")
        answer = shop.put(UPDATE, owner, locationIdx=second, locationNm="MAIN STREET", activeYn="N")
        assert (answer.status, answer.json) == (400, _taken("Main Street", first))
        assert [(one["locationNm"], one["activeYn"]) for one in _list(shop, owner)] == [("Main Street", "Y"), ("Station", "Y")]

    def test_one_that_is_not_there_or_another_accounts(self, shop: Shop, owner: Person) -> None:
        hers = _made(shop, shop.open_account(), "Main Street")
        for number in (hers, 0, -1, 9_007_199_254_740_991):
            answer = shop.put(UPDATE, owner, locationIdx=number, activeYn="N")
            sentence = (
                f"locationIdx: this account has no location {number}. Its locations and their numbers are listed by: "
                "GET /api/location/v1/list"
            )
            assert (answer.status, answer.json) == (404, refusal(40406, sentence))

    @pytest.mark.one_database
    @pytest.mark.parametrize("wrong", [{"locationNm": ""}, {"activeYn": ""}, {"activeYn": "y"}, {"locationNm": " "}], ids=str)
    def test_what_is_wrong_is_named(self, shop: Shop, owner: Person, wrong: dict[str, object]) -> None:
        number = _made(shop, owner, "Main Street")
        answer = shop.put(UPDATE, owner, locationIdx=number, **wrong)
        assert (answer.status, [row["field"] for row in answer.json["errors"]]) == (400, list(wrong))

    def test_two_renamed_to_one_name_at_once(self, shop: Shop, owner: Person) -> None:
        numbers = [_made(shop, owner, f"Stall {number}") for number in range(4)]
        ready, outcomes = threading.Barrier(4), []

        def rename(number: int) -> None:
            with Data(shop.data.url) as data:
                ready.wait()
                try:
                    given = {"name": "Main Street", "actor": OPERATOR, "now_us": 1}
                    data.write(service.change_location, owner.account_id, number, **given)
                    outcomes.append("renamed")
                except FieldsWrong:
                    outcomes.append("taken")

        threads = [threading.Thread(target=rename, args=(number,)) for number in numbers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["renamed", "taken", "taken", "taken"]


class TestList:
    def test_is_oldest_first_and_has_those_that_are_off(self, shop: Shop, owner: Person) -> None:
        numbers = [_made(shop, owner, name) for name in ("Zoo", "Airport", "Market")]
        assert shop.put(UPDATE, owner, locationIdx=numbers[1], activeYn="N").result is None
        assert [one["locationIdx"] for one in _list(shop, owner)] == numbers

    def test_of_a_shop_without_any_is_empty(self, shop: Shop, owner: Person) -> None:
        assert shop.get(LIST, owner).result == {"list": []}


class TestForOtherFeatures:
    def test_many_are_found_at_once_whichever_accounts_they_are_of(self, shop: Shop, owner: Person) -> None:
        other = shop.open_account()
        mine, theirs = _made(shop, owner, "Mine"), _made(shop, other, "Theirs")
        keys = [(owner.account_id, mine), (other.account_id, theirs), (owner.account_id, theirs), (owner.account_id, 0)]
        found = shop.data.read(service.find_locations, [*keys, keys[0]])
        assert {key: location.name for key, location in found.items()} == {keys[0]: "Mine", keys[1]: "Theirs"}
        assert shop.data.read(service.find_locations, []) == {}

    def test_those_that_are_required_come_in_order(self, shop: Shop, owner: Person) -> None:
        numbers = [_made(shop, owner, name) for name in ("A", "B", "C")][::-1]
        found = shop.data.read(service.require_locations, owner.account_id, numbers)
        assert [location.location_id for location in found] == numbers

    def test_the_first_that_is_not_there_is_named(self, shop: Shop, owner: Person) -> None:
        number = _made(shop, owner, "A")
        with pytest.raises(LocationNotFound, match="locationIdxs: this account has no location 998"):
            shop.data.read(service.require_locations, owner.account_id, [number, 998, 999])
