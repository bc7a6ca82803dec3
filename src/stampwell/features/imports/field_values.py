"""What a cell says, as the field of `create` takes it."""

import re
from typing import NamedTuple

from stampwell.core.phrases import Phrase
from stampwell.features.imports.damage import error_in, narrowed, without_exponent, without_fraction
from stampwell.features.imports.day_values import read_day
from stampwell.features.imports.mark_values import read_marks
from stampwell.features.imports.phone_values import read_phone
from stampwell.features.stamps.bulk.import_rows import INTEGERS

_DAYS = frozenset({"strtYmd", "endYmd"})
# Whoever fills them in means the letters and digits of a keyboard.
_NARROW = frozenset({"userId", "userEml", "activeYn", "domain"}) | INTEGERS
# Numbers, also those that have letters in other shops.
_NUMBERS = frozenset({"userId"}) | INTEGERS
_MAY_BE_NUMBERS = _NUMBERS | {"userEtc1", "userEtc2"}
_MOST_DIGITS = 40

# What damage is made of. Most values have nothing of it, and a file has millions.
_SUSPECT = re.compile(r"^\s*[#Ee]|[.,]0|[0-9][Ee]|[^ -~]")
_ISO_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


class FieldValue(NamedTuple):
    """A value, or None where the cell says that there is none.

    mended: it is not what the cell says, because a spreadsheet had damaged that. problem: why it cannot be known.
    """

    value: int | str | None
    mended: bool = False
    problem: Phrase | None = None


def read_field(field: str, text: str, *, region: str | None) -> FieldValue:
    """`text` is not blank. What the rules of the field refuse is left to them."""
    if _is_plain(field, text):
        return FieldValue(text)
    if (error := error_in(text)) is not None:
        return FieldValue(text, problem=error)
    if field == "userPhnno":
        phone = read_phone(text, region=region)
        return FieldValue(phone.text or None, phone.text != text, phone.problem)
    plain = narrowed(text) if field in _NARROW else text
    if field in _NUMBERS or field in _DAYS:
        plain = without_fraction(plain)
    if field in _MAY_BE_NUMBERS or field in _DAYS:
        plain, problem = without_exponent(plain)
        if problem is not None:
            return FieldValue(text, problem=problem)
    return _read_plain(field, plain, mended=plain != text)


def _read_plain(field: str, text: str, *, mended: bool) -> FieldValue:
    """`text` without what a spreadsheet has done to it."""
    if field == "stamps":
        marks = read_marks(text)
        return FieldValue(marks.value, mended or marks.mended, marks.problem)
    if field in _DAYS:
        read = read_day(text)
        return FieldValue(read.text, read.serial or mended, read.problem)
    return FieldValue(_as_integer(field, text), mended)


def _is_plain(field: str, text: str) -> bool:
    """Whether it can be taken as it is without a closer look."""
    if field in _DAYS:
        return _ISO_DAY.fullmatch(text) is not None
    return field != "userPhnno" and field not in INTEGERS and not _SUSPECT.search(text)


def _as_integer(field: str, text: str) -> int | str:
    # What is no integer stays text, and is refused by the rules of its field.
    if field in INTEGERS and len(text) <= _MOST_DIGITS and text.removeprefix("-").isdecimal() and text.isascii():
        return int(text)
    return text
