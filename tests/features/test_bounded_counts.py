"""Counts that stop, so that a page costs the same however many stamps there are."""

from datetime import date

import pytest

from kit.people import Person
from kit.shop import Shop
from kit.stamps import change_card, do, issue, make_card, refused, stamp_in
from stampwell.features.stamps import count_queries, counts
from stampwell.features.stamps.counts import (
    Bounded,
    CardCounts,
    KeptGoals,
    count_full,
    counts_of_card,
    goals_of_card,
)
from stampwell.features.stamps.states import State

TODAY = date(2026, 3, 2)


@pytest.fixture
def card(shop: Shop) -> int:
    return make_card(shop)


def _held(shop: Shop, person: Person, card: int) -> Bounded:
    return shop.data.read(counts_of_card, person.account_id, card, today=TODAY, since_us=0).held


def test_a_number_that_was_counted_to_its_end(shop: Shop, card: int) -> None:
    for marks in (3, 3, 1):
        issue(shop, card, marks=marks)
    assert _held(shop, shop.alice, card) == Bounded(3, more=False)
    assert _held(shop, shop.charlie, card) == Bounded(0, more=False)


def test_a_number_that_was_not(shop: Shop, card: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST", 2)
    for _ in range(3):
        issue(shop, card, marks=3)
    assert str(_held(shop, shop.alice, card)) == "2+"
    assert str(shop.data.read(count_full, shop.alice.account_id, today=TODAY)) == "2+"


def test_a_reward_that_was_handed_out_before_the_card_moved_is_not_ready(shop: Shop, card: int) -> None:
    before = count(shop)
    bigger = make_card(shop, maxStamps=10, rewards=[{"stamps": 3, "rewardTtl": "a cookie"}])
    moved = issue(shop, bigger, marks=3)
    do(shop, "redeem", moved, reward=3)
    do(shop, "update", moved, cardIdx=card)
    assert refused(shop, "redeem", moved)[1]["code"] == 40912
    assert count(shop) == before


def count(shop: Shop) -> Bounded:
    found: Bounded = shop.data.read(count_full, shop.alice.account_id, today=TODAY)
    return found


class TestOfACard:
    def test_those_that_customers_hold_those_that_are_ready_and_the_new_ones(self, shop: Shop, card: int) -> None:
        for state in State:
            stamp_in(shop, state, card)
        now_us = shop.clock.now_us()
        account_id = shop.alice.account_id
        # Held are usable, full, not yet valid, switched off, and the one that the merged one went to.
        exact = CardCounts(Bounded(5, more=False), Bounded(1, more=False), Bounded(8, more=False))
        assert shop.data.read(counts_of_card, account_id, card, today=TODAY, since_us=now_us) == exact
        later = shop.data.read(counts_of_card, account_id, card, today=TODAY, since_us=now_us + 1)
        assert later.issued == Bounded(0, more=False)
        other = shop.data.read(counts_of_card, shop.charlie.account_id, card, today=TODAY, since_us=now_us)
        assert [str(number) for number in other] == ["0", "0", "0"]

    def test_counting_stops(self, shop: Shop, card: int, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(counts, "MOST", 2)
        for _ in range(3):
            issue(shop, card)
        now_us, account_id = shop.clock.now_us(), shop.alice.account_id
        found = shop.data.read(counts_of_card, account_id, card, today=TODAY, since_us=now_us)
        assert [str(number) for number in found] == ["2+", "0+", "2+"]
        # Those that were not looked at are older than those that were.
        assert str(shop.data.read(counts_of_card, account_id, card, today=TODAY, since_us=now_us + 1).issued) == "0"

    def test_the_goals_that_are_kept(self, shop: Shop, card: int) -> None:
        for _ in range(2):
            issue(shop, card)
        stamp_in(shop, State.REDEEMED, card)
        change_card(shop, card, maxStamps=8)
        issue(shop, card)
        found = shop.data.read(goals_of_card, shop.alice.account_id, card, today=TODAY)
        assert found == KeptGoals(Bounded(3, more=False), (3, 8))
        others = shop.data.read(goals_of_card, shop.alice.account_id, card, today=TODAY, new_goal=8)
        assert others == KeptGoals(Bounded(2, more=False), (3,))


def test_it_is_written_as_people_write_numbers() -> None:
    assert (str(Bounded(1000, more=True)), str(Bounded(1000, more=False))) == ("1,000+", "1,000")


def test_full_stamps_are_led_to_by_their_own_index(shop: Shop, dialect: str) -> None:
    if dialect == "sqlite":
        explain, statement = "EXPLAIN QUERY PLAN ", count_queries.COUNT_FULL["sqlite"]
    else:
        shop.data.run("SET LOCAL enable_seqscan = off")
        explain, statement = "EXPLAIN ", count_queries.COUNT_FULL["postgresql"]
    plan = shop.data.rows(explain + statement, account_id=1, today="2026-03-02", most=1001)
    assert "stamp_full" in str(plan)
