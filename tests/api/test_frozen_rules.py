"""Goal, reward, cool-down and daily cap: a stamp keeps those that its card had on the day of issue."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from kit.refusals import refusal
from kit.shop import Shop
from kit.stamps import ask, change_card, count, do, issue, make_card, refused, shown, unchanged


def _too_soon(cooldown_s: int, wait_s: int) -> dict[str, object]:
    sentence = f"Marks on this stamp must be at least {cooldown_s} s apart. The next one is possible in {wait_s} s."
    return refusal(40910, sentence)


def _capped(most: int, today: int, marks: int = 1) -> dict[str, object]:
    sentence = (
        f"This stamp takes {most} {'mark' if most == 1 else 'marks'} a day and has {today} of today: no room for {marks} more. "
        "It starts again at midnight."
    )
    return refusal(40910, sentence)


def _add(shop: Shop, stamp: int, marks: int = 1, **more: Any) -> int:
    return int(ask(shop, "add", stamp, count=marks, **more).json["code"])


class TestTheGoal:
    def test_a_lower_one_of_the_card_fills_nothing(self, shop: Shop) -> None:
        card = make_card(shop, maxStamps=3)
        stamp = issue(shop, card, marks=2)
        change_card(shop, card, maxStamps=2)
        assert shown(shop, stamp)["maxStamps"] == 3
        assert refused(shop, "redeem", stamp)[1]["code"] == 40907
        do(shop, "add", stamp)
        do(shop, "redeem", stamp)

    def test_a_higher_one_of_the_card_takes_nothing_away(self, shop: Shop) -> None:
        card = make_card(shop, maxStamps=3, rewardTtl="A coffee")
        stamp = issue(shop, card, marks=3)
        change_card(shop, card, maxStamps=9, rewardTtl="Half a coffee")
        assert refused(shop, "add", stamp)[1]["code"] == 40905
        assert refused(shop, "update", stamp, stamps=4)[1]["code"] == 40905
        do(shop, "redeem", stamp)
        assert shop.data.stamp(stamp)["reward_title"] == "A coffee"

    def test_the_next_stamp_has_the_new_one(self, shop: Shop) -> None:
        card = make_card(shop, maxStamps=3)
        change_card(shop, card, maxStamps=9)
        assert shown(shop, issue(shop, card))["maxStamps"] == 9


class TestTheCooldown:
    def test_to_the_microsecond(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, cooldownSec=60))
        do(shop, "add", stamp)
        with unchanged(shop):
            answer = ask(shop, "add", stamp)
        assert (answer.status, answer.json, answer.headers["retry-after"]) == (409, _too_soon(60, 60), "60")
        shop.clock.advance(seconds=59.999999)
        answer = ask(shop, "add", stamp)
        assert (answer.status, answer.json, answer.headers["retry-after"]) == (409, _too_soon(60, 1), "1")
        shop.clock.advance(seconds=0.000001)
        do(shop, "add", stamp)

    def test_whoever_waits_as_long_as_it_says_is_served(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, cooldownSec=60))
        do(shop, "add", stamp)
        shop.clock.advance(seconds=12.3)
        shop.clock.advance(seconds=int(ask(shop, "add", stamp).headers["retry-after"]))
        do(shop, "add", stamp)

    def test_marks_of_one_request_do_not_wait_for_each_other(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, cooldownSec=60))
        do(shop, "add", stamp, count=3)
        assert count(shop, stamp) == 3

    def test_each_stamp_waits_for_itself(self, shop: Shop) -> None:
        card = make_card(shop, cooldownSec=60)
        assert [_add(shop, issue(shop, card)) for _ in range(2)] == [0, 0]

    def test_it_outlasts_midnight(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, cooldownSec=3600))
        shop.clock.set(datetime(2026, 3, 9, 14, 59, tzinfo=UTC))
        do(shop, "add", stamp)
        shop.clock.advance(seconds=120)
        assert refused(shop, "add", stamp) == (409, _too_soon(3600, 3480))

    def test_longer_than_a_day(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, cooldownSec=3 * 86_400))
        do(shop, "add", stamp)
        shop.clock.advance(seconds=2 * 86_400)
        assert _add(shop, stamp) == 40910
        shop.clock.advance(seconds=86_400)
        assert _add(shop, stamp) == 0

    def test_a_mark_that_was_taken_back_is_not_waited_for(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, cooldownSec=60))
        do(shop, "add", stamp)
        do(shop, "remove", stamp)
        do(shop, "add", stamp)

    def test_a_mark_that_stays_of_several_is_waited_for(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, cooldownSec=60))
        do(shop, "add", stamp, count=2)
        shop.clock.advance(seconds=10)
        do(shop, "remove", stamp)
        assert refused(shop, "add", stamp) == (409, _too_soon(60, 50))

    def test_a_correction_neither_waits_nor_is_waited_for(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, cooldownSec=60))
        do(shop, "update", stamp, stamps=1)
        do(shop, "add", stamp)
        do(shop, "update", stamp, stamps=3)

    def test_a_refused_request_does_not_begin_it_anew(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, cooldownSec=60))
        do(shop, "add", stamp)
        shop.clock.advance(seconds=59)
        assert _add(shop, stamp) == 40910
        shop.clock.advance(seconds=1)
        assert _add(shop, stamp) == 0

    def test_it_is_that_of_the_day_of_issue(self, shop: Shop) -> None:
        card = make_card(shop, cooldownSec=60)
        patient = issue(shop, card)
        change_card(shop, card, cooldownSec=0)
        quick = issue(shop, card)
        change_card(shop, card, cooldownSec=3600)
        assert [_add(shop, stamp) for stamp in (patient, patient, quick, quick)] == [0, 40910, 0, 0]
        shop.clock.advance(seconds=60)
        assert _add(shop, patient) == 0


class TestTheDailyCap:
    def test_marks_are_counted_not_requests(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=10, dailyMax=3))
        do(shop, "add", stamp, count=2)
        assert refused(shop, "add", stamp, count=2) == (409, _capped(3, 2, 2))
        do(shop, "add", stamp)
        assert refused(shop, "add", stamp) == (409, _capped(3, 3))

    def test_more_at_once_than_a_day_takes(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=10, dailyMax=3))
        assert refused(shop, "add", stamp, count=4) == (409, _capped(3, 0, 4))

    def test_it_counts_anew_at_midnight_in_seoul(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, dailyMax=1))
        shop.clock.set(datetime(2026, 3, 9, 14, 59, 59, 999_999, tzinfo=UTC))
        assert [_add(shop, stamp), _add(shop, stamp)] == [0, 40910]
        shop.clock.advance(seconds=0.000001)
        assert [_add(shop, stamp), _add(shop, stamp)] == [0, 40910]

    def test_midnight_in_utc_is_nothing_in_seoul(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, dailyMax=1))
        shop.clock.set(datetime(2026, 3, 9, 23, 59, 59, tzinfo=UTC))
        do(shop, "add", stamp)
        shop.clock.advance(seconds=1)
        assert _add(shop, stamp) == 40910

    @pytest.mark.parametrize(
        ("zone", "first", "hours"),
        [
            ("America/New_York", datetime(2024, 3, 10, 5, tzinfo=UTC), 23),
            ("America/New_York", datetime(2024, 11, 3, 4, tzinfo=UTC), 25),
            ("Africa/Cairo", datetime(2024, 4, 25, 22, tzinfo=UTC), 23),
            ("America/Havana", datetime(2024, 11, 3, 4, tzinfo=UTC), 25),
            ("Australia/Lord_Howe", datetime(2024, 4, 6, 13, tzinfo=UTC), 24.5),
        ],
        ids=str,
    )
    def test_a_day_is_as_long_as_the_clocks_make_it(self, shop: Shop, zone: str, first: datetime, hours: float) -> None:
        person = shop.open_account(time_zone=zone)
        card = make_card(shop, by=person, maxStamps=10, dailyMax=1)
        stamp = issue(shop, card, by=person, strtYmd="2024-01-01")
        codes = []
        for after_s in (-0.000001, 0, hours * 3600 - 0.000001, hours * 3600):
            shop.clock.set(first)
            shop.clock.advance(seconds=after_s)
            codes.append(_add(shop, stamp, by=person))
        assert codes == [0, 0, 40910, 0]

    def test_a_mark_that_was_taken_back_makes_room(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, dailyMax=1))
        do(shop, "add", stamp)
        do(shop, "remove", stamp)
        do(shop, "add", stamp)
        assert _add(shop, stamp) == 40910

    def test_a_mark_of_yesterday_that_was_taken_back_does_not(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=10, dailyMax=2))
        do(shop, "add", stamp, count=2)
        shop.clock.advance(seconds=86_400)
        do(shop, "remove", stamp)
        do(shop, "add", stamp, count=2)
        assert refused(shop, "add", stamp) == (409, _capped(2, 2))

    def test_a_correction_is_not_capped_and_does_not_count(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=10, dailyMax=1))
        do(shop, "update", stamp, stamps=5)
        do(shop, "add", stamp)
        do(shop, "update", stamp, stamps=10)

    def test_it_is_that_of_the_day_of_issue(self, shop: Shop) -> None:
        card = make_card(shop, dailyMax=1)
        capped = issue(shop, card)
        change_card(shop, card, dailyMax=0)
        free = issue(shop, card)
        change_card(shop, card, dailyMax=2)
        codes = [_add(shop, stamp) for stamp in (capped, capped, free, free, free)]
        assert codes == [0, 40910, 0, 0, 0]

    def test_with_a_cool_down_as_well(self, shop: Shop) -> None:
        stamp = issue(shop, make_card(shop, dailyMax=2, cooldownSec=60))
        do(shop, "add", stamp)
        assert refused(shop, "add", stamp) == (409, _too_soon(60, 60))
        shop.clock.advance(seconds=60)
        do(shop, "add", stamp)
        # Long after the cool-down, and still the same day.
        shop.clock.advance(seconds=3600)
        assert refused(shop, "add", stamp) == (409, _capped(2, 2))


class TestManyAtOnce:
    @pytest.mark.parametrize(("rule", "made"), [({"cooldownSec": 60}, 1), ({"dailyMax": 4}, 4)], ids=str)
    def test_twenty_requests_in_the_same_instant(self, shop: Shop, rule: dict[str, int], made: int) -> None:
        stamp = issue(shop, make_card(shop, maxStamps=10, **rule))
        with ThreadPoolExecutor(20) as threads:
            codes = list(threads.map(lambda _: _add(shop, stamp), range(20)))
        assert sorted(codes) == [0] * made + [40910] * (20 - made)
        assert count(shop, stamp) == made
