"""Days in files: read where they can mean one day only."""

import pytest

from stampwell.core.phrases import english
from stampwell.features.imports.day_values import read_day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-01-02", "2026-01-02"),
        ("2026-1-2", "2026-01-02"),
        ("2026/01/02", "2026-01-02"),
        ("2026.01.02", "2026-01-02"),
        ("2026. 1. 2.", "2026-01-02"),
        ("2026 - 01 - 02", "2026-01-02"),
        ("20260102", "2026-01-02"),
        ("2026-01-02 00:00:00", "2026-01-02"),
        ("2026-01-02T15:30:00.000", "2026-01-02"),
        ("2026-01-02 00:00", "2026-01-02"),
        ("2026/1/2 3:04 PM", "2026-01-02"),
        ("2026. 1. 2. 오전 12:00:00", "2026-01-02"),
        ("2026년 1월 2일", "2026-01-02"),
        ("2026년1월2일", "2026-01-02"),
        ("2026年1月2日", "2026-01-02"),
        ("２０２６年１月２日", "2026-01-02"),
        # With dots the day is first.
        ("02.01.2026", "2026-01-02"),
        ("2.1.2026", "2026-01-02"),
        ("31.12.2027 00:00", "2027-12-31"),
        # Only one of the two can be a month, or both are the same.
        ("31/12/2027", "2027-12-31"),
        ("12/31/2027", "2027-12-31"),
        ("31-12-2027", "2027-12-31"),
        ("1/1/2026", "2026-01-01"),
        ("1-Jan-26", "2026-01-01"),
        ("31-Dec-27", "2027-12-31"),
        ("2 January 2026", "2026-01-02"),
        ("2. Januar 2026", "2026-01-02"),
        ("Jan 2, 2026", "2026-01-02"),
        ("December 31 2027", "2027-12-31"),
        ("3 août 2026", "2026-08-03"),
        ("3 juil. 2026", "2026-07-03"),
        ("3 dic 2026", "2026-12-03"),
        ("3. März 2026", "2026-03-03"),
        # What is no real day is left to the rules of the field, which say so.
        ("2026. 2. 30.", "2026-02-30"),
        ("30.02.2026", "2026-02-30"),
    ],
)
def test_it_means_one_day(text: str, day: str) -> None:
    assert read_day(text) == (day, None, False)


@pytest.mark.parametrize("text", ["01/02/2026", "1-2-2026", "26-01-01", "27-12-31", "31/12/27", "01.02.26", "26. 1. 2."])
def test_it_may_mean_several(text: str) -> None:
    read = read_day(text)
    assert (read.text, read.serial) == (text, False)
    assert read.problem is not None
    assert read.problem.said(english) == f"{text} may mean more than one day; write year, month, day, such as 2026-12-31"


@pytest.mark.parametrize("text", ["2025-12-31T15:00:00.000Z", "2026-01-01 00:00:00+09:00", "2026-01-01 00:00 UTC"])
def test_a_time_zone_may_make_it_another_day(text: str) -> None:
    problem = read_day(text).problem
    assert problem is not None
    assert "a time in a time zone" in problem.said(english)


@pytest.mark.parametrize(("text", "day"), [("46023", "2026-01-01"), ("46752", "2027-12-31"), ("36526", "2000-01-01")])
def test_a_number_of_a_day_is_read_and_told_of(text: str, day: str) -> None:
    assert read_day(text) == (day, None, True)


@pytest.mark.parametrize(
    "text", ["", "soon", "12345", "99999", "2026", "32/13/2026", "5 Smarch 2026", "2026-01", "1" * 100, "1:11" * 500_000]
)
def test_anything_else_stays_as_it_is(text: str) -> None:
    assert read_day(text) == (text, None, False)
