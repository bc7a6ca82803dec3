"""`GET /api/stamp/v1/history`: who did what to a stamp, when, and why; a page at a time."""

from typing import Any

import pytest

from kit.refusals import refusal, wrong_fields
from kit.shop import Shop, least

HISTORY, ADD, UPDATE = "/api/stamp/v1/history", "/api/stamp/v1/add", "/api/stamp/v1/update"
Row = dict[str, Any]


@pytest.fixture
def stamp(shop: Shop) -> int:
    number: int = shop.create(shop.alice, least()).result
    return number


def _rows(shop: Shop, stamp: int | str, **query: object) -> list[Row]:
    rows: list[Row] = shop.get(HISTORY, shop.alice, stampIdx=stamp, **query).result["list"]
    return rows


class TestARow:
    def test_says_all_there_is_to_say(self, shop: Shop, stamp: int) -> None:
        shop.clock.advance(seconds=60)
        circumstances = {"note": "Two flat whites\nand a bun", "orderRef": "R-17", "location": "Main Street"}
        shop.put(ADD, shop.bob, stampIdx=stamp, count=2, **circumstances)
        newest, oldest = _rows(shop, stamp)
        assert newest == {
            "historyIdx": newest["historyIdx"],
            "action": "added",
            "stampsBefore": 0,
            "stampsAfter": 2,
            **circumstances,
            "actorType": "apiKey",
            "actorIdx": shop.bob.key_id,
            "channel": "api",
            "changes": None,
            "renewedStampIdx": None,
            "occurredYmdt": "2026-03-02 18:01:00",
            "recordedYmdt": "2026-03-02 18:01:00",
            "sequence": 2,
            "locationIdx": None,
            "rewards": None,
            "carried": None,
            "mergedStampIdx": None,
        }
        assert list(newest) == list(oldest)
        assert (oldest["action"], oldest["actorIdx"], oldest["note"]) == ("issued", shop.alice.key_id, None)
        assert oldest["occurredYmdt"] == "2026-03-02 18:00:00"
        assert newest["historyIdx"] > oldest["historyIdx"]

    def test_instants_are_in_the_accounts_time_zone(self, shop: Shop) -> None:
        owner = shop.open_account(time_zone="America/New_York")
        made = shop.create(owner, least(cardIdx=owner.card_id)).result
        (row,) = shop.get(HISTORY, owner, stampIdx=made).result["list"]
        assert row["recordedYmdt"] == "2026-03-02 04:00:00"

    def test_of_an_update_tells_what_changed_and_nothing_personal(self, shop: Shop, stamp: int) -> None:
        body = {"endYmd": "2027-01-31", "activeYn": "N", "stamps": 4, "userNm": "Brown Smith", "memo": "Secret"}
        assert shop.put(UPDATE, shop.alice, stampIdx=stamp, **body).result is None
        row = _rows(shop, stamp)[0]
        assert (row["action"], row["stampsBefore"], row["stampsAfter"]) == ("updated", 0, 4)
        assert row["changes"] == {
            "endYmd": ["2026-12-31", "2027-01-31"],
            "activeYn": ["Y", "N"],
            "stamps": [0, 4],
            "memo": None,
            "userNm": None,
        }

    def test_an_update_that_changes_nothing_has_none(self, shop: Shop, stamp: int) -> None:
        assert shop.put(UPDATE, shop.alice, stampIdx=stamp, activeYn="Y", memo="").result is None
        assert [row["action"] for row in _rows(shop, stamp)] == ["issued"]

    def test_a_refusal_has_none(self, shop: Shop, stamp: int) -> None:
        assert shop.put(ADD, shop.alice, stampIdx=stamp, count=11).status == 409
        assert shop.put("/api/stamp/v1/remove", shop.alice, stampIdx=stamp).status == 409
        assert [row["action"] for row in _rows(shop, stamp)] == ["issued"]

    def test_the_rows_of_a_whole_life_add_up(self, shop: Shop) -> None:
        card = {"cardNm": "Renewing", "maxStamps": 3, "renewYn": "Y"}
        card_idx = shop.request("POST", "/api/card/v1/create", by=shop.alice, body=card).result
        stamp = shop.create(shop.alice, least(cardIdx=card_idx)).result
        shop.put(ADD, shop.alice, stampIdx=stamp, count=2)
        shop.put("/api/stamp/v1/remove", shop.alice, stampIdx=stamp, note="Wrong customer")
        shop.put(UPDATE, shop.alice, stampIdx=stamp, stamps=3)
        shop.put("/api/stamp/v1/redeem", shop.alice, stampIdx=stamp)
        rows = _rows(shop, stamp)[::-1]
        told = [(row["action"], row["stampsBefore"], row["stampsAfter"], row["note"]) for row in rows]
        assert told == [
            ("issued", 0, 0, None),
            ("added", 0, 2, None),
            ("removed", 2, 1, "Wrong customer"),
            ("updated", 1, 3, None),
            ("redeemed", 3, 3, None),
        ]
        renewed = shop.get("/api/stamp/v1/get", shop.alice, stampIdx=stamp).result["renewedStampIdx"]
        assert rows[-1]["renewedStampIdx"] == renewed
        assert [row["action"] for row in _rows(shop, renewed)] == ["issued"]


