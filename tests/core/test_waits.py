"""How long to wait, and when something happened, also after a clock was wrong."""

import pytest

from kit.clock import FakeClock
from stampwell.core.clock import WatchedClock
from stampwell.core.waits import SKEW_US, counted_at, is_due, is_recent, wait_us, whole_minutes, whole_seconds

NOW_US = 1_770_000_000_000_000
HOUR_US = 3_600_000_000
AHEAD_US = NOW_US + 17_520 * HOUR_US


class TestWhenItHappened:
    @pytest.mark.parametrize("instant", [0, NOW_US - 1, NOW_US])
    def test_what_has_happened_did_so_then(self, instant: int) -> None:
        assert counted_at(instant, now_us=NOW_US, set_back_at=NOW_US - HOUR_US) == instant

    @pytest.mark.parametrize("instant", [NOW_US + 1, NOW_US + SKEW_US, AHEAD_US])
    def test_what_lies_ahead_counts_as_now(self, instant: int) -> None:
        assert counted_at(instant, now_us=NOW_US) == NOW_US

    def test_what_lies_far_ahead_happened_before_the_clock_was_set_back(self) -> None:
        set_back_at = NOW_US - HOUR_US
        assert counted_at(NOW_US + SKEW_US, now_us=NOW_US, set_back_at=set_back_at) == NOW_US
        assert counted_at(NOW_US + SKEW_US + 1, now_us=NOW_US, set_back_at=set_back_at) == set_back_at
        assert counted_at(AHEAD_US, now_us=NOW_US, set_back_at=NOW_US + 1) == NOW_US


class TestWaiting:
    @pytest.mark.parametrize(
        ("began_us", "wait"),
        [(NOW_US - HOUR_US - 1, 0), (NOW_US - HOUR_US, 0), (NOW_US - HOUR_US + 1, 1), (NOW_US, HOUR_US), (AHEAD_US, HOUR_US)],
    )
    def test_ends_in_its_time_and_is_never_longer(self, began_us: int, wait: int) -> None:
        assert wait_us(began_us, HOUR_US, now_us=NOW_US) == wait

    def test_is_told_in_whole_seconds_and_minutes_rounded_up(self) -> None:
        assert [whole_seconds(wait) for wait in (0, 1, 1_000_000, 1_000_001)] == [0, 1, 1, 2]
        assert [whole_minutes(wait) for wait in (0, 1, 60_000_000, 60_000_001)] == [0, 1, 1, 2]


@pytest.mark.parametrize(
    ("last_us", "due"),
    [(None, True), (NOW_US - HOUR_US, True), (NOW_US - HOUR_US + 1, False), (NOW_US + SKEW_US, False), (AHEAD_US, True)],
)
def test_whether_something_is_due(last_us: int | None, due: bool) -> None:
    assert is_due(last_us, HOUR_US, now_us=NOW_US) == due


@pytest.mark.parametrize(
    ("instant", "recent"),
    [(NOW_US - HOUR_US - 1, False), (NOW_US - HOUR_US, True), (NOW_US, True), (NOW_US + SKEW_US, True), (AHEAD_US, False)],
)
def test_whether_something_is_recent(instant: int, recent: bool) -> None:
    assert is_recent(instant, HOUR_US, now_us=NOW_US) == recent


class TestAWatchedClock:
    def test_knows_when_it_was_set_back(self) -> None:
        clock = FakeClock()
        watched = WatchedClock(clock)
        made_at = clock.now_us()
        clock.advance(seconds=86_400)
        assert (watched.now_us(), watched.set_back_at) == (clock.now_us(), made_at)
        clock.advance(seconds=-3600)
        assert (watched.now_us(), watched.set_back_at) == (clock.now_us(), clock.now_us())

    def test_a_small_correction_is_nothing(self) -> None:
        clock = FakeClock()
        watched, made_at = WatchedClock(clock), clock.now_us()
        clock.advance(seconds=600)
        watched.now_us()
        clock.advance(seconds=-100)
        assert (watched.now_us(), watched.set_back_at) == (clock.now_us(), made_at)
