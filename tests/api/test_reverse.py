"""`PUT /api/stamp/v1/reverse`: every line of the contract's table, and that it happens once."""

from typing import Any

import pytest

from kit.shop import Shop
from kit.stamps import (
    SHOWN,
    archive_card,
    ask,
    do,
    forget_sales,
    issue,
    latest,
    ledger_row,
    make_card,
    merge,
    refused,
    reverse,
    shown,
    told,
    unchanged,
)

_GOAL = 5
_REWARDS = [{"stamps": 2, "rewardTtl": "a cookie"}]
_PATH = "/api/stamp/v1/reverse"


@pytest.fixture(autouse=True)
def _sales(shop: Shop) -> None:
    forget_sales(shop)


@pytest.fixture
def card(shop: Shop) -> int:
    return make_card(shop, maxStamps=_GOAL, rewards=_REWARDS, renewYn="Y")


def _row(stamp: int, removed: int = 0, short: int = 0, returned: tuple[int, ...] = ()) -> dict[str, Any]:
    return {"stampIdx": stamp, "removed": removed, "short": short, "returned": list(returned)}


def _refused(shop: Shop, **fields: object) -> tuple[int, int]:
    with unchanged(shop):
        answer = shop.request("PUT", _PATH, by=shop.alice, body=fields)
    return answer.status, answer.json["code"]


def _marks(shop: Shop, *stamps: int) -> list[int]:
    return [shown(shop, stamp)["stamps"] for stamp in stamps]


class TestMarksOfAnOpenStamp:
    def test_they_are_taken_back(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=1)
        do(shop, "add", stamp, count=2, orderRef="R-1")
        assert reverse(shop, "R-1", note="Wrong milk") == [_row(stamp, removed=2)]
        expected = ledger_row(shop, stamp, "reversed", 3, 1, note="Wrong milk", order_ref="R-1")
        assert latest(shop, stamp) == expected
        assert told(shop, stamp)[-1] == "stamp.reversed"

    def test_as_far_as_there_are_any(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card)
        do(shop, "add", stamp, count=3, orderRef="R-1")
        do(shop, "remove", stamp, count=2)
        assert reverse(shop, "R-1") == [_row(stamp, removed=1, short=2)]

    def test_what_was_handed_out_without_the_sale_stays_handed_out(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card)
        do(shop, "add", stamp, count=2, orderRef="R-1")
        do(shop, "redeem", stamp, reward=2)
        assert reverse(shop, "R-1") == [_row(stamp, removed=2)]
        do(shop, "add", stamp, count=2)
        assert refused(shop, "redeem", stamp, reward=2)[1]["code"] == 40912

    @pytest.mark.parametrize("how", ["expired", "inactive", "archived"])
    def test_whatever_became_of_it(self, shop: Shop, card: int, how: str) -> None:
        stamp = issue(shop, card)
        do(shop, "add", stamp, orderRef="R-1")
        if how == "archived":
            archive_card(shop, card)
        else:
            do(shop, "update", stamp, **({"endYmd": "2026-03-01"} if how == "expired" else {"activeYn": "N"}))
        assert reverse(shop, "R-1") == [_row(stamp, removed=1)]


