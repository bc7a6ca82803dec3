"""`GET /api/card/v1/get` and `…/list`."""

import pytest

from kit.people import Person
from kit.refusals import refusal, wrong_fields
from kit.shop import Shop

GET, LIST = "/api/card/v1/get", "/api/card/v1/list"


def _add_cards(shop: Shop, owner: Person, count: int) -> list[int]:
    bodies = [{"cardNm": f"Card {number}", "maxStamps": 5} for number in range(count)]
    return [shop.request("POST", "/api/card/v1/create", by=owner, body=body).result for body in bodies]


class TestGet:
    def test_one_that_the_command_line_made(self, shop: Shop) -> None:
        owner = shop.open_account(name="Beans", time_zone="America/New_York")
        assert shop.get(GET, owner, cardIdx=owner.card_id).result == {
            "cardIdx": owner.card_id,
            "cardNm": "Card of Beans",
            "cardTtl": "Ten coffees, one free",
            "maxStamps": 10,
            "rewardTtl": "A coffee",
            "url": "https://beans.example/menu",
            "stampImgUrl": "",
            "onsiteYn": "N",
            "onsitePwd": None,
            "cooldownSec": 0,
            "dailyMax": 0,
            "renewYn": "N",
            "activeYn": "Y",
            "archivedYn": "N",
            "regYmdt": "2026-03-02 04:00:00",
            "carryYn": "N",
            "rewards": [],
            "locationIdxs": [],
        }

    @pytest.mark.parametrize("number", [999_999, 0, -1, 2**63 - 1, -(2**63)])
    def test_one_that_is_not_there(self, shop: Shop, number: int) -> None:
        message = f"cardIdx: this account has no card {number}. Its cards and their Card IDX are listed by: stampwell card list"
        answer = shop.get(GET, shop.alice, cardIdx=number)
        assert (answer.status, answer.json) == (404, refusal(40402, message))

    @pytest.mark.one_database
    @pytest.mark.parametrize("number", ["x", "1.0", "", "+123", "9" * 20, "\u0661"])
    def test_what_is_no_number(self, shop: Shop, number: str) -> None:
        answer = shop.get(GET, shop.alice, cardIdx=number)
        assert (answer.status, answer.json) == (400, wrong_fields(("cardIdx", "must be an integer, such as 123")))

    @pytest.mark.one_database
    def test_a_number_beyond_64_bits(self, shop: Shop) -> None:
        answer = shop.get(GET, shop.alice, cardIdx=2**63)
        assert (answer.status, [row["field"] for row in answer.json["errors"]]) == (400, ["cardIdx"])

    @pytest.mark.one_database
    def test_none_and_two(self, shop: Shop) -> None:
        assert shop.get(GET, shop.alice).json == wrong_fields(("cardIdx", "required"))
        answer = shop.request("GET", f"{GET}?cardIdx=123&cardIdx=123", by=shop.alice)
        assert answer.json == wrong_fields(("cardIdx", "given more than once; send it once"))


class TestList:
    def test_is_the_accounts_own_newest_first(self, shop: Shop) -> None:
        owner = shop.open_account()
        numbers = [owner.card_id, *_add_cards(shop, owner, 3)]
        result = shop.get(LIST, owner).result
        assert [card["cardIdx"] for card in result["list"]] == numbers[::-1]
        assert result["nextCursor"] is None
        assert result["list"][-1] == shop.get(GET, owner, cardIdx=owner.card_id).result

    def test_pages_hold_every_card_once_while_others_are_made(self, shop: Shop) -> None:
        owner = shop.open_account()
        numbers = [owner.card_id, *_add_cards(shop, owner, 6)]
        seen: list[int] = []
        cursor: dict[str, object] = {}
        while True:
            result = shop.get(LIST, owner, limit=2, **cursor).result
            seen += [card["cardIdx"] for card in result["list"]]
            if result["nextCursor"] is None:
                break
            cursor = {"cursor": result["nextCursor"]}
            _add_cards(shop, owner, 1)
        assert seen == numbers[::-1]

    def test_holds_what_is_off_and_what_is_archived(self, shop: Shop) -> None:
        owner = shop.open_account()
        (off,) = _add_cards(shop, owner, 1)
        shop.put("/api/card/v1/update", owner, cardIdx=off, activeYn="N")
        body = {"cardIdx": owner.card_id, "strtYmd": "2026-01-01", "endYmd": "2026-12-31"}
        assert shop.create(owner, body).status == 200
        shop.request("DELETE", "/api/card/v1/delete", by=owner, query={"cardIdx": owner.card_id})
        found = [(card["activeYn"], card["archivedYn"]) for card in shop.get(LIST, owner).result["list"]]
        assert found == [("N", "N"), ("Y", "Y")]

    @pytest.mark.parametrize(("limit", "problem"), [(0, "must be at least 1"), (101, "must be at most 100")])
    def test_limits(self, shop: Shop, limit: int, problem: str) -> None:
        assert shop.get(LIST, shop.alice, limit=limit).json == wrong_fields(("limit", problem))

    def test_cursors_of_others_and_of_nobody(self, shop: Shop) -> None:
        owner = shop.open_account()
        _add_cards(shop, owner, 1)
        theirs = shop.get(LIST, owner, limit=1).result["nextCursor"]
        changed = ("B" if theirs[0] == "A" else "A") + theirs[1:]
        for by, cursor in ((shop.alice, theirs), (owner, changed), (owner, "x"), (owner, "1347")):
            answer = shop.get(LIST, by, cursor=cursor)
            problem = "is not a nextCursor of this list with these filters; leave it out to begin with the first page"
            assert (answer.status, answer.json) == (400, wrong_fields(("cursor", problem)))

    def test_empty_parameters_are_none(self, shop: Shop) -> None:
        owner = shop.open_account()
        assert len(shop.get(LIST, owner, limit="", cursor="").result["list"]) == 1
