"""The country of a time zone, also by the names that it had before."""

import pytest

from stampwell.core.regions import is_region, region_of


@pytest.mark.parametrize(
    ("zone", "region"),
    [
        ("Asia/Seoul", "KR"),
        ("Asia/Tokyo", "JP"),
        ("Europe/Berlin", "DE"),
        ("Europe/Stockholm", "SE"),
        ("America/New_York", "US"),
        ("Africa/Johannesburg", "ZA"),
    ],
)
def test_a_zone_is_of_the_country_that_it_is_named_after(zone: str, region: str) -> None:
    assert region_of(zone) == region


@pytest.mark.parametrize(
    ("zone", "region"),
    [
        ("Asia/Calcutta", "IN"),
        ("US/Eastern", "US"),
        ("Europe/Kiev", "UA"),
        ("ROK", "KR"),
        ("Asia/Saigon", "VN"),
        ("GB-Eire", "GB"),
    ],
)
def test_an_old_name_is_of_the_same_country(zone: str, region: str) -> None:
    assert region_of(zone) == region


@pytest.mark.parametrize(
    ("zone", "region"), [("Iceland", "IS"), ("Africa/Asmera", "ER"), ("America/Virgin", "VI"), ("Pacific/Truk", "FM")]
)
def test_an_old_name_that_shares_its_clock_with_another_country_keeps_its_own(zone: str, region: str) -> None:
    assert region_of(zone) == region


@pytest.mark.parametrize("zone", ["UTC", "Etc/GMT+9", "CET", "EST", "EST5EDT", "GMT", "nowhere"])
def test_a_zone_of_no_country_has_none(zone: str) -> None:
    assert region_of(zone) is None


@pytest.mark.parametrize(
    ("code", "known"), [("KR", True), ("US", True), ("kr", False), ("AQ", False), ("XX", False), ("", False)]
)
def test_a_region_is_a_country_with_phone_numbers(code: str, known: bool) -> None:
    assert is_region(code) is known
