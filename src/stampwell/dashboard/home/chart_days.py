"""Days as charts name them: short, without the year."""

from datetime import date

from stampwell.core.phrases import Phrase, phrase, translatable

_MONTHS = (
    translatable("{day} Jan"),
    translatable("{day} Feb"),
    translatable("{day} Mar"),
    translatable("{day} Apr"),
    translatable("{day} May"),
    translatable("{day} Jun"),
    translatable("{day} Jul"),
    translatable("{day} Aug"),
    translatable("{day} Sep"),
    translatable("{day} Oct"),
    translatable("{day} Nov"),
    translatable("{day} Dec"),
)
_WEEKDAYS = (
    translatable("Mon {day}"),
    translatable("Tue {day}"),
    translatable("Wed {day}"),
    translatable("Thu {day}"),
    translatable("Fri {day}"),
    translatable("Sat {day}"),
    translatable("Sun {day}"),
)


def short_day(day: date) -> Phrase:
    """ "22 Nov"."""
    return phrase(_MONTHS[day.month - 1], day=day.day)


def weekday_and_day(day: date) -> Phrase:
    """ "Sun 22 Nov"."""
    return phrase(_WEEKDAYS[day.weekday()], day=short_day(day))
