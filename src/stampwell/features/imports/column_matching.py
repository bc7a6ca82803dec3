"""What the columns of a file mean, by their names."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from stampwell.core.text import nearest
from stampwell.features.imports.column_names import (
    COLUMN_NAMES,
    FAMILY_BESIDE_GIVEN,
    FAMILY_NAME,
    GIVEN_BESIDE_FAMILY,
    GIVEN_NAME,
    MERGED,
    MOBILE_NAMES,
    OTHER_PHONE,
    POINTS,
    REDEEMED,
)
from stampwell.features.imports.tables import REPORT_COLUMNS, is_report
from stampwell.features.stamps.bulk.import_rows import FIELDS
from stampwell.features.stamps.search.tokens import fold

MEANINGS: tuple[str, ...] = (*FIELDS, FAMILY_NAME, GIVEN_NAME, OTHER_PHONE, REDEEMED, MERGED)
"""What a column may be: a field of `create`, a part of one, or what tells that a row is not to be issued."""

_IN_BRACKETS = re.compile(r"[(\[（［][^)\]）］]*[)\]）］]")  # noqa: RUF001 - they are meant

_LONGEST_NAME = 60

_Find = Callable[[str], str | None]


class Match(NamedTuple):
    """Meaning -> place of its column; and the places of columns that mean nothing here."""

    columns: Mapping[str, int]
    unknown: Sequence[int]


def match_columns(header: Sequence[str], *, given: Mapping[str, int] | None = None, fuzzy: bool = False) -> Match:
    """A field's own name wins, then a common one, then, if `fuzzy`, the nearest; the first such column. Each once.

    given: what somebody has said already. What a report of refused rows says of its rows is no column of theirs.
    """
    columns = dict(given or {})
    first = len(REPORT_COLUMNS) if is_report(header) else 0
    free = [place for place in range(first, len(header)) if place not in columns.values()]
    for find in (_OWN.get, _MOBILE.get, _COMMON.get, *((suggestion,) if fuzzy else ())):
        for place in list(free):
            meaning = _meaning(header[place], find)
            if meaning is not None and meaning not in columns:
                columns[meaning] = place
                free.remove(place)
    _tell_names_apart(header, columns)
    _take_second_phone(header, columns, free)
    return Match(columns, free)


def suggestion(name: str) -> str | None:
    """The field whose own name is nearest."""
    return nearest(fold(name), _SUGGESTED)


def may_be_marks(name: str) -> bool:
    """Whether the column may have marks, but just as well points or money."""
    return _meaning(name, _POINTS.get) is not None


def _meaning(name: str, find: _Find) -> str | None:
    if len(name) > _LONGEST_NAME:
        return None
    # `이메일(필수)`
    return find(fold(name)) or find(fold(_IN_BRACKETS.sub("", name)))


def _tell_names_apart(header: Sequence[str], columns: dict[str, int]) -> None:
    """`Name` is the family name beside `Vorname`, and `이름` the given name beside `성`."""
    name = fold(header[columns["userNm"]]) if "userNm" in columns else ""
    if GIVEN_NAME in columns and FAMILY_NAME not in columns and name in _FAMILY_BESIDE_GIVEN:
        columns[FAMILY_NAME] = columns.pop("userNm")
    elif FAMILY_NAME in columns and GIVEN_NAME not in columns and name in _GIVEN_BESIDE_FAMILY:
        columns[GIVEN_NAME] = columns.pop("userNm")


def _take_second_phone(header: Sequence[str], columns: dict[str, int], free: list[int]) -> None:
    """Where several columns have phone numbers, the second one fills the gaps of the first; alone, it is the phone."""
    if "userPhnno" not in columns and OTHER_PHONE in columns:
        columns["userPhnno"] = columns.pop(OTHER_PHONE)
    second = next((place for place in free if _meaning(header[place], _PHONES.get)), None)
    if "userPhnno" in columns and OTHER_PHONE not in columns and second is not None:
        columns[OTHER_PHONE] = second
        free.remove(second)


def _by_name(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {fold(name): meaning for meaning, listed in names for name in listed.split(",")}


_OWN = _by_name((meaning, meaning) for meaning in MEANINGS)
_MOBILE = _by_name([("userPhnno", MOBILE_NAMES)])
_COMMON = _by_name(COLUMN_NAMES.items())
_PHONES = _MOBILE | {name: meaning for name, meaning in _COMMON.items() if meaning in {"userPhnno", OTHER_PHONE}}
_POINTS = _by_name([("stamps", POINTS)])
# A column of locations most likely has their names, not the numbers that they have here; `status` and `store` are no stamps.
_SUGGESTED = tuple(field for field in FIELDS if field not in {"stamps", "locationIdx"})
_FAMILY_BESIDE_GIVEN = frozenset(_by_name([(FAMILY_NAME, FAMILY_BESIDE_GIVEN)]))
_GIVEN_BESIDE_FAMILY = frozenset(_by_name([(GIVEN_NAME, GIVEN_BESIDE_FAMILY)]))
