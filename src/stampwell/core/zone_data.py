"""The time zones' own data: when clocks change where. docs/decisions/0026-zone-data.md says why it is this."""

import zoneinfo
from datetime import date

import tzdata  # type: ignore[import-untyped]

VERSION: str = tzdata.IANA_VERSION
"""As IANA names it: `2026f` is the sixth release of 2026."""


def use_packaged_zones() -> None:
    """From now on a ZoneInfo is read from the `tzdata` package alone, and never from the system.

    Runs before anything of Stampwell's does, so that no zone was read from anywhere else.
    """
    zoneinfo.reset_tzpath(to=())
    zoneinfo.ZoneInfo.clear_cache()


def year_of(version: str) -> int:
    return int(version[:4])


def is_outdated(version: str, today: date) -> bool:
    """Whether that release is a year old. Of its day only the year is known: it counts as published on 1 July."""
    return today >= date(year_of(version) + 1, 7, 1)
