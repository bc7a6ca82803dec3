"""`occurredYmdt`: marks and rewards of a till that was offline are judged as of the time of the sale."""

from itertools import permutations

import pytest

from kit.shop import Shop
from kit.stamps import SHOWN, ask, count, do, forget_sales, issue, latest, make_card, refused, shown

# The shop's clock shows 18:00 on 2 March 2026 in Seoul; cards and stamps are older in these tests.
_START_DAYS = 6


@pytest.fixture(autouse=True)
def _sales(shop: Shop) -> None:
    forget_sales(shop)


@pytest.fixture
def stamp(shop: Shop) -> int:
    made = issue(shop, make_card(shop, maxStamps=10))
    shop.clock.advance(seconds=_START_DAYS * 86_400)
    return made


def _wrong(shop: Shop, stamp: int, occurred: object, action: str = "add") -> str:
    status, body = refused(shop, action, stamp, occurredYmdt=occurred)
    assert (status, body["code"], [row["field"] for row in body["errors"]]) == (400, 40002, ["occurredYmdt"])
    message: str = body["errors"][0]["message"]
    return message


class TestTheInstant:
    @pytest.mark.parametrize(
        "written",
        [
            "2026-03-08 12:30:00",
            "2026-03-08T12:30:00",
            "2026-03-08 12:30:00+09:00",
            "2026-03-08T03:30:00Z",
            "2026-03-07 22:30:00-05:00",
        ],
    )
    def test_in_every_spelling(self, shop: Shop, stamp: int, written: str) -> None:
        do(shop, "add", stamp, occurredYmdt=written)
        row = shop.get("/api/stamp/v1/history", shop.alice, stampIdx=stamp).result["list"][0]
        assert (row["occurredYmdt"], row["recordedYmdt"]) == ("2026-03-08 12:30:00", "2026-03-08 18:00:00")
        assert latest(shop, stamp)["local_day"] == "2026-03-08"

    @pytest.mark.parametrize(
        "written",
        [
            "2026-03-08",
            "12:30",
            "2026-03-08 12:30",
            "2026-02-30 12:30:00",
            "2026-03-08 12:30:00 +09:00",
            "2026-03-08 25:00:00",
            17,
            True,
        ],
    )
    def test_anything_else_names_the_form(self, shop: Shop, stamp: int, written: object) -> None:
        assert "YYYY-MM-DD HH:mm:ss" in _wrong(shop, stamp, written)

    def test_its_bounds(self, shop: Shop, stamp: int) -> None:
        _wrong(shop, stamp, "2026-03-08 18:02:01")
        do(shop, "add", stamp, occurredYmdt="2026-03-08 18:02:00")
        shop.clock.advance(seconds=3 * 86_400)
        _wrong(shop, stamp, "2026-03-04 17:59:59")
        do(shop, "add", stamp, occurredYmdt="2026-03-04 18:00:00")

    def test_not_before_the_issue(self, shop: Shop, stamp: int) -> None:
        assert "2026-03-02 18:00:00" in _wrong(shop, stamp, "2026-03-02 17:59:59")
        do(shop, "add", stamp, occurredYmdt="2026-03-02 18:00:00")

    def test_null_and_blank_are_now(self, shop: Shop, stamp: int) -> None:
        for absent in (None, ""):
            do(shop, "add", stamp, occurredYmdt=absent)
            assert latest(shop, stamp)["occurred_at"] == shop.clock.now_us()


class TestValidity:
    def test_of_a_stamp_that_has_expired_since(self, shop: Shop, stamp: int) -> None:
        do(shop, "update", stamp, endYmd="2026-03-07")
        assert refused(shop, "add", stamp)[1]["code"] == 40903
        do(shop, "add", stamp, occurredYmdt="2026-03-07 23:59:59")
        do(shop, "update", stamp, stamps=10)
        done = ask(shop, "redeem", stamp, occurredYmdt="2026-03-07 20:00:00", headers=SHOWN).result
        assert (done["useYn"], done["useYmdt"]) == ("Y", "2026-03-07 20:00:00")

    def test_of_a_stamp_that_was_not_valid_then(self, shop: Shop, stamp: int) -> None:
        do(shop, "update", stamp, strtYmd="2026-03-08")
        do(shop, "add", stamp)
        assert refused(shop, "add", stamp, occurredYmdt="2026-03-07 12:00:00")[1]["code"] == 40902

    def test_a_reward_that_comes_before_its_marks_says_so(self, shop: Shop, stamp: int) -> None:
        do(shop, "update", stamp, stamps=9)
        assert refused(shop, "redeem", stamp, occurredYmdt="2026-03-08 12:01:00")[1]["code"] == 40907
        do(shop, "add", stamp, occurredYmdt="2026-03-08 12:00:00")
        do(shop, "redeem", stamp, occurredYmdt="2026-03-08 12:01:00")


class TestTimesBetweenMarks:
    @pytest.mark.parametrize("order", list(permutations(["09:00:00", "10:00:00", "11:30:00"])))
    def test_a_days_cap_is_the_same_in_any_order(self, shop: Shop, order: tuple[str, ...]) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=10, dailyMax=2))
        shop.clock.advance(seconds=3 * 86_400)
        codes = [ask(shop, "add", stamp, occurredYmdt=f"2026-03-04 {time}").json["code"] for time in order]
        assert codes == [0, 0, 40910]
        do(shop, "add", stamp, occurredYmdt="2026-03-03 23:59:59")
        do(shop, "add", stamp)
        assert count(shop, stamp) == 4

    def test_the_cool_down_holds_to_both_sides(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=10, cooldownSec=3600))
        shop.clock.advance(seconds=86_400)
        do(shop, "add", stamp, occurredYmdt="2026-03-03 12:00:00")
        for near in ("2026-03-03 11:00:01", "2026-03-03 12:59:59"):
            status, body = refused(shop, "add", stamp, occurredYmdt=near)
            assert (status, body["code"], "2026-03-03 12:00:00" in body["message"]) == (409, 40910, True)
        for apart in ("2026-03-03 11:00:00", "2026-03-03 13:00:00"):
            do(shop, "add", stamp, occurredYmdt=apart)

    def test_what_a_reversed_sale_had_added_is_not_there(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=10, cooldownSec=3600))
        shop.clock.advance(seconds=86_400)
        do(shop, "add", stamp, occurredYmdt="2026-03-03 12:00:00", orderRef="R-1")
        do(shop, "add", stamp, occurredYmdt="2026-03-03 13:00:00")
        shop.request("PUT", "/api/stamp/v1/reverse", by=shop.alice, body={"orderRef": "R-1"})
        # The reversal takes the sale's own mark, not the latest one.
        assert refused(shop, "add", stamp, occurredYmdt="2026-03-03 12:30:00")[1]["code"] == 40910
        do(shop, "add", stamp, occurredYmdt="2026-03-03 12:00:00")

    def test_a_late_removal_counts_from_then_on(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=10, dailyMax=1))
        shop.clock.advance(seconds=86_400)
        do(shop, "add", stamp, occurredYmdt="2026-03-03 12:00:00")
        do(shop, "remove", stamp, occurredYmdt="2026-03-03 13:00:00")
        do(shop, "add", stamp, occurredYmdt="2026-03-03 14:00:00")
        assert shown(shop, stamp)["stamps"] == 1
