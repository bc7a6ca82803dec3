"""`stamps` of create and bulk: the marks that a customer brings along from paper or another system."""

import pytest

from kit.people import Person
from kit.refusals import refusal, without_quotes, wrong_fields
from kit.shop import Answer, Shop, least

ABOVE = "must be at most 10, as many as the card takes"
NOT_AN_INTEGER = "must be an integer, such as 123, without quotes or a decimal point"
NO_LOCATION = (
    "locationIdx: this account has no location {number}. Its locations and their numbers are listed by: "
    "GET /api/location/v1/list"
)


def _bulk(shop: Shop, rows: object, **headers: str) -> Answer:
    return shop.request("POST", "/api/stamp/v1/bulk", by=shop.alice, body={"stamps": rows}, headers=headers)


def _location(shop: Shop, owner: Person) -> int:
    number: int = shop.request("POST", "/api/location/v1/create", by=owner, body={"locationNm": "Market stall"}).result
    return number


def _history(shop: Shop, stamp: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = shop.get("/api/stamp/v1/history", shop.alice, stampIdx=stamp).result["list"]
    return rows


class TestCreate:
    @pytest.mark.parametrize("count", [0, 1, 10])
    def test_the_stamp_begins_with_them(self, shop: Shop, count: int) -> None:
        stamp = shop.create(shop.alice, least(stamps=count)).result
        shown = shop.get("/api/stamp/v1/get", shop.alice, stampIdx=stamp).result
        assert (shown["stamps"], shown["maxStamps"], shown["useYn"]) == (count, 10, "N")
        (row,) = _history(shop, stamp)
        assert (row["action"], row["stampsBefore"], row["stampsAfter"], row["sequence"]) == ("issued", 0, count, 1)
        (event,) = shop.data.ledger(stamp)
        assert (event["kind"], event["stamps_before"], event["stamps_after"]) == ("issued", 0, count)
        assert [row["kind"] for row in shop.data.told(stamp)] == ["stamp.issued"]

    def test_left_out_and_null_are_none(self, shop: Shop) -> None:
        for body in (least(), least(stamps=None)):
            assert shop.data.stamp(shop.create(shop.alice, body).result)["stamps"] == 0

    @pytest.mark.parametrize("count", [11, 100])
    def test_more_than_the_card_has_room_for(self, shop: Shop, count: int) -> None:
        answer = shop.refused(shop.alice, least(stamps=count))
        assert (answer.status, answer.json) == (400, wrong_fields(("stamps", ABOVE)))

    @pytest.mark.one_database
    @pytest.mark.parametrize(
        ("value", "problem"),
        [
            (-1, "must be at least 0"),
            (101, "must be at most 100"),
            (2**63, "must be at most 100"),
            ("7", without_quotes(7)),
            (True, NOT_AN_INTEGER),
            (7.0, NOT_AN_INTEGER),
        ],
    )
    def test_what_is_no_count(self, shop: Shop, value: object, problem: str) -> None:
        answer = shop.refused(shop.alice, least(stamps=value))
        assert (answer.status, answer.json) == (400, wrong_fields(("stamps", problem)))

    def test_the_goal_is_the_one_of_the_card_that_is_named(self, shop: Shop) -> None:
        other = shop.open_account(max_stamps=3)
        assert shop.refused(other, least(cardIdx=other.card_id, stamps=4)).json == wrong_fields(
            ("stamps", "must be at most 3, as many as the card takes")
        )
        assert shop.data.stamp(shop.create(other, least(cardIdx=other.card_id, stamps=3)).result)["stamps"] == 3

    def test_they_count_like_any_other(self, shop: Shop) -> None:
        stamp = shop.create(shop.alice, least(stamps=9)).result
        assert shop.put("/api/stamp/v1/add", shop.alice, stampIdx=stamp).result is None
        assert shop.put("/api/stamp/v1/redeem", shop.alice, stampIdx=stamp).result is None
        assert [(row["action"], row["stampsAfter"]) for row in _history(shop, stamp)] == [
            ("redeemed", 10),
            ("added", 10),
            ("issued", 9),
        ]

    def test_where_they_were_counted(self, shop: Shop) -> None:
        owner = shop.open_account()
        location = _location(shop, owner)
        stamp = shop.create(owner, least(cardIdx=owner.card_id, stamps=4, locationIdx=location)).result
        (row,) = shop.get("/api/stamp/v1/history", owner, stampIdx=stamp).result["list"]
        assert (row["locationIdx"], row["stampsAfter"]) == (location, 4)

    def test_an_unknown_location(self, shop: Shop) -> None:
        theirs = _location(shop, shop.open_account())
        for number in (theirs, 999_999, 0, -(2**63)):
            answer = shop.refused(shop.alice, least(stamps=4, locationIdx=number))
            assert (answer.status, answer.json) == (404, refusal(40406, NO_LOCATION.format(number=number)))


class TestBulk:
    def test_rows_are_judged_one_by_one(self, shop: Shop) -> None:
        rows = [least(stamps=10), least(stamps=11), least(), least(stamps="7"), least(stamps=0), least(locationIdx=999_999)]
        result = _bulk(shop, rows).result
        assert result[1] == _row(wrong_fields(("stamps", ABOVE)))
        assert result[3] == _row(wrong_fields(("stamps", without_quotes(7))))
        assert result[5]["code"] == 40406
        issued = [row["stampIdx"] for row in result if row.get("stampIdx") is not None]
        assert [shop.data.stamp(stamp)["stamps"] for stamp in issued] == [10, 0, 0]
        ledgers = [shop.data.ledger(stamp) for stamp in issued]
        assert [[(row["kind"], row["stamps_before"], row["stamps_after"]) for row in ledger] for ledger in ledgers] == [
            [("issued", 0, 10)],
            [("issued", 0, 0)],
            [("issued", 0, 0)],
        ]

    def test_the_same_request_again_is_the_same_stamps(self, shop: Shop) -> None:
        rows = [least(stamps=4), least(stamps=5)]
        first, again = (_bulk(shop, rows, **{"Idempotency-Key": "opening"}) for _ in range(2))
        assert first.content == again.content


def _row(envelope: dict[str, object]) -> dict[str, object]:
    """An envelope as a row of bulk."""
    return {name: value for name, value in envelope.items() if name != "result"}
