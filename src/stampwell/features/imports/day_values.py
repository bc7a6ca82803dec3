"""Days as spreadsheets and people write them: read where they can mean one day only."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from stampwell.core.phrases import Phrase, translatable
from stampwell.features.stamps.search.tokens import fold

# A time behind a day is left out. With a time zone it may be another day where the shop is.
_TIME = r"(?:[T ,]\s*(?:(?:AM|PM|오전|오후|午前|午後)\s*)?[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?:\s*[AP]\.?M\.?)?)?"
_ZONE = re.compile(r".*[0-9]{1,2}:[0-9]{2}.*?(?:Z|UTC|GMT|[+\-][0-9]{2}:?[0-9]{2})", re.IGNORECASE)

_YEAR_FIRST = re.compile(rf"([0-9]{{4}})(?:\s?[./ -]\s?)([0-9]{{1,2}})(?:\s?[./ -]\s?)([0-9]{{1,2}})\.?{_TIME}", re.IGNORECASE)
_IN_WORDS = re.compile(rf"([0-9]{{4}})\s?[년年]\s?([0-9]{{1,2}})\s?[월月]\s?([0-9]{{1,2}})\s?[일日]{_TIME}", re.IGNORECASE)
_IN_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_YEAR_LAST = re.compile(rf"([0-9]{{1,2}})([./-])([0-9]{{1,2}})\2([0-9]{{4}}){_TIME}", re.IGNORECASE)
_SHORT_YEAR = re.compile(r"[0-9]{1,2}\s?([./-])\s?[0-9]{1,2}\s?\1\s?[0-9]{1,2}\.?")
_DAY_AND_MONTH_NAME = re.compile(
    rf"([0-9]{{1,2}})\.?[ -]([^\W\d]{{3,9}})\.?,?[ -]([0-9]{{4}}|[0-9]{{2}}){_TIME}", re.IGNORECASE
)
_MONTH_NAME_AND_DAY = re.compile(rf"([^\W\d]{{3,9}})\.? ([0-9]{{1,2}}),? ([0-9]{{4}}){_TIME}", re.IGNORECASE)

# Excel, LibreOffice and Google count days from here; days of this century until 2099.
_SERIAL = re.compile(r"[0-9]{5}")
_SERIAL_BEGINS = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_050

_MONTHS_IN_A_YEAR = 12
_CENTURY = 2000
# English, German, French, Spanish: how the names of the months begin, without accents.
_MONTH_NAMES = (
    ("jan", "ene"),
    ("feb", "fev"),
    ("mar",),
    ("apr", "avr", "abr"),
    ("may", "mai"),
    ("jun", "juin"),
    ("jul", "juil"),
    ("aug", "aou", "ago"),
    ("sep", "set"),
    ("oct", "okt"),
    ("nov",),
    ("dec", "dez", "dic"),
)
# Longer texts are no days; the patterns need not look at them.
_LONGEST = 40


_IN_A_ZONE = translatable(
    "{text} is a time in a time zone, which may be another day at the shop; write only the day, such as 2026-12-31"
)
_AMBIGUOUS = translatable("{text} may mean more than one day; write year, month, day, such as 2026-12-31")


class DayRead(NamedTuple):
    """A day as the API takes it, or why it cannot be known; `serial`: it was a spreadsheet's number of a day."""

    text: str
    problem: Phrase | None = None
    serial: bool = False


def read_day(text: str) -> DayRead:
    """What is no day in any spelling comes back as it was, for the rules of the field to refuse."""
    plain = unicodedata.normalize("NFKC", text) if len(text) <= _LONGEST else ""
    for pattern, read in _SPELLINGS:
        if found := pattern.fullmatch(plain):
            return read(text, found)
    return DayRead(text)


def _of_numbers(_text: str, found: re.Match[str]) -> DayRead:
    return _day(found[1], found[2], found[3])


def _year_last(text: str, found: re.Match[str]) -> DayRead:
    """With dots the day comes first everywhere. With slashes only a day that can be no month tells which one it is."""
    first, second, year = found[1], found[3], found[4]
    is_month = [int(part) <= _MONTHS_IN_A_YEAR for part in (first, second)]
    if found[2] == "." or is_month == [False, True] or int(first) == int(second):
        return _day(year, second, first)
    if is_month == [True, False]:
        return _day(year, first, second)
    return _ambiguous(text, found) if all(is_month) else DayRead(text)


def _day_and_month_name(text: str, found: re.Match[str]) -> DayRead:
    return _with_month_name(text, found[3], found[2], found[1])


def _month_name_and_day(text: str, found: re.Match[str]) -> DayRead:
    return _with_month_name(text, found[3], found[1], found[2])


def _with_month_name(text: str, year: str, name: str, day: str) -> DayRead:
    folded = fold(name)
    month = next((place for place, begins in enumerate(_MONTH_NAMES, 1) if folded.startswith(begins)), None)
    if month is None:
        return DayRead(text)
    # No program writes a short year before the name of a month.
    return _day(year if len(year) > len("27") else str(_CENTURY + int(year)), str(month), day)


def _of_serial(text: str, found: re.Match[str]) -> DayRead:
    number = int(found[0])
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return DayRead(text)
    return DayRead((_SERIAL_BEGINS + timedelta(days=number)).isoformat(), serial=True)


def _in_a_zone(text: str, _found: re.Match[str]) -> DayRead:
    return DayRead(text, Phrase(_IN_A_ZONE, {"text": text}))


def _ambiguous(text: str, _found: re.Match[str]) -> DayRead:
    return DayRead(text, Phrase(_AMBIGUOUS, {"text": text}))


def _day(year: str, month: str, day: str) -> DayRead:
    return DayRead(f"{year}-{month:0>2}-{day:0>2}")


_SPELLINGS: tuple[tuple[re.Pattern[str], Callable[[str, re.Match[str]], DayRead]], ...] = (
    (_ZONE, _in_a_zone),
    (_YEAR_FIRST, _of_numbers),
    (_IN_WORDS, _of_numbers),
    (_IN_DIGITS, _of_numbers),
    (_YEAR_LAST, _year_last),
    (_DAY_AND_MONTH_NAME, _day_and_month_name),
    (_MONTH_NAME_AND_DAY, _month_name_and_day),
    (_SERIAL, _of_serial),
    (_SHORT_YEAR, _ambiguous),
)
