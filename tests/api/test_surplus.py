"""Cards that carry a surplus (`carryYn`): marks beyond the goal start the customer's next stamp."""

import pytest

from kit.shop import Shop
from kit.stamps import (
    SHOWN,
    archive_card,
    ask,
    change_card,
    do,
    forget_sales,
    issue,
    latest,
    ledger_row,
    make_card,
    refused,
    reverse,
    shown,
    told,
)

_GOAL = 5


@pytest.fixture(autouse=True)
def _sales(shop: Shop) -> None:
    forget_sales(shop)


@pytest.fixture
def card(shop: Shop) -> int:
    return make_card(shop, maxStamps=_GOAL, carryYn="Y")


def _next(shop: Shop, stamp: int) -> int:
    following: int = shown(shop, stamp)["renewedStampIdx"]
    return following


def _counts(shop: Shop, stamp: int) -> tuple[int, int]:
    return shown(shop, stamp)["stamps"], shown(shop, _next(shop, stamp))["stamps"]


class TestASurplus:
    def test_fills_the_stamp_and_starts_the_next(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=4, userNm="Kim")
        answer = ask(shop, "add", stamp, count=3, orderRef="R-1", headers=SHOWN).result
        following = answer["renewedStampIdx"]
        assert (answer["stamps"], answer["useYn"]) == (_GOAL, "N")
        assert _counts(shop, stamp) == (_GOAL, 2)
        assert (shown(shop, following)["userNm"], shown(shop, following)["strtYmd"]) == ("Kim", "2026-03-02")
        added = {"order_ref": "R-1", "carried": 2, "renewed_stamp_id": following}
        assert latest(shop, stamp) == ledger_row(shop, stamp, "added", 4, _GOAL, **added)
        assert latest(shop, following) == ledger_row(shop, following, "added", 0, 2, order_ref="R-1")
        assert told(shop, following) == ["stamp.issued", "stamp.added"]
        assert [row["sequence"] for row in shop.data.ledger(following)] == [1, 2]

    def test_of_a_stamp_that_was_full_before_goes_on_whole(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=_GOAL)
        do(shop, "add", stamp, count=2)
        assert _counts(shop, stamp) == (_GOAL, 2)

    def test_redeeming_the_first_issues_no_other(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=_GOAL, carryYn="Y", renewYn="Y"), marks=4)
        do(shop, "add", stamp, count=2)
        following = _next(shop, stamp)
        do(shop, "redeem", stamp)
        assert _next(shop, stamp) == following
        assert latest(shop, stamp)["renewed_stamp_id"] is None

    def test_exactly_full_starts_none(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=3)
        do(shop, "add", stamp, count=2)
        assert shown(shop, stamp)["renewedStampIdx"] is None

    def test_as_it_was_frozen_at_issue(self, shop: Shop, card: int) -> None:
        with_it = issue(shop, card, marks=4)
        change_card(shop, card, carryYn="N")
        without = issue(shop, card, marks=4)
        do(shop, "add", with_it, count=2)
        assert refused(shop, "add", without, count=2)[1]["code"] == 40905

    def test_sent_again_with_its_sale_moves_nothing(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=4)
        for _ in range(2):
            assert ask(shop, "add", stamp, count=3, orderRef="R-1").json["code"] == 0
        assert _counts(shop, stamp) == (_GOAL, 2)
        status, body = refused(shop, "add", stamp, count=1, orderRef="R-1")
        assert (status, body["errors"][0]["field"], "3" in body["message"]) == (400, "count", True)


class TestNoRoom:
    def test_beyond_the_next_ones_goal(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=4)
        status, body = refused(shop, "add", stamp, count=7)
        assert (status, body["code"]) == (409, 40905)
        do(shop, "add", stamp, count=6)
        assert _counts(shop, stamp) == (_GOAL, _GOAL)

    def test_a_stamp_that_has_a_next_one_already(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=4)
        do(shop, "add", stamp, count=2)
        status, body = refused(shop, "add", stamp)
        assert (status, body["code"], str(_next(shop, stamp)) in body["message"]) == (409, 40905, True)

    def test_a_card_that_takes_no_new_stamps(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=4)
        archive_card(shop, card)
        assert refused(shop, "add", stamp, count=2)[1]["code"] == 40905
        do(shop, "add", stamp)

    def test_times_between_marks_hold_for_all_of_them(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=_GOAL, carryYn="Y", dailyMax=2), marks=4)
        assert refused(shop, "add", stamp, count=3)[1]["code"] == 40910
        do(shop, "add", stamp, count=2)


class TestReversed:
    def test_each_stamp_gives_back_its_own(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=4)
        do(shop, "add", stamp, count=3, orderRef="R-1")
        rows = [(row["stampIdx"], row["removed"], row["short"]) for row in reverse(shop, "R-1")]
        assert rows == [(stamp, 1, 0), (_next(shop, stamp), 2, 0)]
        assert _counts(shop, stamp) == (4, 0)

    def test_after_the_first_was_redeemed(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=4)
        do(shop, "add", stamp, count=3, orderRef="R-1")
        do(shop, "redeem", stamp)
        rows = [(row["removed"], row["short"]) for row in reverse(shop, "R-1")]
        assert rows == [(1, 0), (1, 1)]
        assert _counts(shop, stamp) == (_GOAL, 0)
