"""`stampwell doctor --ledger` of rewards on the way, reversals, surplus and merges: every damage is found and named."""

from typing import Any

import pytest

from kit.proofs import differences_of, prove_shop
from kit.shop import Shop
from kit.stamps import do, issue, make_card, merge, reverse, shown

_REWARDS = [{"stamps": 1, "rewardTtl": "a cookie"}, {"stamps": 2, "rewardTtl": "a cake"}]
_GOAL = 3


@pytest.fixture
def card(shop: Shop) -> int:
    return make_card(shop, maxStamps=_GOAL, rewards=_REWARDS, renewYn="Y", carryYn="Y")


def _damage(shop: Shop, sql: str, **parameters: Any) -> None:
    assert shop.data.run(sql, **parameters) >= 1


def _row(shop: Shop, stamp: int, kind: str, place: int = 0) -> int:
    return int([row["event_id"] for row in shop.data.ledger(stamp) if row["kind"] == kind][place])


def _handed_out(shop: Shop, card: int) -> int:
    """A stamp with two marks and the reward for one of them."""
    stamp = issue(shop, card, marks=2)
    do(shop, "redeem", stamp, reward=1)
    return stamp


def _next_of(shop: Shop, stamp: int) -> int:
    return int(shown(shop, stamp)["renewedStampIdx"])


