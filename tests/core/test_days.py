from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from stampwell.core.days import day_of, end_of_day_us, find_zone, parse_ymd, to_ymdt, years_after

# Both hemispheres, half hours, both sides of the date line, and clocks that go back at midnight.
ZONES = [
    "UTC",
    "Asia/Seoul",
    "Asia/Kathmandu",
    "Europe/Berlin",
    "America/Los_Angeles",
    "America/Santiago",
    "Asia/Beirut",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
our_days = st.dates(date(2020, 1, 1), date(2090, 12, 31))
DAY_US = 86_400_000_000


class TestParse:
    @given(st.dates())
    def test_every_day_is_read_back(self, day: date) -> None:
        assert parse_ymd(day.isoformat()) == day

    @given(st.text() | st.from_regex(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}\s?", fullmatch=True))
    def test_nothing_else_is_a_day(self, text: str) -> None:
        day = parse_ymd(text)
        assert day is None or day.isoformat() == text


class TestYearsAfter:
    @given(st.dates(max_value=date(9990, 12, 31)), st.integers(0, 9))
    def test_the_same_day_or_the_28th_of_february(self, day: date, years: int) -> None:
        later = years_after(day, years)
        assert later.year == day.year + years
        assert (later.month, later.day) in {(day.month, day.day), (2, 28)}
        assert (later.day == day.day) or (day.month, day.day) == (2, 29)

    @given(our_days, our_days)
    def test_a_later_day_never_ends_earlier(self, one: date, other: date) -> None:
        first, second = sorted((one, other))
        assert years_after(first, 5) <= years_after(second, 5)


class TestZones:
    @given(st.integers(0, 120 * 365 * DAY_US), zones)
    def test_the_day_is_what_the_clocks_there_show(self, instant_us: int, zone: ZoneInfo) -> None:
        instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant_us)
        there = instant.astimezone(zone)
        assert day_of(instant_us, zone) == there.date()
        assert to_ymdt(instant_us, zone) == there.strftime("%Y-%m-%d %H:%M:%S")

    @given(our_days, zones)
    @example(date(2024, 4, 6), ZoneInfo("America/Santiago"))
    @example(date(2024, 10, 26), ZoneInfo("Asia/Beirut"))
    def test_after_the_last_microsecond_comes_the_next_day(self, day: date, zone: ZoneInfo) -> None:
        last_us = end_of_day_us(day, zone)
        assert day_of(last_us, zone) == day
        assert day_of(last_us + 1, zone) == day + timedelta(days=1)

    def test_before_1970(self) -> None:
        assert day_of(-1, ZoneInfo("UTC")) == date(1969, 12, 31)
        assert to_ymdt(-DAY_US, ZoneInfo("UTC")) == "1969-12-31 00:00:00"

    @pytest.mark.parametrize("name", ["Asia/Seoul", "UTC", "America/Argentina/Ushuaia"])
    def test_zones_that_exist(self, name: str) -> None:
        zone = find_zone(name)
        assert zone is not None
        assert zone.key == name

    @pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Asia", "a\0b", "x" * 5000])
    def test_zones_that_do_not(self, name: str) -> None:
        assert find_zone(name) is None
