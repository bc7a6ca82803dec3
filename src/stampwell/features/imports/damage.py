"""What spreadsheets do to values: errors in their place, numbers without their digits, digits of full width."""

import re
from typing import NamedTuple

from stampwell.core.phrases import Phrase, translatable
from stampwell.core.text import normalized

# As the programs write them, in the languages of Excel; compared without case.
_ERRORS = (
    "#N/A #REF! #VALUE! #NAME? #DIV/0! #NUM! #NULL! #ERROR! #SPILL! #CALC! #FIELD! #BLOCKED! #UNKNOWN! #CONNECT! "
    "#NV #BEZUG! #WERT! #ZAHL! #ÜBERLAUF! #VALEUR! #NOM? #NOMBRE! #¡REF! #¡VALOR! #¿NOMBRE? #¡DIV/0! #¡NUM! #¡NULO! "
    "Err:502 Err:504 Err:508 Err:522"
)
_ALL_ERRORS = frozenset(_ERRORS.casefold().split())
_LONGEST = 1000
_TOO_NARROW = re.compile("#{3,}")
_WIDE = re.compile("[！-～]")  # noqa: RUF001 - they are meant
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー", "-"))  # noqa: RUF001

# 8.21012E+11, as spreadsheets and data tools write it; of a phone number in any spelling, because none has a letter there.
_WITH_EXPONENT = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?E([+-])([0-9]{2,3})", re.IGNORECASE)
_WITH_ANY_EXPONENT = re.compile(r"([+-]?[0-9]+)(?:[.,]([0-9]+))?E([+-]?)([0-9]{1,3})", re.IGNORECASE)
_WITH_FRACTION = re.compile(r"(\+?[0-9]+)[.,]0{1,2}")

_IS_ERROR = translatable("{text} is a spreadsheet error, not a value; fix the cell and export again")
_IS_TOO_NARROW = translatable(
    "the column was too narrow, so the file has {text} instead of the value; widen it, or format it as text, and export again"
)
_IS_ROUNDED = translatable(
    "the spreadsheet made {text} of the number and lost its last digits; format the column as text, enter the number again and "
    "export again"
)


class Whole(NamedTuple):
    """A number with all its digits, as text, or why they cannot be known."""

    text: str
    problem: Phrase | None = None


def error_in(text: str) -> Phrase | None:
    """What is wrong with a cell that has no value at all."""
    text = text.strip()
    if not text.startswith(("#", "E", "e")):
        return None
    if text.casefold() in _ALL_ERRORS:
        return Phrase(_IS_ERROR, {"text": text})
    return Phrase(_IS_TOO_NARROW, {"text": text[:10]}) if _TOO_NARROW.fullmatch(text) else None


def narrowed(text: str) -> str:
    """Letters, digits and signs of full width as usual ones; a text without any, or too long for one of a field whose values
    are narrow, comes back as it is.
    """
    if text.isascii() or not _WIDE.search(text):
        return text
    return normalized("NFKC", text, longest=_LONGEST).translate(_DASHES)


def without_fraction(text: str) -> str:
    """A whole number without the `.0` behind it; any other text as it is."""
    found = _WITH_FRACTION.fullmatch(text)
    return found[1] if found else text


def without_exponent(text: str, *, phone: bool = False) -> Whole:
    """A number that was written with an exponent, in digits; any other text as it is."""
    found = (_WITH_ANY_EXPONENT if phone else _WITH_EXPONENT).fullmatch(text)
    if found is None:
        return Whole(text)
    first, digits, exponent = found[1], found[2] or "", int(found[4])
    # Digits that are not there may have been any, and digits beyond the exponent were a fraction.
    if found[3] == "-" or len(digits) < exponent or digits[exponent:].strip("0"):
        return Whole(text, Phrase(_IS_ROUNDED, {"text": text}))
    return Whole(first + digits[:exponent])