class TestRewardsOfTheSale:
    def test_the_last_one_is_owed_again_and_an_unused_next_stamp_is_deleted(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=_GOAL)
        following = ask(shop, "redeem", stamp, orderRef="R-1", headers=SHOWN).result["renewedStampIdx"]
        assert reverse(shop, "R-1") == [_row(stamp, returned=(2, _GOAL))]
        found = shown(shop, stamp)
        assert (found["useYn"], found["useYmdt"], found["renewedStampIdx"]) == ("N", None, None)
        assert [reward["useYmdt"] for reward in found["rewards"]] == [None]
        assert ask(shop, "get", following).json["code"] == 40403
        assert latest(shop, stamp) == ledger_row(shop, stamp, "returned", _GOAL, _GOAL, order_ref="R-1", rewards=f"[2,{_GOAL}]")
        again = ask(shop, "redeem", stamp, headers=SHOWN).result
        assert again["renewedStampIdx"] not in {None, following}

    @pytest.mark.parametrize("change", [("add", {}), ("update", {"userNm": "Kim"})])
    def test_a_next_stamp_that_was_used_stays_and_no_other_follows(
        self, shop: Shop, card: int, change: tuple[str, dict[str, object]]
    ) -> None:
        stamp = issue(shop, card, marks=_GOAL)
        following = ask(shop, "redeem", stamp, orderRef="R-1", headers=SHOWN).result["renewedStampIdx"]
        do(shop, change[0], following, **change[1])
        assert reverse(shop, "R-1") == [_row(stamp, returned=(2, _GOAL))]
        assert shown(shop, stamp)["renewedStampIdx"] == following
        assert ask(shop, "redeem", stamp, headers=SHOWN).result["renewedStampIdx"] == following

    def test_one_on_the_way_is_owed_again(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=3)
        do(shop, "redeem", stamp, reward=2, orderRef="R-1")
        assert reverse(shop, "R-1") == [_row(stamp, returned=(2,))]
        do(shop, "redeem", stamp, reward=2, orderRef="R-2")

    def test_first_what_it_handed_out_then_what_it_added(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=3)
        do(shop, "add", stamp, count=2, orderRef="R-1")
        do(shop, "redeem", stamp, orderRef="R-1")
        assert reverse(shop, "R-1") == [_row(stamp, removed=2, returned=(2, _GOAL))]
        assert told(shop, stamp)[-2:] == ["stamp.returned", "stamp.reversed"]
        assert (shown(shop, stamp)["stamps"], shown(shop, stamp)["useYn"]) == (3, "N")


class TestMarksOfARedeemedStamp:
    def test_they_are_taken_from_the_next_one(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=2)
        do(shop, "add", stamp, count=3, orderRef="R-1")
        following = ask(shop, "redeem", stamp, headers=SHOWN).result["renewedStampIdx"]
        do(shop, "add", following, count=2)
        assert reverse(shop, "R-1") == [_row(stamp, removed=2, short=1)]
        assert _marks(shop, stamp, following) == [_GOAL, 0]
        assert latest(shop, following) == ledger_row(shop, following, "reversed", 2, 0, order_ref="R-1")
        assert latest(shop, stamp) == ledger_row(shop, stamp, "reversed", _GOAL, _GOAL, order_ref="R-1")

    def test_one_step_and_no_further(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card)
        do(shop, "add", stamp, count=_GOAL, orderRef="R-1")
        second = ask(shop, "redeem", stamp, headers=SHOWN).result["renewedStampIdx"]
        do(shop, "add", second, count=_GOAL)
        third = ask(shop, "redeem", second, headers=SHOWN).result["renewedStampIdx"]
        do(shop, "add", third, count=2)
        assert reverse(shop, "R-1") == [_row(stamp, short=_GOAL)]
        assert _marks(shop, stamp, second, third) == [_GOAL, _GOAL, 2]

    def test_where_none_followed_there_is_nothing_to_take(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=_GOAL))
        do(shop, "add", stamp, count=_GOAL, orderRef="R-1")
        do(shop, "redeem", stamp)
        assert reverse(shop, "R-1") == [_row(stamp, short=_GOAL)]


class TestMarksOfAMergedStamp:
    def test_they_are_taken_from_the_last_of_the_chain(self, shop: Shop, card: int) -> None:
        first, second, third = (issue(shop, card) for _ in range(3))
        do(shop, "add", first, count=2, orderRef="R-1")
        merge(shop, first, second)
        merge(shop, second, third)
        assert reverse(shop, "R-1") == [_row(first, removed=2)]
        assert _marks(shop, first, second, third) == [0, 0, 0]
        assert latest(shop, third) == ledger_row(shop, third, "reversed", 2, 0, order_ref="R-1")
        assert latest(shop, first) == ledger_row(shop, first, "reversed", 0, 0, order_ref="R-1")

    def test_a_reward_is_owed_again_there(self, shop: Shop, card: int) -> None:
        source, target = issue(shop, card, marks=2), issue(shop, card, marks=1)
        do(shop, "redeem", source, reward=2, orderRef="R-1")
        merge(shop, source, target)
        assert reverse(shop, "R-1") == [_row(source, returned=(2,))]
        assert shown(shop, target)["rewards"][0]["useYmdt"] is None
        assert told(shop, source)[-1] == told(shop, target)[-1] == "stamp.returned"

    def test_not_from_one_that_is_redeemed(self, shop: Shop, card: int) -> None:
        source, target = issue(shop, card), issue(shop, card, marks=3)
        do(shop, "add", source, count=2, orderRef="R-1")
        merge(shop, source, target)
        do(shop, "redeem", target)
        assert reverse(shop, "R-1") == [_row(source, short=2)]


