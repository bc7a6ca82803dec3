"""Zones are read from the `tzdata` package alone, and its age is known."""

import zoneinfo
from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest

from stampwell.core.days import find_zone, stored_zone
from stampwell.core.zone_data import VERSION, is_outdated, year_of


class TestWhereZonesComeFrom:
    def test_not_from_the_system(self) -> None:
        assert zoneinfo.TZPATH == ()
        assert ZoneInfo("America/New_York").key == "America/New_York"

    # /usr/share/zoneinfo has all of these.
    @pytest.mark.parametrize("name", ["posix/Asia/Seoul", "right/Asia/Seoul", "posixrules", "localtime", "tzdata.zi"])
    def test_what_only_a_system_has_is_no_zone(self, name: str) -> None:
        assert find_zone(name) is None

    @pytest.mark.parametrize("name", ["US/Eastern", "Asia/Calcutta", "Asia/Kolkata"])
    def test_older_names_are_known_on_any_system(self, name: str) -> None:
        assert find_zone(name) is not None


class TestAnAccountsZone:
    @pytest.mark.parametrize("name", ["Asia/Seoul", "posix/Asia/Seoul", "right/Asia/Seoul"])
    def test_is_found_by_every_name_that_was_ever_taken(self, name: str) -> None:
        assert stored_zone(name) is ZoneInfo("Asia/Seoul")

    def test_of_no_such_name(self) -> None:
        with pytest.raises(ZoneInfoNotFoundError):
            stored_zone("Mars/Olympus")


class TestAge:
    def test_ours_is_known(self) -> None:
        assert year_of(VERSION) >= 2026

    @pytest.mark.parametrize(
        ("version", "today", "outdated"),
        [
            ("2026a", date(2026, 1, 20), False),
            ("2026f", date(2026, 12, 31), False),
            ("2026f", date(2027, 6, 30), False),
            ("2026f", date(2027, 7, 1), True),
            ("2026f", date(2028, 1, 1), True),
            ("2023c", date(2026, 3, 2), True),
            # A machine whose clock is behind.
            ("2026f", date(1970, 1, 1), False),
        ],
    )
    def test_from_the_july_after_its_year_on_it_is_old(self, version: str, today: date, *, outdated: bool) -> None:
        assert is_outdated(version, today) is outdated
