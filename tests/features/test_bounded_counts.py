"""Counts that stop, so that a page costs the same however many stamps there are."""

from datetime import date

import pytest

from kit.shop import Shop
from kit.stamps import issue, make_card
from stampwell.features.stamps import count_queries, counts
from stampwell.features.stamps.counts import Bounded, count_full, count_of_card

TODAY = date(2026, 3, 2)


@pytest.fixture
def card(shop: Shop) -> int:
    return make_card(shop)


def test_a_number_that_was_counted_to_its_end(shop: Shop, card: int) -> None:
    for marks in (3, 3, 1):
        issue(shop, card, marks=marks)
    assert shop.data.read(count_of_card, shop.alice.account_id, card) == Bounded(3, more=False)
    assert shop.data.read(count_of_card, shop.charlie.account_id, card) == Bounded(0, more=False)


def test_a_number_that_was_not(shop: Shop, card: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST", 2)
    for _ in range(3):
        issue(shop, card, marks=3)
    assert str(shop.data.read(count_of_card, shop.alice.account_id, card)) == "2+"
    assert str(shop.data.read(count_full, shop.alice.account_id, today=TODAY)) == "2+"


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
