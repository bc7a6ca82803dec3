"""Days and instants on pages: in words for people, with ISO for programs."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from stampwell.core.phrases import english
from stampwell.web.rendering import day_shower, moment_shower, translator

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=SEOUL)
T = translator(english)


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (datetime(2026, 3, 2, 7, 5, 59, tzinfo=SEOUL), "today 07:05"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=SEOUL), "2 Jan 2026, 03:04"),
    ],
)
def test_instants(when: datetime, text: str) -> None:
    show = moment_shower(int(NOW.timestamp()) * 1_000_000, SEOUL, T)
    title = when.strftime("%Y-%m-%d %H:%M:%S")
    iso = when.astimezone(UTC).isoformat()
    assert show(int(when.timestamp()) * 1_000_000) == f'<time datetime="{iso}" title="{title}">{text}</time>'


@pytest.mark.parametrize("day", [date(2027, 11, 27), "2027-11-27"])
def test_days(day: date | str) -> None:
    assert day_shower(T)(day) == '<time datetime="2027-11-27">27 Nov 2027</time>'
