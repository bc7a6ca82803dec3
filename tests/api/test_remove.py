"""`PUT /api/stamp/v1/remove`: marks taken back, all or none, as a correction."""

from datetime import UTC, datetime

import pytest

from kit.refusals import refusal, wrong_fields
from kit.shop import Shop
from kit.stamps import (
    DONE,
    SHOWN,
    ask,
    count,
    do,
    issue,
    latest,
    ledger_row,
    make_card,
    refused,
    shown,
    stamp_in,
    told,
)
from stampwell.features.stamps.states import State


class TestRemove:
    def test_one_mark_unless_another_number_is_asked_for(self, shop: Shop) -> None:
        stamp = issue(shop, 123, marks=3)
        answer = ask(shop, "remove", stamp)
        assert (answer.status, answer.json, count(shop, stamp)) == (200, DONE, 2)

    def test_to_the_last_one(self, shop: Shop) -> None:
        stamp = issue(shop, 123, marks=3)
        do(shop, "remove", shop.data.stamp(stamp)["code"], count=3)
        assert count(shop, stamp) == 0

    def test_a_whole_card_of_a_hundred_at_once(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=100), marks=100)
        do(shop, "remove", stamp, count=100)
        assert count(shop, stamp) == 0

    def test_a_full_stamp_has_room_again(self, shop: Shop) -> None:
        stamp = stamp_in(shop, State.FULL, make_card(shop))
        do(shop, "remove", stamp)
        do(shop, "add", stamp)
        assert count(shop, stamp) == 3

    def test_it_answers_with_the_stamp_where_that_is_preferred(self, shop: Shop) -> None:
        stamp = issue(shop, 123, marks=5)
        before = shown(shop, stamp)
        assert do(shop, "remove", stamp, count=2, headers=SHOWN) == {**before, "stamps": 3}

    @pytest.mark.parametrize("state", [State.INACTIVE, State.EXPIRED, State.NOT_YET_VALID])
    def test_it_is_a_correction_that_an_unusable_stamp_takes(self, shop: Shop, state: State) -> None:
        stamp = stamp_in(shop, state, 123, marks=2)
        do(shop, "remove", stamp)
        assert count(shop, stamp) == 1


class TestTheLedger:
    def test_it_is_a_new_row_and_the_old_ones_stay(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        do(shop, "add", stamp, count=3)
        before = shop.data.ledger(stamp)
        shop.clock.advance(seconds=5)
        do(shop, "remove", stamp, count=2, note="Wrong customer", location="Till 2", by=shop.bob)
        assert shop.data.ledger(stamp)[:-1] == before
        expected = ledger_row(shop, stamp, "removed", 3, 1, note="Wrong customer", location="Till 2", actor_id=shop.bob.key_id)
        assert latest(shop, stamp) == expected

    def test_the_outbox_tells_of_it(self, shop: Shop) -> None:
        stamp = issue(shop, 123)
        do(shop, "add", stamp)
        do(shop, "remove", stamp)
        assert told(shop, stamp) == ["stamp.issued", "stamp.added", "stamp.removed"]


class TestRefusals:
    def test_more_than_there_are(self, shop: Shop) -> None:
        stamp = issue(shop, 123, marks=2)
        expected = refusal(40906, "The stamp has 2 marks, so 3 cannot be removed.")
        assert refused(shop, "remove", stamp, count=3) == (409, expected)

    def test_of_a_stamp_without_marks(self, shop: Shop) -> None:
        expected = refusal(40906, "The stamp has 0 marks, so 1 cannot be removed.")
        assert refused(shop, "remove", issue(shop, 123)) == (409, expected)

    def test_of_a_redeemed_stamp(self, shop: Shop) -> None:
        stamp = stamp_in(shop, State.REDEEMED, make_card(shop))
        shop.clock.set(datetime(2027, 3, 4, tzinfo=UTC))
        sentence = "This stamp was redeemed on 2026-03-02. Use the customer's next stamp."
        assert refused(shop, "remove", stamp) == (409, refusal(40904, sentence))

    def test_of_another_account(self, shop: Shop) -> None:
        stamp = issue(shop, 123, marks=1)
        expected = refusal(40403, f"stampIdx: there is no stamp {stamp}.")
        assert refused(shop, "remove", stamp, by=shop.charlie) == (404, expected)

    @pytest.mark.parametrize(
        ("number", "problem"), [(0, "must be at least 1"), (-1, "must be at least 1"), (101, "must be at most 100")]
    )
    def test_a_count_out_of_range(self, shop: Shop, number: int, problem: str) -> None:
        stamp = issue(shop, 123, marks=1)
        assert refused(shop, "remove", stamp, count=number) == (400, wrong_fields(("count", problem)))

    def test_a_removal_has_no_order(self, shop: Shop) -> None:
        expected = wrong_fields(("orderRef", "unknown field; the documentation lists the known ones"))
        assert refused(shop, "remove", issue(shop, 123, marks=1), orderRef="R-17") == (400, expected)
