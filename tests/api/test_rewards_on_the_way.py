"""Rewards on the way: frozen at issue, handed out one by one, each once, over HTTP."""

from typing import Any

import pytest

from kit.shop import Shop
from kit.stamps import (
    SHOWN,
    ask,
    change_card,
    do,
    forget_sales,
    issue,
    latest,
    ledger_row,
    make_card,
    merge,
    refused,
    shown,
    stamp_in,
    told,
)
from stampwell.features.stamps.states import State

_GOAL = 10
_REWARDS = [{"stamps": 3, "rewardTtl": "a cookie"}, {"stamps": 6, "rewardTtl": "a cake"}]
_HANDED_OUT = "2026-03-02 18:00:00"


@pytest.fixture(autouse=True)
def _sales(shop: Shop) -> None:
    forget_sales(shop)


@pytest.fixture
def card(shop: Shop) -> int:
    return make_card(shop, maxStamps=_GOAL, rewards=_REWARDS)


def _handed_out(shop: Shop, stamp: int) -> dict[int, str | None]:
    return {reward["stamps"]: reward["useYmdt"] for reward in shown(shop, stamp)["rewards"]}


class TestAtIssue:
    def test_they_are_the_cards_in_rising_order(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card)
        assert shown(shop, stamp)["rewards"] == [{**reward, "useYmdt": None} for reward in _REWARDS]
        assert list(shown(shop, stamp))[-3:] == ["renewedStampIdx", "rewards", "mergedStampIdx"]

    def test_later_changes_of_the_card_leave_them(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card)
        change_card(shop, card, rewards=[])
        assert [reward["stamps"] for reward in shown(shop, stamp)["rewards"]] == [3, 6]
        assert shown(shop, issue(shop, card))["rewards"] == []


class TestHandingOutOne:
    def test_the_stamp_stays_open(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=4)
        answer = ask(shop, "redeem", stamp, reward=3, headers=SHOWN)
        assert (answer.result["useYn"], answer.result["useYmdt"], answer.result["stamps"]) == ("N", None, 4)
        assert _handed_out(shop, stamp) == {3: _HANDED_OUT, 6: None}
        assert latest(shop, stamp) == ledger_row(shop, stamp, "reward_redeemed", 4, 4, rewards="[3]")
        assert told(shop, stamp)[-1] == "stamp.reward_redeemed"
        do(shop, "add", stamp)

    def test_once(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=4)
        do(shop, "redeem", stamp, reward=3)
        status, body = refused(shop, "redeem", stamp, reward=3)
        assert (status, body["code"], body["message"]) == (
            409,
            40912,
            "reward: the reward for 3 marks was handed out on 2026-03-02.",
        )

    @pytest.mark.parametrize("marks", [0, 2])
    def test_not_before_its_marks_are_there(self, shop: Shop, card: int, marks: int) -> None:
        status, body = refused(shop, "redeem", issue(shop, card, marks=marks), reward=3)
        assert (status, body["code"]) == (409, 40907)
        assert body["message"] == f"The stamp has {marks} of the 3 marks that this reward needs."

    @pytest.mark.parametrize("reward", [1, 5, _GOAL])
    def test_one_that_there_is_not_names_those_there_are(self, shop: Shop, card: int, reward: int) -> None:
        status, body = refused(shop, "redeem", issue(shop, card, marks=_GOAL), reward=reward)
        assert (status, body["code"], body["errors"][0]["field"]) == (400, 40002, "reward")
        assert "3, 6" in body["errors"][0]["message"]

    def test_of_a_card_without_any(self, shop: Shop) -> None:
        status, body = refused(shop, "redeem", issue(shop, make_card(shop), marks=1), reward=1)
        assert (status, body["code"], body["errors"][0]["field"]) == (400, 40002, "reward")

    @pytest.mark.parametrize("state", [State.INACTIVE, State.NOT_YET_VALID, State.EXPIRED, State.REDEEMED, State.MERGED])
    def test_of_a_stamp_that_is_not_usable(self, shop: Shop, card: int, state: State) -> None:
        stamp = stamp_in(shop, state, card, goal=_GOAL, marks=5)
        codes = {"inactive": 40901, "not yet valid": 40902, "expired": 40903, "redeemed": 40904, "merged": 40915}
        assert refused(shop, "redeem", stamp, reward=3)[1]["code"] == codes[state]

    def test_marks_taken_away_later_leave_it_handed_out(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=4)
        do(shop, "redeem", stamp, reward=3)
        do(shop, "remove", stamp, count=4)
        do(shop, "add", stamp, count=5)
        assert _handed_out(shop, stamp)[3] == _HANDED_OUT
        assert refused(shop, "redeem", stamp, reward=3)[1]["code"] == 40912

    def test_the_same_sale_hands_it_out_once_and_another_one_apart(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=7)
        for _ in range(2):
            assert ask(shop, "redeem", stamp, reward=3, orderRef="R-1").json["code"] == 0
        assert ask(shop, "redeem", stamp, reward=6, orderRef="R-1").json["code"] == 0
        kinds = [row["kind"] for row in shop.data.ledger(stamp)]
        assert kinds.count("reward_redeemed") == 2

    def test_with_the_staff_password(self, shop: Shop) -> None:
        card = make_card(shop, maxStamps=_GOAL, rewards=_REWARDS, onsiteYn="Y", onsitePwd="sesame")
        stamp = issue(shop, card, marks=3)
        assert refused(shop, "redeem", stamp, reward=3, orderRef="R-1")[1]["errors"][0]["field"] == "onsitePwd"
        do(shop, "redeem", stamp, reward=3, orderRef="R-1", onsitePwd="sesame")
        # A retry hands nothing out, so it needs no password.
        assert ask(shop, "redeem", stamp, reward=3, orderRef="R-1").json["code"] == 0