class TestPages:
    @pytest.fixture
    def busy(self, shop: Shop, stamp: int) -> int:
        for count in range(1, 8):
            shop.put(UPDATE, shop.alice, stampIdx=stamp, stamps=count)
        return stamp

    def test_hold_every_row_once_while_more_come(self, shop: Shop, busy: int) -> None:
        expected = _rows(shop, busy)
        seen: list[Row] = []
        cursor: dict[str, object] = {}
        while True:
            result = shop.get(HISTORY, shop.alice, stampIdx=busy, limit=3, **cursor).result
            seen += result["list"]
            if result["nextCursor"] is None:
                break
            cursor = {"cursor": result["nextCursor"]}
            shop.put(ADD, shop.alice, stampIdx=busy)
        assert seen == expected
        assert [row["stampsAfter"] for row in seen] == [7, 6, 5, 4, 3, 2, 1, 0]

    def test_by_code(self, shop: Shop, busy: int) -> None:
        code = shop.data.stamp(busy)["code"]
        assert _rows(shop, code) == _rows(shop, busy)
        cursor = shop.get(HISTORY, shop.alice, stampIdx=code, limit=6).result["nextCursor"]
        assert _rows(shop, code, cursor=cursor) == _rows(shop, busy)[6:]

    def test_a_cursor_of_another_stamp(self, shop: Shop, busy: int) -> None:
        other = shop.create(shop.alice, least()).result
        cursor = shop.get(HISTORY, shop.alice, stampIdx=busy, limit=1).result["nextCursor"]
        answer = shop.get(HISTORY, shop.alice, stampIdx=other, cursor=cursor)
        assert (answer.status, [row["field"] for row in answer.json["errors"]]) == (400, ["cursor"])

    def test_a_cursor_of_the_list_of_stamps(self, shop: Shop, busy: int) -> None:
        shop.create(shop.alice, least())
        cursor = shop.get("/api/stamp/v1/list", shop.alice, limit=1).result["nextCursor"]
        assert shop.get(HISTORY, shop.alice, stampIdx=busy, cursor=cursor).status == 400

    @pytest.mark.parametrize(("limit", "problem"), [(0, "must be at least 1"), (101, "must be at most 100")])
    def test_limits(self, shop: Shop, stamp: int, limit: int, problem: str) -> None:
        answer = shop.get(HISTORY, shop.alice, stampIdx=stamp, limit=limit)
        assert (answer.status, answer.json) == (400, wrong_fields(("limit", problem)))


class TestWhose:
    def test_a_stamp_that_is_not_there(self, shop: Shop) -> None:
        answer = shop.get(HISTORY, shop.alice, stampIdx=999_999_999)
        assert (answer.status, answer.json) == (404, refusal(40403, "stampIdx: there is no stamp 999999999."))

    def test_another_accounts(self, shop: Shop, stamp: int) -> None:
        answer = shop.get(HISTORY, shop.charlie, stampIdx=stamp)
        assert (answer.status, answer.json) == (404, refusal(40403, f"stampIdx: there is no stamp {stamp}."))

    def test_a_deleted_stamps_history_is_gone(self, shop: Shop, stamp: int) -> None:
        shop.put(ADD, shop.alice, stampIdx=stamp)
        assert shop.request("DELETE", f"/api/stamp/v1/delete?stampIdx={stamp}", by=shop.alice).result is None
        assert shop.get(HISTORY, shop.alice, stampIdx=stamp).status == 404
        assert shop.data.ledger(stamp) == []
