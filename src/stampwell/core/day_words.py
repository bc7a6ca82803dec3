"""Days and instants as people read them: "27 Nov 2027", "today 14:05", "in 4 days". Programs get ISO: `core/days.py`."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from stampwell.core.days import day_of, to_ymdt
from stampwell.core.phrases import Phrase, phrase, translatable

_MONTHS = (
    translatable("{day} Jan {year}"),
    translatable("{day} Feb {year}"),
    translatable("{day} Mar {year}"),
    translatable("{day} Apr {year}"),
    translatable("{day} May {year}"),
    translatable("{day} Jun {year}"),
    translatable("{day} Jul {year}"),
    translatable("{day} Aug {year}"),
    translatable("{day} Sep {year}"),
    translatable("{day} Oct {year}"),
    translatable("{day} Nov {year}"),
    translatable("{day} Dec {year}"),
)

# From so many days on a date says more than a number.
_MOST_DAYS = 30


def day_in_words(day: date) -> Phrase:
    """ "27 Nov 2027"."""
    return phrase(_MONTHS[day.month - 1], day=day.day, year=day.year)


def ymd_in_words(ymd: str) -> Phrase:
    """Of a day stored as `YYYY-MM-DD`."""
    return day_in_words(date.fromisoformat(ymd))


def with_days_in_words(values: Mapping[str, object]) -> dict[str, object]:
    """The values of a refusal for people: its dates, and the stored days among them, whose names end in `_on`."""
    return {name: _in_words(name, value) for name, value in values.items()}


def moment_in_words(instant_us: int, *, now_us: int, zone: ZoneInfo) -> Phrase:
    """ "today 14:05", "yesterday 09:10", "tomorrow 08:00", "in 4 days" or "27 Nov 2027, 14:05" on the clocks of the zone."""
    day = day_of(instant_us, zone)
    time = to_ymdt(instant_us, zone)[11:16]
    days = (day - day_of(now_us, zone)).days
    match days:
        case 0:
            return phrase("today {time}", time=time)
        case -1:
            return phrase("yesterday {time}", time=time)
        case 1:
            return phrase("tomorrow {time}", time=time)
        case _ if 1 < days <= _MOST_DAYS:
            return phrase("in {days} days", days=days)
        case _:
            return phrase("{day}, {time}", day=day_in_words(day), time=time)


def _in_words(name: str, value: object) -> object:
    if isinstance(value, date):
        return day_in_words(value)
    return ymd_in_words(value) if name.endswith("_on") and isinstance(value, str) else value