class TestTheLastOne:
    def test_takes_those_along_that_are_owed(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=_GOAL)
        do(shop, "redeem", stamp, reward=6)
        shop.clock.advance(seconds=60)
        do(shop, "redeem", stamp)
        assert _handed_out(shop, stamp) == {3: "2026-03-02 18:01:00", 6: _HANDED_OUT}
        assert latest(shop, stamp)["rewards"] == "[3,10]"
        history = shop.get("/api/stamp/v1/history", shop.alice, stampIdx=stamp).result["list"]
        assert history[0]["rewards"] == [3, 10]

    def test_by_update_too(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card)
        do(shop, "update", stamp, stamps=_GOAL, useYn="Y")
        assert _handed_out(shop, stamp) == {3: _HANDED_OUT, 6: _HANDED_OUT}
        assert latest(shop, stamp)["rewards"] == "[3,6,10]"

    def test_the_next_stamp_begins_with_fresh_ones(self, shop: Shop) -> None:
        card = make_card(shop, maxStamps=_GOAL, rewards=_REWARDS, renewYn="Y")
        stamp = issue(shop, card, marks=_GOAL)
        following = ask(shop, "redeem", stamp, headers=SHOWN).result["renewedStampIdx"]
        assert _handed_out(shop, following) == {3: None, 6: None}


class TestAMove:
    def test_takes_on_the_other_cards_and_what_was_handed_out_stays_so(self, shop: Shop, card: int) -> None:
        other = make_card(shop, maxStamps=8, rewards=[{"stamps": 3, "rewardTtl": "a tea"}, {"stamps": 4, "rewardTtl": "a bun"}])
        stamp = issue(shop, card, marks=5)
        do(shop, "redeem", stamp, reward=3)
        do(shop, "update", stamp, cardIdx=other)
        expected: list[dict[str, Any]] = [
            {"stamps": 3, "rewardTtl": "a tea", "useYmdt": _HANDED_OUT},
            {"stamps": 4, "rewardTtl": "a bun", "useYmdt": None},
        ]
        assert shown(shop, stamp)["rewards"] == expected

    def test_away_and_back_earns_none_twice(self, shop: Shop, card: int) -> None:
        plain = make_card(shop, maxStamps=_GOAL)
        stamp = issue(shop, card, marks=5)
        do(shop, "redeem", stamp, reward=3)
        do(shop, "update", stamp, cardIdx=plain)
        assert shown(shop, stamp)["rewards"] == []
        do(shop, "update", stamp, cardIdx=card)
        assert refused(shop, "redeem", stamp, reward=3)[1]["code"] == 40912

    def test_the_last_one_of_the_other_card_is_not_handed_out_for_the_same_marks(self, shop: Shop, card: int) -> None:
        for redemption in (("redeem", {}), ("update", {"useYn": "Y"})):
            stamp = issue(shop, card, marks=3)
            do(shop, "redeem", stamp, reward=3)
            do(shop, "update", stamp, cardIdx=make_card(shop, maxStamps=3))
            status, body = refused(shop, redemption[0], stamp, **redemption[1])
            assert (status, body["code"]) == (409, 40912)


def test_a_merge_hands_out_what_was_on_either(shop: Shop, card: int) -> None:
    source, target = (issue(shop, card, marks=marks) for marks in (3, 6))
    do(shop, "redeem", source, reward=3)
    do(shop, "redeem", target, reward=6)
    merge(shop, source, target)
    assert _handed_out(shop, target) == {3: _HANDED_OUT, 6: _HANDED_OUT}
    assert shown(shop, target)["stamps"] == 9