class TestWhichStamps:
    def test_every_one_that_has_the_sale_in_ascending_order(self, shop: Shop, card: int) -> None:
        stamps = [issue(shop, card) for _ in range(3)]
        for stamp in reversed(stamps):
            do(shop, "add", stamp, orderRef="R-1")
        assert reverse(shop, "R-1") == [_row(stamp, removed=1) for stamp in stamps]

    def test_or_the_one_that_is_named(self, shop: Shop, card: int) -> None:
        first, second = issue(shop, card), issue(shop, card)
        for stamp in (first, second):
            do(shop, "add", stamp, orderRef="R-1")
        assert reverse(shop, "R-1", stampIdx=shown(shop, second)["code"]) == [_row(second, removed=1)]
        assert _marks(shop, first, second) == [1, 0]
        assert reverse(shop, "R-1") == [_row(first, removed=1), _row(second, removed=1)]
        assert _marks(shop, first, second) == [0, 0]

    def test_no_sale(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card)
        do(shop, "add", stamp, orderRef="R-1")
        assert _refused(shop, orderRef="R-2") == (404, 40405)
        assert _refused(shop, orderRef="R-1", stampIdx=issue(shop, card)) == (404, 40405)
        assert _refused(shop, orderRef="R-1", stampIdx=999_999) == (404, 40403)
        assert shop.request("PUT", _PATH, by=shop.charlie, body={"orderRef": "R-1"}).json["code"] == 40405

    def test_of_a_deleted_stamp_nothing_is_left(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card)
        do(shop, "add", stamp, orderRef="R-1")
        do(shop, "delete", stamp)
        assert _refused(shop, orderRef="R-1") == (404, 40405)

    @pytest.mark.parametrize("fields", [{}, {"orderRef": ""}, {"orderRef": "x" * 101}, {"orderRef": 17}])
    def test_the_sale_must_be_named(self, shop: Shop, fields: dict[str, object]) -> None:
        assert _refused(shop, **fields) == (400, 40002)


class TestOnce:
    def test_again_it_is_answered_as_the_first_time_and_nothing_moves(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=1)
        do(shop, "add", stamp, count=2, orderRef="R-1")
        first = reverse(shop, "R-1")
        do(shop, "add", stamp, count=2, orderRef="R-2")
        with unchanged(shop):
            assert reverse(shop, "R-1") == first
            assert reverse(shop, "R-1", stampIdx=stamp) == first

    @pytest.mark.parametrize("action", [("add", {"count": 2}), ("redeem", {"reward": 2})])
    def test_the_sale_marks_and_redeems_nothing_any_more(
        self, shop: Shop, card: int, action: tuple[str, dict[str, object]]
    ) -> None:
        stamp, other = issue(shop, card), issue(shop, card, marks=3)
        do(shop, "add", stamp, count=2, orderRef="R-1")
        reverse(shop, "R-1", stampIdx=stamp)
        assert refused(shop, action[0], stamp, orderRef="R-1", **action[1])[1]["code"] == 40911
        do(shop, "add", other, orderRef="R-1")
        reverse(shop, "R-1")
        assert refused(shop, action[0], other, orderRef="R-1", **action[1])[1]["code"] == 40911
        assert refused(shop, action[0], issue(shop, card, marks=3), orderRef="R-1", **action[1])[1]["code"] == 40911

    def test_the_version_counts_where_one_stamp_is_named(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card)
        do(shop, "add", stamp, orderRef="R-1")
        body = {"orderRef": "R-1", "stampIdx": stamp}
        answer = shop.request("PUT", _PATH, by=shop.alice, body=body, headers={"If-Match": '"1"'})
        assert (answer.status, answer.json["code"]) == (412, 41201)
        etag = ask(shop, "get", stamp).headers["ETag"]
        assert shop.request("PUT", _PATH, by=shop.alice, body=body, headers={"If-Match": etag}).json["code"] == 0
