"""Days and instants as people read them, in every language as the Unicode consortium's data (CLDR) says."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from babel.dates import format_skeleton

from stampwell.core.day_words import day_in_words, moment_in_words, ymd_in_words
from stampwell.core.phrases import english
from stampwell.locales.languages import CATALOGUES, Languages

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=SEOUL)

LANGUAGES = [(catalogue, tag) for catalogue, tags in CATALOGUES.items() for tag in tags]


def _us(instant: datetime) -> int:
    return int(instant.timestamp()) * 1_000_000


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize(("catalogue", "tag"), LANGUAGES)
def test_a_day_is_written_as_its_language_does(catalogue: str, tag: str, month: int) -> None:
    day = date(2027, month, 27)
    translate = Languages(catalogue)(tag.encode()).translate
    assert day_in_words(day).said(translate) == format_skeleton("yMMMd", day, locale=tag)


@pytest.mark.parametrize("month", range(1, 13))
def test_english_has_three_letters_of_the_month(month: int) -> None:
    day = date(2027, month, 7)
    assert re.sub(r"(Sep)t", r"\1", format_skeleton("yMMMd", day, locale="en_GB")) == day_in_words(day).said(english)


def test_a_stored_day() -> None:
    assert ymd_in_words("2027-11-27").said(english) == "27 Nov 2027"


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2026, 3, 2, 7, 5, 59, tzinfo=SEOUL), "today 07:05"),
        (datetime(2026, 3, 2, 0, 0, tzinfo=SEOUL), "today 00:00"),
        # The day before in Seoul, whatever it is in UTC.
        (datetime(2026, 3, 1, 23, 59, tzinfo=SEOUL), "yesterday 23:59"),
        (datetime(2026, 3, 3, 8, 0, tzinfo=SEOUL), "tomorrow 08:00"),
        (datetime(2026, 2, 28, 23, 59, tzinfo=SEOUL), "28 Feb 2026, 23:59"),
        (datetime(2026, 3, 4, 0, 0, tzinfo=SEOUL), "in 2 days"),
        (datetime(2026, 4, 1, 23, 59, tzinfo=SEOUL), "in 30 days"),
        (datetime(2026, 4, 2, 0, 0, tzinfo=SEOUL), "2 Apr 2026, 00:00"),
    ],
)
def test_instants(instant: datetime, words: str) -> None:
    assert moment_in_words(_us(instant), now_us=_us(NOW), zone=SEOUL).said(english) == words