class TestSequence:
    def test_a_number_that_is_missing(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=2)
        event = _row(shop, stamp, "updated")
        _damage(shop, "UPDATE stamp_event SET sequence = 3 WHERE event_id = :event", event=event)
        assert differences_of(shop, stamp) == [("sequence", f"2 at row {event}", "3"), ("sequence", "3 by its ledger", "2")]

    def test_a_stamp_that_is_ahead_of_its_ledger(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=2)
        _damage(shop, "UPDATE stamp SET sequence = 3 WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == [("sequence", "2 by its ledger", "3")]

    def test_a_stamp_of_before_rows_were_numbered_asks_its_ledger(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=2)
        _damage(shop, "UPDATE stamp SET sequence = 0 WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == []


class TestRewards:
    def test_one_that_the_stamp_does_not_know_of(self, shop: Shop, card: int) -> None:
        stamp = _handed_out(shop, card)
        _damage(shop, "UPDATE stamp SET handed_out = '[]' WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == [("rewards", "1 by its ledger", "none")]

    def test_one_that_the_ledger_does_not_know_of(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=2)
        _damage(shop, "UPDATE stamp SET handed_out = '[[2,5]]' WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == [("rewards", "none by its ledger", "2")]

    def test_one_that_was_handed_out_twice(self, shop: Shop, card: int) -> None:
        stamp = _handed_out(shop, card)
        do(shop, "redeem", stamp, reward=2)
        event = _row(shop, stamp, "reward_redeemed", 1)
        _damage(shop, "UPDATE stamp_event SET rewards = '[1]' WHERE event_id = :event", event=event)
        assert differences_of(shop, stamp) == [
            ("rewards", f"1 owed before row {event}", "handed out"),
            ("rewards", "1 by its ledger", "1, 2"),
        ]

    def test_one_that_was_not_reached(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=1)
        do(shop, "redeem", stamp, reward=1)
        event = _row(shop, stamp, "reward_redeemed")
        _damage(shop, "UPDATE stamp_event SET rewards = '[2]' WHERE event_id = :event", event=event)
        _damage(shop, "UPDATE stamp SET handed_out = '[[2,5]]' WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == [("rewards", f"at least 2 before row {event}", "1")]

    def test_a_redemption_that_names_another_goal(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=_GOAL)
        do(shop, "redeem", stamp)
        event = _row(shop, stamp, "redeemed")
        _damage(shop, "UPDATE stamp_event SET rewards = '[1,2,4]' WHERE event_id = :event", event=event)
        assert differences_of(shop, stamp) == [("full", "3", f"3 before row {event}, 3 after it")]

    def test_a_redemption_that_names_fewer_than_were_owed(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=_GOAL)
        do(shop, "redeem", stamp)
        event = _row(shop, stamp, "redeemed")
        _damage(shop, "UPDATE stamp_event SET rewards = '[3]' WHERE event_id = :event", event=event)
        assert differences_of(shop, stamp) == [("rewards", "none by its ledger", "1, 2")]


class TestReversals:
    def _sold(self, shop: Shop, card: int, sale: str) -> int:
        """A stamp that a sale has added two marks to, and handed out the reward for one of them."""
        stamp = issue(shop, card)
        do(shop, "add", stamp, count=2, orderRef=sale)
        do(shop, "redeem", stamp, reward=1, orderRef=sale)
        reverse(shop, sale)
        return stamp

    def test_marks_that_were_answered_otherwise(self, shop: Shop, card: int) -> None:
        stamp = self._sold(shop, card, "more")
        _damage(shop, "UPDATE reversal SET removed = 1 WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == [("sale", "2 marks of sale more taken back by the ledgers", "1")]

    def test_marks_that_were_not_taken(self, shop: Shop, card: int) -> None:
        stamp = self._sold(shop, card, "less")
        _damage(shop, "UPDATE reversal SET removed = 3 WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == [("sale", "2 marks of sale less taken back by the ledgers", "3")]

    def test_rewards_that_were_answered_otherwise(self, shop: Shop, card: int) -> None:
        stamp = self._sold(shop, card, "gifts")
        _damage(shop, "UPDATE reversal SET returned = '[1,2]' WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == [("sale", "rewards 1 of sale gifts owed again by the ledgers", "1, 2")]

    def test_a_reward_that_was_not_handed_out(self, shop: Shop, card: int) -> None:
        stamp = self._sold(shop, card, "never")
        event = _row(shop, stamp, "returned")
        _damage(shop, "UPDATE stamp_event SET rewards = '[2]' WHERE event_id = :event", event=event)
        assert differences_of(shop, stamp) == [
            ("rewards", f"2 handed out before row {event}", "owed"),
            ("rewards", "1 by its ledger", "none"),
            ("sale", "rewards 2 of sale never owed again by the ledgers", "1"),
        ]

    def test_a_last_reward_that_is_owed_again_on_a_redeemed_stamp(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=_GOAL)
        do(shop, "redeem", stamp, orderRef="last")
        reverse(shop, "last")
        _damage(shop, "UPDATE stamp SET redeemed_at = 5 WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == [("redeemed", "one row", "row 3 of 4")]

    def test_a_last_reward_that_is_not_told_to_be_owed_again(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card, marks=_GOAL)
        do(shop, "redeem", stamp, orderRef="still")
        reverse(shop, "still")
        event = _row(shop, stamp, "returned")
        _damage(shop, "UPDATE stamp_event SET kind = 'removed' WHERE event_id = :event", event=event)
        assert differences_of(shop, stamp)[:2] == [
            ("rewards", "1, 2 by its ledger", "none"),
            ("redeemed", "no row", "row 3 of 4"),
        ]

    def test_marks_of_a_stamp_that_was_redeemed_since(self, shop: Shop, card: int) -> None:
        stamp = issue(shop, card)
        do(shop, "add", stamp, count=_GOAL, orderRef="elsewhere")
        do(shop, "redeem", stamp)
        do(shop, "add", _next_of(shop, stamp), count=2)
        assert [row["removed"] for row in reverse(shop, "elsewhere")] == [2]
        assert differences_of(shop, stamp) == []
        _damage(shop, "UPDATE reversal SET removed = 3 WHERE stamp_id = :stamp", stamp=stamp)
        assert differences_of(shop, stamp) == [("sale", "2 marks of sale elsewhere taken back by the ledgers", "3")]

    @pytest.mark.parametrize("gone", ["first", "next"])
    def test_what_was_deleted_is_not_asked(self, shop: Shop, card: int, gone: str) -> None:
        stamp = issue(shop, card)
        do(shop, "add", stamp, count=_GOAL, orderRef=f"gone {gone}")
        do(shop, "redeem", stamp)
        following = _next_of(shop, stamp)
        do(shop, "add", following, count=2, orderRef=f"gone {gone}")
        assert [row["removed"] for row in reverse(shop, f"gone {gone}")] == [2, 0]
        do(shop, "delete", stamp if gone == "first" else following)
        assert differences_of(shop, following if gone == "first" else stamp) == []


class TestSurplus:
    def _carried(self, shop: Shop, card: int) -> tuple[int, int]:
        stamp = issue(shop, card, marks=2)
        do(shop, "add", stamp, count=3)
        return stamp, _next_of(shop, stamp)

    def test_more_was_carried_than_arrived(self, shop: Shop, card: int) -> None:
        stamp, following = self._carried(shop, card)
        event = _row(shop, stamp, "added")
        _damage(shop, "UPDATE stamp_event SET carried = 1 WHERE event_id = :event", event=event)
        assert differences_of(shop, stamp) == [("carried", f"1 added to stamp {following} by row {event}", "2")]

    def test_nothing_has_arrived(self, shop: Shop, card: int) -> None:
        stamp, following = self._carried(shop, card)
        _damage(shop, "DELETE FROM stamp_event WHERE stamp_id = :stamp AND kind = 'added'", stamp=following)
        event = _row(shop, stamp, "added")
        assert differences_of(shop, stamp) == [("carried", f"2 added to stamp {following} by row {event}", "none")]

    def test_the_stamp_does_not_know_its_next_one(self, shop: Shop, card: int) -> None:
        stamp, following = self._carried(shop, card)
        _damage(shop, "UPDATE stamp SET renewed_stamp_id = NULL WHERE stamp_id = :stamp", stamp=stamp)
        assert ("renewed", f"stamp {following} by its ledger", "stamp none") in differences_of(shop, stamp)

    def test_a_next_one_that_was_deleted_is_not_asked(self, shop: Shop, card: int) -> None:
        stamp, following = self._carried(shop, card)
        do(shop, "delete", following)
        assert differences_of(shop, stamp) == []


class TestMerges:
    def _merged(self, shop: Shop, card: int) -> tuple[int, int]:
        source, target = _handed_out(shop, card), issue(shop, card, marks=1)
        merge(shop, source, target)
        return source, target

    def test_the_other_one_knows_nothing_of_it(self, shop: Shop, card: int) -> None:
        source, target = self._merged(shop, card)
        event = _row(shop, target, "merged")
        _damage(shop, "UPDATE stamp_event SET merged_stamp_id = 77 WHERE event_id = :event", event=event)
        went = _row(shop, source, "merged")
        assert differences_of(shop, source) == [("merged", f"2 marks on stamp {target} by row {went}", "no row")]

    def test_not_as_many_came_as_went(self, shop: Shop, card: int) -> None:
        source, target = self._merged(shop, card)
        event, went = _row(shop, target, "merged"), _row(shop, source, "merged")
        _damage(shop, "UPDATE stamp_event SET stamps_after = 2 WHERE event_id = :event", event=event)
        _damage(shop, "UPDATE stamp SET stamps = 2 WHERE stamp_id = :stamp", stamp=target)
        assert differences_of(shop, source) == [("merged", f"2 marks on stamp {target} by row {went}", "1")]
        assert differences_of(shop, target) == [("merged", f"-1 marks on stamp {source} by row {event}", "-2")]

    def test_a_reward_that_did_not_come_along(self, shop: Shop, card: int) -> None:
        source, target = self._merged(shop, card)
        event = _row(shop, target, "merged")
        _damage(shop, "UPDATE stamp_event SET rewards = NULL WHERE event_id = :event", event=event)
        assert differences_of(shop, target) == [
            ("rewards", "none by its ledger", "1"),
            ("merged", f"rewards 1 of stamp {source} at row {event}", "none"),
        ]

    def test_a_stamp_that_says_it_was_merged_elsewhere(self, shop: Shop, card: int) -> None:
        source, target = self._merged(shop, card)
        event = _row(shop, source, "merged")
        _damage(shop, "UPDATE stamp SET merged_stamp_id = 77 WHERE stamp_id = :stamp", stamp=source)
        found = f"row {event}: stamp {target}, 2 before and 0 after"
        assert differences_of(shop, source) == [("merged", "a row that leaves no marks and names stamp 77", found)]

    def test_a_stamp_that_does_not_know_that_it_was_merged(self, shop: Shop, card: int) -> None:
        source, target = self._merged(shop, card)
        _damage(shop, "UPDATE stamp SET merged_stamp_id = NULL WHERE stamp_id = :stamp", stamp=source)
        assert differences_of(shop, source) == [("merged", f"stamp {target} by its ledger", "stamp none")]

    def test_a_target_that_was_deleted_is_not_asked(self, shop: Shop, card: int) -> None:
        source, target = self._merged(shop, card)
        do(shop, "delete", target)
        assert differences_of(shop, source) == []


def test_lives_with_everything_in_them_are_whole(own_shop: Shop) -> None:
    shop = own_shop
    card = make_card(shop, maxStamps=_GOAL, rewards=_REWARDS, renewYn="Y", carryYn="Y")
    first, second, third = (issue(shop, card) for _ in range(3))
    do(shop, "add", first, count=2, orderRef="a")
    do(shop, "redeem", first, reward=1, orderRef="a")
    do(shop, "add", first, count=3, orderRef="b")
    do(shop, "redeem", first, orderRef="b")
    do(shop, "add", second, orderRef="c")
    do(shop, "redeem", second, reward=1, orderRef="c")
    merge(shop, second, third)
    merge(shop, third, _next_of(shop, first))
    for sale in "abc":
        reverse(shop, sale)
    do(shop, "redeem", issue(shop, card, marks=_GOAL), orderRef="d")
    reverse(shop, "d")
    done = prove_shop(shop)
    assert (done.status, done.json["differences"]) == (0, [])
