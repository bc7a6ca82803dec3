"""From the columns of a file to the fields of `create`."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phrases import Phrase, phrase
from stampwell.features.imports.model import Layout
from stampwell.features.imports.tables import value_of, wrong_width
from stampwell.features.imports.uploads import table_rows
from stampwell.features.stamps.importing import FIELDS, REQUIRED
from stampwell.features.stamps.requests import CreateStamp
from stampwell.http.decode import validate

_DAYS = ("strtYmd", "endYmd")
# Other spellings that can mean one day only: the year first.
_YEAR_FIRST = re.compile(r"([0-9]{4})[./ -]{1,2}([0-9]{1,2})[./ -]{1,2}([0-9]{1,2})\.?")
_IN_DIGITS = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")

# Stands in for what a fixed value is checked beside.
_ANY = {"cardIdx": 1, "strtYmd": "1970-01-01", "endYmd": "1970-01-01"}


class TableRow(NamedTuple):
    """A row: the line it begins on, its cells, its values by field, and why it cannot be read if it cannot."""

    line: int
    cells: list[str]
    values: dict[str, Any]
    problem: Phrase | None


class _Day(NamedTuple):
    today: date


def rows_of(content: bytes, layout: Layout) -> Iterator[TableRow]:
    """Every row under the header. Raises TableWrong."""
    rows = table_rows(content, layout.separator)
    next(rows)
    fixed = {field: _value(field, text) for field, text in layout.fixed.items() if text}
    for line, cells in rows:
        problem = wrong_width(cells, layout.header)
        yield TableRow(line, cells, {} if problem else {**fixed, **_values(cells, layout.columns)}, problem)


def check_layout(layout: Layout, *, today: date) -> None:
    """Raises FieldsWrong for what would refuse every row: a required field from nowhere, a fixed value that is wrong."""
    wrong = [
        FieldError(field, phrase("choose the column that has it, or give one value for all rows"))
        for field in FIELDS
        if field in REQUIRED and field not in layout.columns and not layout.fixed.get(field)
    ]
    fixed = {field: _value(field, text) for field, text in layout.fixed.items() if text}
    # Its end is checked against its beginning only where both are fixed.
    any_row = {**_ANY, "endYmd": today.isoformat()} | fixed
    try:
        validate(CreateStamp, any_row, context=_Day(today))
    except FieldsWrong as error:
        wrong += [row for row in error.fields if row.field in fixed]
    if wrong:
        raise FieldsWrong(wrong)


def _values(cells: list[str], columns: Mapping[str, int]) -> dict[str, Any]:
    texts = ((field, cells[place].strip()) for field, place in columns.items())
    return {field: _value(field, text) for field, text in texts if text}


def _value(field: str, text: str) -> int | str:
    if field in _DAYS and (found := _YEAR_FIRST.fullmatch(text) or _IN_DIGITS.fullmatch(text)):
        year, month, day = found.groups()
        return f"{year}-{month:0>2}-{day:0>2}"
    return value_of(field, text)
