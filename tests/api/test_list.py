"""`GET /api/stamp/v1/list`: every filter, alone and together."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from kit.people import Person
from kit.refusals import refusal, wrong_fields
from kit.shop import Answer, Shop

LIST = "/api/stamp/v1/list"
Stamp = dict[str, Any]

# What stamps differ in; every filter finds some of them and not the others.
_DAYS = (datetime(2026, 2, 27, 3, tzinfo=UTC), datetime(2026, 3, 1, 3, tzinfo=UTC), datetime(2026, 3, 2, 3, tzinfo=UTC))
_USERS: tuple[dict[str, str], ...] = (
    {"userId": "ann", "userPhnno": "+82 10-1234-5678", "userEml": "Ann@Example.com"},
    {"userId": "bea", "userPhnno": "010 1234 5678"},
    {"userId": "ann", "userEml": "ann@example.com"},
    {"userId": "cat"},
)
_STATES: tuple[dict[str, object], ...] = ({}, {"activeYn": "N"}, {"stamps": 1, "useYn": "Y"})

FILTERS: dict[str, tuple[str, ...]] = {
    "cardIdx": ("",),
    "userId": ("ann",),
    "userPhnno": ("82-1012345678",),
    "userEml": ("ANN@example.COM",),
    "activeYn": ("Y", "N"),
    "useYn": ("Y", "N"),
    "regStrtYmd": ("2026-03-01",),
    "regEndYmd": ("2026-03-01",),
}


def _fulfils(stamp: Stamp, filters: dict[str, Any]) -> bool:
    """The contract's words in Python."""
    day = stamp["regYmdt"][:10]
    tests = {
        "cardIdx": lambda value: stamp["cardIdx"] == value,
        "userId": lambda value: stamp["userId"] == value,
        # The two that anybody has are one number.
        "userPhnno": lambda _: stamp["userPhnno"] is not None,
        "userEml": lambda value: (stamp["userEml"] or "").lower() == value.lower(),
        "activeYn": lambda value: stamp["activeYn"] == value,
        "useYn": lambda value: stamp["useYn"] == value,
        "regStrtYmd": lambda value: day >= value,
        "regEndYmd": lambda value: day <= value,
    }
    return all(tests[name](value) for name, value in filters.items())


def _body(person: Person, **fields: object) -> dict[str, object]:
    return {"cardIdx": person.card_id, "strtYmd": "2026-01-01", "endYmd": "2026-12-31", **fields}


def _list(shop: Shop, by: Person, **query: object) -> Answer:
    return shop.get(LIST, by, **query)


def _rows(shop: Shop, by: Person, **query: object) -> list[Stamp]:
    rows: list[Stamp] = _list(shop, by, **query).result["list"]
    return rows


def _numbers(rows: list[Stamp]) -> list[int]:
    return [row["stampIdx"] for row in rows]


def _pages(shop: Shop, by: Person, **query: object) -> Iterator[list[Stamp]]:
    cursor: dict[str, object] = {}
    while True:
        result = _list(shop, by, **query, **cursor).result
        yield result["list"]
        if result["nextCursor"] is None:
            return
        cursor = {"cursor": result["nextCursor"]}


@pytest.fixture(scope="module")
def owner(shared_shop: Shop) -> Person:
    """Seventy-two stamps, of three days, two cards, four users and three states."""
    shop, owner = shared_shop, shared_shop.open_account(max_stamps=1)
    card = {"cardNm": "Second", "maxStamps": 1}
    second = shop.request("POST", "/api/card/v1/create", by=owner, body=card).result
    for day, card_idx, user, state in product(_DAYS, (owner.card_id, second), _USERS, _STATES):
        shop.clock.set(day)
        made = shop.create(owner, _body(owner, cardIdx=card_idx, **user)).result
        if state:
            assert shop.put("/api/stamp/v1/update", owner, stampIdx=made, **state).result is None
    return owner


@pytest.fixture(scope="module")
def everything(shared_shop: Shop, owner: Person) -> list[Stamp]:
    return _rows(shared_shop, owner, limit=100)


class TestFilters:
    def test_without_any_it_is_all_of_them_newest_first(self, everything: list[Stamp]) -> None:
        assert len(everything) == 72
        order = [(row["regYmdt"], row["stampIdx"]) for row in everything]
        assert order == sorted(order, reverse=True)

    @pytest.mark.parametrize("given", [*product((False, True), repeat=4)], ids=lambda given: "".join("01"[on] for on in given))
    def test_every_combination(self, shop: Shop, owner: Person, everything: list[Stamp], given: tuple[bool, ...]) -> None:
        """All 576 of them, 36 at a time: `given` says which of the first four there are."""
        choices = [
            [(name, value) for value in values] if on else [None]
            for (name, values), on in zip(list(FILTERS.items())[:4], given, strict=True)
        ]
        choices += [[None, *((name, value) for value in values)] for name, values in list(FILTERS.items())[4:]]
        for chosen in product(*choices):
            filters: dict[str, Any] = dict(filter(None, chosen))
            if "cardIdx" in filters:
                filters["cardIdx"] = owner.card_id
            expected = [row for row in everything if _fulfils(row, filters)]
            assert _rows(shop, owner, limit=100, **filters) == expected, filters

    def test_pages_of_a_filtered_list(self, shop: Shop, owner: Person, everything: list[Stamp]) -> None:
        for filters in ({"userId": "ann"}, {"useYn": "Y"}, {"activeYn": "N", "cardIdx": owner.card_id}, {"useYn": "N"}):
            pages = list(_pages(shop, owner, limit=5, **filters))
            assert [len(page) for page in pages[:-1]] == [5] * (len(pages) - 1)
            assert [row for page in pages for row in page] == [row for row in everything if _fulfils(row, filters)]

    def test_what_nobody_has_is_an_empty_list(self, shop: Shop, owner: Person) -> None:
        for query in ({"userId": "nobody"}, {"cardIdx": 123}, {"cardIdx": 0}, {"userPhnno": "9"}, {"userEml": "x"}):
            assert _list(shop, owner, **query).result == {"list": [], "nextCursor": None}

    @pytest.mark.parametrize("name", FILTERS)
    def test_an_empty_one_is_none(self, shop: Shop, owner: Person, everything: list[Stamp], name: str) -> None:
        assert _rows(shop, owner, limit=100, **{name: ""}) == everything


