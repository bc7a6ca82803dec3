"""How wrong tries at a shared secret lead to locks: pure decisions."""

import pytest

from stampwell.core.units import DAY_US
from stampwell.features.stamps.tries import LOCK_US, OF_CARD, OF_PIN, OF_STAMP, Tries, TryLimit, counted, without_one

NOW_US = 1_770_000_000_000_000
SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
YEARS_US = 730 * DAY_US


def many(limit: TryLimit, number: int, tries: Tries = Tries(), *, now_us: int = NOW_US) -> Tries:  # noqa: B008 - it is frozen
    """After so many tries, none of which may be refused."""
    for _ in range(number):
        tries, wait = counted(tries, limit, now_us=now_us)
        assert wait == 0
    return tries


class TestALock:
    @pytest.mark.parametrize("limit", [OF_STAMP, OF_CARD, OF_PIN])
    def test_comes_with_the_last_one_that_is_allowed(self, limit: TryLimit) -> None:
        assert many(limit, limit.most - 1).locked_until is None
        locked = many(limit, limit.most)
        assert locked.locked_until == NOW_US + LOCK_US
        assert counted(locked, limit, now_us=NOW_US) == (locked, LOCK_US)

    @pytest.mark.parametrize(("after_us", "wait_us"), [(0, LOCK_US), (LOCK_US - 1, 1), (LOCK_US, 0), (LOCK_US + 1, 0)])
    def test_ends_in_its_time_and_counting_begins_anew(self, after_us: int, wait_us: int) -> None:
        after, wait = counted(many(OF_STAMP, 5), OF_STAMP, now_us=NOW_US + after_us)
        assert wait == wait_us
        assert after.failures == (5 if wait else 1)

    @pytest.mark.parametrize(("limit", "minutes"), [(OF_STAMP, [15, 15, 15]), (OF_CARD, [15, 30, 60]), (OF_PIN, [15, 30, 60])])
    def test_of_which_kind_the_next_one_is_longer(self, limit: TryLimit, minutes: list[int]) -> None:
        tries, now_us, waits = Tries(), NOW_US, []
        for _ in minutes:
            tries = many(limit, limit.most, tries, now_us=now_us)
            _, wait = counted(tries, limit, now_us=now_us)
            waits.append(wait // MINUTE_US)
            now_us += wait
        assert waits == minutes

    @pytest.mark.parametrize("limit", [OF_CARD, OF_PIN])
    def test_is_never_longer_than_a_day(self, limit: TryLimit) -> None:
        locked = Tries(limit.most, 30, NOW_US, NOW_US - 1)
        after = many(limit, limit.most, locked)
        assert after.locked_until == NOW_US + DAY_US

    @pytest.mark.parametrize(
        ("limit", "after_us", "minutes"), [(OF_CARD, DAY_US, 15), (OF_CARD, DAY_US - 1, 30), (OF_PIN, DAY_US, 30)]
    )
    def test_of_a_card_is_forgotten_after_a_quiet_day(self, limit: TryLimit, after_us: int, minutes: int) -> None:
        ended_at = NOW_US + LOCK_US
        after = many(limit, limit.most, many(limit, limit.most), now_us=ended_at + after_us)
        assert after.locked_until == ended_at + after_us + minutes * MINUTE_US


class TestTheWindow:
    def test_twenty_within_an_hour_lock(self) -> None:
        before = many(OF_CARD, 19)
        assert counted(before, OF_CARD, now_us=NOW_US + 60 * MINUTE_US - 1)[0].locked_until is not None

    def test_an_hour_after_the_first_counting_begins_anew(self) -> None:
        later_us = NOW_US + 60 * MINUTE_US
        assert counted(many(OF_CARD, 19), OF_CARD, now_us=later_us) == (Tries(1, 0, later_us), 0)

    def test_those_in_a_row_have_none(self) -> None:
        assert counted(many(OF_STAMP, 4), OF_STAMP, now_us=NOW_US + DAY_US)[0].locked_until is not None


class TestARightOne:
    def test_takes_its_own_count_back(self) -> None:
        assert without_one(many(OF_CARD, 7)) == many(OF_CARD, 6)

    def test_takes_back_the_lock_that_it_would_have_led_to(self) -> None:
        assert without_one(many(OF_CARD, 20)) == many(OF_CARD, 19)

    def test_leaves_nothing_below_zero(self) -> None:
        assert without_one(Tries()) == Tries()


class TestAClockThatWasAhead:
    @pytest.mark.parametrize("limit", [OF_STAMP, OF_CARD, OF_PIN])
    def test_a_lock_from_then_begins_now_and_ends_in_its_time(self, limit: TryLimit) -> None:
        locked = many(limit, limit.most, now_us=NOW_US + YEARS_US)
        after, wait = counted(locked, limit, now_us=NOW_US)
        assert wait == LOCK_US
        assert counted(after, limit, now_us=NOW_US + LOCK_US - 1)[1] == 1
        assert counted(after, limit, now_us=NOW_US + LOCK_US)[1] == 0

    def test_a_window_from_then_begins_now(self) -> None:
        ahead = many(OF_CARD, 5, now_us=NOW_US + YEARS_US)
        after, _ = counted(ahead, OF_CARD, now_us=NOW_US)
        assert (after.failures, after.since) == (6, NOW_US)
