"""Instants on pages: how long ago, the time of the day, and the whole date for programs."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from stampwell.core.phrases import english
from stampwell.web.rendering import moment_shower, translator

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=SEOUL)


def shown(when: datetime) -> str:
    show = moment_shower(int(NOW.timestamp()) * 1_000_000, SEOUL, translator(english))
    return str(show(int(when.timestamp()) * 1_000_000))


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (datetime(2026, 3, 2, 7, 5, 59, tzinfo=SEOUL), "2 h ago · 07:05"),
        (datetime(2026, 3, 2, 0, 0, tzinfo=SEOUL), "9 h ago · 00:00"),
        # The day before in Seoul, whatever it is in UTC.
        (datetime(2026, 3, 1, 23, 59, tzinfo=SEOUL), "9 h ago · 2026-03-01 23:59"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=SEOUL), "2026-01-02 03:04"),
    ],
)
def test_instants(when: datetime, text: str) -> None:
    title = when.strftime("%Y-%m-%d %H:%M:%S")
    iso = when.astimezone(UTC).isoformat()
    assert shown(when) == f'<time datetime="{iso}" title="{title}">{text}</time>'
