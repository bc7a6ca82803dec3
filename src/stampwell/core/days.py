"""Days in a time zone: `YYYY-MM-DD` text at the edges, `datetime.date` inside."""

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stampwell.core.units import SECOND_US

# `date.fromisoformat` also takes 20250101 and 2025-W01-1, and \d also takes the digits of other scripts.
_YMD = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_ymd(text: str) -> date | None:
    """The day that a strict `YYYY-MM-DD` names, or None when it is no such text or no real day."""
    if _YMD.fullmatch(text) is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def years_after(day: date, years: int) -> date:
    """The same calendar day that many years on; 28 February for a 29th that the year lacks."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


OCCURRED_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})?$"
"""What `parse_ymdt` reads, as JSON Schema."""


def parse_ymdt(text: str, zone: ZoneInfo) -> int | None:
    """The instant, in microseconds, of `YYYY-MM-DD HH:mm:ss` in the zone or with an offset behind it; None for anything else.

    Of an hour that comes twice when clocks go back, the first.
    """
    if re.fullmatch(OCCURRED_PATTERN, text) is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        return int((found if found.tzinfo else found.replace(tzinfo=zone)).timestamp()) * SECOND_US
    except (ValueError, OverflowError):
        return None


def day_of(instant_us: int, zone: ZoneInfo) -> date:
    """The day that clocks in the zone show at that instant."""
    return _day_at(instant_us // SECOND_US, zone)


def to_ymdt(instant_us: int, zone: ZoneInfo) -> str:
    """`YYYY-MM-DD HH:mm:ss` on the clocks of the zone."""
    return _local(instant_us, zone).strftime("%Y-%m-%d %H:%M:%S")


def to_rfc3339(instant_us: int) -> str:
    """`YYYY-MM-DDTHH:mm:ss.ssssssZ`, as RFC 3339 writes an instant in UTC."""
    seconds, microseconds = divmod(instant_us, SECOND_US)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{microseconds:06}Z"


def start_of_day_us(day: date, zone: ZoneInfo) -> int:
    """The first microsecond of the day in the zone."""
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * SECOND_US


def end_of_day_us(day: date, zone: ZoneInfo) -> int:
    """The last microsecond of the day in the zone."""
    # Where clocks go back at midnight the last hour comes twice; the second one is the day's end.
    last_second = datetime(day.year, day.month, day.day, 23, 59, 59, fold=1, tzinfo=zone)
    return int(last_second.timestamp()) * SECOND_US + SECOND_US - 1


def find_zone(name: str) -> ZoneInfo | None:
    """The IANA time zone of that name, or None."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def stored_zone(name: str) -> ZoneInfo:
    """The time zone that an account was stored with."""
    # Taken once, while zones were read from the system, which has every zone a second time in these folders.
    return ZoneInfo(name.removeprefix("posix/").removeprefix("right/"))


# Requests ask for the same second again and again; working it out took a twentieth of a mark.
@lru_cache(maxsize=256)
def _day_at(second: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(second, zone).date()


def _local(instant_us: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(instant_us // SECOND_US, zone)
