"""Days in words, as each language writes them."""

from datetime import date

from stampwell.core.phrases import Phrase, phrase, translatable

_MONTHS = (
    translatable("{day} January {year}"),
    translatable("{day} February {year}"),
    translatable("{day} March {year}"),
    translatable("{day} April {year}"),
    translatable("{day} May {year}"),
    translatable("{day} June {year}"),
    translatable("{day} July {year}"),
    translatable("{day} August {year}"),
    translatable("{day} September {year}"),
    translatable("{day} October {year}"),
    translatable("{day} November {year}"),
    translatable("{day} December {year}"),
)


def day_in_words(day: date) -> Phrase:
    return phrase(_MONTHS[day.month - 1], day=day.day, year=day.year)