class TestPhones:
    SPELLINGS = (
        "+1 123-4567-8900",
        "112345678900",
        "1 (123) 4567.8900",
        "\uff0b\uff11 \uff11\uff12\uff13-\uff14\uff15\uff16\uff17-\uff18\uff19\uff10\uff10",
        "\u0661\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669\u0660\u0660",
        "\u0967\u0967\u0968\u0969\u096a\u096b\u096c\u096d\u096e\u096f\u0966\u0966",
    )

    def test_any_spelling_finds_any_spelling(self, shop: Shop) -> None:
        owner = shop.open_account()
        made = [shop.create(owner, _body(owner, userPhnno=spelling)).result for spelling in self.SPELLINGS]
        for spelling in self.SPELLINGS:
            assert _numbers(_rows(shop, owner, userPhnno=spelling)) == made[::-1]

    def test_it_is_the_whole_number(self, shop: Shop) -> None:
        owner = shop.open_account()
        shop.create(owner, _body(owner, userPhnno="+1 123-4567-8900"))
        assert [_rows(shop, owner, userPhnno=part) for part in ("8900", "123-4567-8900", "11234567890")] == [[], [], []]

    def test_one_that_was_changed(self, shop: Shop) -> None:
        owner = shop.open_account()
        made = shop.create(owner, _body(owner, userPhnno="111")).result
        shop.put("/api/stamp/v1/update", owner, stampIdx=made, userPhnno="2-2-2")
        assert (_rows(shop, owner, userPhnno="111"), _numbers(_rows(shop, owner, userPhnno="222"))) == ([], [made])

    def test_without_a_digit_it_finds_nothing_by_mistake(self, shop: Shop) -> None:
        problem = "must have digits, in any spelling, such as +1 123-4567-8900"
        assert _list(shop, shop.alice, userPhnno="none").json == wrong_fields(("userPhnno", problem))


class TestDays:
    def test_begin_and_end_in_the_accounts_time_zone(self, shop: Shop) -> None:
        """Midnight between the 1st and the 2nd of March, on the clocks of the shop."""
        midnights = {
            "Asia/Seoul": datetime(2026, 3, 1, 15, tzinfo=UTC),
            "America/New_York": datetime(2026, 3, 2, 5, tzinfo=UTC),
        }
        for time_zone, midnight in midnights.items():
            owner = shop.open_account(time_zone=time_zone)
            shop.clock.set(midnight)
            shop.clock.advance(seconds=-0.000001)
            before = shop.create(owner, _body(owner)).result
            shop.clock.set(midnight)
            after = shop.create(owner, _body(owner)).result
            assert _numbers(_rows(shop, owner, regEndYmd="2026-03-01")) == [before]
            assert _numbers(_rows(shop, owner, regStrtYmd="2026-03-02")) == [after]
            assert _numbers(_rows(shop, owner, regStrtYmd="2026-03-02", regEndYmd="2026-03-02")) == [after]
            assert _numbers(_rows(shop, owner, regStrtYmd="2026-03-01", regEndYmd="2026-03-02")) == [after, before]

    def test_out_of_order(self, shop: Shop) -> None:
        answer = _list(shop, shop.alice, regStrtYmd="2026-03-02", regEndYmd="2026-03-01")
        assert answer.json == wrong_fields(("regEndYmd", "must not be before regStrtYmd (2026-03-02)"))

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    @pytest.mark.parametrize("time_zone", ["Asia/Seoul", "America/New_York"])
    def test_the_first_and_the_last_day_of_all(self, shop: Shop, day: str, time_zone: str) -> None:
        owner = shop.open_account(time_zone=time_zone)
        made = shop.create(owner, _body(owner)).result
        found = [_numbers(_rows(shop, owner, **{name: day})) for name in ("regStrtYmd", "regEndYmd")]
        assert found == ([[made], []] if day < "2026" else [[], [made]])


class TestWrong:
    def test_every_wrong_filter_is_told(self, shop: Shop) -> None:
        wrong = {
            "cardIdx": "x",
            "activeYn": "y",
            "useYn": "yes",
            "regStrtYmd": "2026-02-30",
            "regEndYmd": "tomorrow",
            "limit": 0,
        }
        answer = _list(shop, shop.alice, **wrong)
        assert (answer.status, [row["field"] for row in answer.json["errors"]]) == (400, list(wrong))

    def test_another_scope(self, shop: Shop) -> None:
        answer = _list(shop, shop.with_key(shop.alice, scopes=["stamp:write"]))
        message = "This API key lacks the scope stamp:read. Use a key that was made with it."
        assert (answer.status, answer.json) == (403, refusal(40304, message))
