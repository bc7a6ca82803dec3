"""`GET /api/stamp/v1/list`: pages that hold every stamp once, and cursors that nobody can make up."""

from collections.abc import Iterator

import pytest

from kit.people import Person
from kit.refusals import wrong_fields
from kit.shop import Shop, least

LIST = "/api/stamp/v1/list"


def _issue(shop: Shop, owner: Person, **fields: object) -> int:
    number: int = shop.create(owner, least(cardIdx=owner.card_id, **fields)).result
    return number


def _numbers(shop: Shop, by: Person, **query: object) -> list[int]:
    return [row["stampIdx"] for row in shop.get(LIST, by, **query).result["list"]]


def _pages(shop: Shop, by: Person, **query: object) -> Iterator[list[int]]:
    cursor: dict[str, object] = {}
    while True:
        result = shop.get(LIST, by, **query, **cursor).result
        yield [row["stampIdx"] for row in result["list"]]
        if result["nextCursor"] is None:
            return
        cursor = {"cursor": result["nextCursor"]}


class TestPages:
    def test_of_stamps_that_were_issued_at_the_same_instant(self, shop: Shop) -> None:
        owner = shop.open_account()
        made = [_issue(shop, owner) for _ in range(7)]
        assert list(_pages(shop, owner, limit=3)) == [made[6:3:-1], made[3:0:-1], made[:1]]

    def test_go_on_under_a_last_day(self, shop: Shop) -> None:
        owner = shop.open_account()
        made = [_issue(shop, owner) for _ in range(3)]
        shop.clock.advance(seconds=86_400)
        made.append(_issue(shop, owner))
        shop.clock.advance(seconds=86_400)
        _issue(shop, owner)
        days = {"regStrtYmd": "2026-03-02", "regEndYmd": "2026-03-03"}
        pages = _pages(shop, owner, limit=2, **days)
        assert [next(pages), next(pages), next(pages, None)] == [made[:1:-1], made[1::-1], None]

    def test_a_last_page_that_is_full_leads_nowhere(self, shop: Shop) -> None:
        owner = shop.open_account()
        made = [_issue(shop, owner) for _ in range(4)]
        assert list(_pages(shop, owner, limit=2)) == [made[:1:-1], made[1::-1]]

    def test_hold_every_stamp_once_while_others_are_issued_marked_and_deleted(self, shop: Shop) -> None:
        owner = shop.open_account()
        made = []
        for _ in range(20):
            shop.clock.advance(seconds=7)
            made.append(_issue(shop, owner))
        seen: list[int] = []
        for page in _pages(shop, owner, limit=3):
            seen += page
            shop.clock.advance(seconds=7)
            _issue(shop, owner)
            shop.put("/api/stamp/v1/add", owner, stampIdx=page[-1])
            # The stamp where the page ended is the cursor's; it may be gone when the next one is asked for.
            shop.request("DELETE", f"/api/stamp/v1/delete?stampIdx={page[-1]}", by=owner)
        assert seen == made[::-1]

    def test_fifty_unless_said_otherwise(self, shop: Shop) -> None:
        owner = shop.open_account()
        shop.request("POST", "/api/stamp/v1/bulk", by=owner, body={"stamps": [least(cardIdx=owner.card_id)] * 101})
        assert [len(_numbers(shop, owner, **query)) for query in ({}, {"limit": 1}, {"limit": 100})] == [50, 1, 100]

    @pytest.mark.parametrize(
        ("limit", "problem"),
        [
            ("0", "must be at least 1"),
            ("101", "must be at most 100"),
            ("-1", "must be at least 1"),
            ("x", "must be an integer, such as 123"),
            ("1.0", "must be an integer, such as 123"),
            ("\u0661", "must be an integer, such as 123"),
            ("9" * 40, "must be an integer, such as 123"),
        ],
    )
    def test_limits(self, shop: Shop, limit: str, problem: str) -> None:
        answer = shop.get(LIST, shop.alice, limit=limit)
        assert (answer.status, answer.json) == (400, wrong_fields(("limit", problem)))


class TestCursors:
    PROBLEM = "is not a nextCursor of this list with these filters; leave it out to begin with the first page"

    @pytest.fixture
    def cursor(self, shop: Shop) -> str:
        for _ in range(3):
            _issue(shop, shop.alice, userId="paged")
        cursor: str = shop.get(LIST, shop.alice, userId="paged", limit=1).result["nextCursor"]
        return cursor

    def _refused(self, shop: Shop, by: Person, **query: object) -> None:
        answer = shop.get(LIST, by, **query)
        assert (answer.status, answer.json) == (400, wrong_fields(("cursor", self.PROBLEM)))

    def test_with_another_limit(self, shop: Shop, cursor: str) -> None:
        assert len(_numbers(shop, shop.alice, userId="paged", limit=100, cursor=cursor)) >= 2

    def test_with_other_filters(self, shop: Shop, cursor: str) -> None:
        for filters in ({}, {"userId": "Paged"}, {"userId": "paged", "activeYn": "Y"}, {"cardIdx": 123}):
            self._refused(shop, shop.alice, cursor=cursor, **filters)

    def test_of_another_account(self, shop: Shop, cursor: str) -> None:
        self._refused(shop, shop.charlie, userId="paged", cursor=cursor)

    def test_tampered_with(self, shop: Shop, cursor: str) -> None:
        for position in (0, 5, 10, 15, 20, 21, 22, 30, 41):
            other = "B" if cursor[position] == "A" else "A"
            self._refused(shop, shop.alice, userId="paged", cursor=cursor[:position] + other + cursor[position + 1 :])

    @pytest.mark.parametrize("made_up", ["x", "AAAA", "=", "%00", "9" * 200, "\u00e9", "null", "1347"])
    def test_made_up(self, shop: Shop, made_up: str) -> None:
        answer = shop.get(LIST, shop.alice, cursor=made_up)
        assert (answer.status, [row["field"] for row in answer.json["errors"]]) == (400, ["cursor"])

    def test_too_long(self, shop: Shop) -> None:
        assert shop.get(LIST, shop.alice, cursor="A" * 201).json == wrong_fields(("cursor", "must have at most 200 characters"))

    def test_an_empty_one_begins_anew(self, shop: Shop, cursor: str) -> None:
        assert cursor
        assert len(_numbers(shop, shop.alice, userId="paged", cursor="")) >= 3
