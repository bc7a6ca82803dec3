"""JSON Lines: a row is an object with the fields of `create`, or a line of a report of refused ones."""

from collections.abc import Iterable, Iterator
from typing import Any

from stampwell.core import json_text
from stampwell.core.phrases import Phrase, phrase
from stampwell.features.imports.layouts import ReadValues, TableRow, fixed_values, read_values, unreadable, with_fixed
from stampwell.features.imports.model import Layout
from stampwell.features.imports.tables import REPORT_COLUMNS
from stampwell.features.imports.text_files import TextFile
from stampwell.features.stamps.bulk.import_rows import INTEGERS
from stampwell.features.stamps.contract.requests import CreateStamp

REPORTED_ROW = "row"
"""What a report of refused rows calls the row as it was."""

_OF_REPORT = frozenset({*REPORT_COLUMNS, REPORTED_ROW})


def json_lines(text: TextFile) -> Iterator[tuple[int, str]]:
    """The number of each line that is not empty, and the line. Raises TableWrong."""
    for number, line in enumerate(text.lines(), 1):
        if stripped := line.strip():
            yield number, stripped


def json_rows_of(text: TextFile, layout: Layout, *, region: str | None) -> Iterator[TableRow]:
    """Every row that is not blank; of `layout` counts what is given for all of them. Raises TableWrong."""
    fixed = fixed_values(layout)
    for line, original in json_lines(text):
        parsed = _object(original, text.codec)
        if isinstance(parsed, Phrase):
            yield TableRow(line, [original], {}, parsed)
        elif not _is_blank(parsed):
            values, wrong, mended = _read(parsed, region, without=fixed)
            yield TableRow(line, [original], with_fixed(values, fixed, days=layout.days), None, wrong, mended)


def is_blank_line(line: str, codec: str) -> bool:
    """Whether the line is an object in which nothing is said."""
    parsed = _object(line, codec)
    return not isinstance(parsed, Phrase) and _is_blank(parsed)


def _is_blank(values: dict[str, Any]) -> bool:
    return not any(value is not None and not (isinstance(value, str) and not value.strip()) for value in values.values())


def _read(values: dict[str, Any], region: str | None, *, without: Iterable[str]) -> ReadValues:
    """Types are those of the API: `"123"` is no integer. What is blank and given for all rows is left out."""
    texts = {
        name: value
        for name, value in values.items()
        if isinstance(value, str) and value.strip() and name in CreateStamp.model_fields and name not in INTEGERS
    }
    read = read_values(texts, region=region)
    others = {
        name: value for name, value in values.items() if name not in texts and not (value in (None, "") and name in without)
    }
    return read._replace(values={**others, **read.values})


def _object(line: str, codec: str) -> dict[str, Any] | Phrase:
    """What the line says, or what is wrong with it."""
    if (problem := unreadable([line], codec)) is not None:
        return problem
    try:
        value, repeated = json_text.parse(line.encode())
    except json_text.NotJsonText as error:
        return phrase("this is not JSON: {problem} at column {column}", problem=error.problem, column=error.column)
    except json_text.NotUtf8Text as error:
        return error.problem
    if not isinstance(value, dict):
        return phrase("the line must be an object with the fields of create")
    if repeated:
        return phrase("{field}: given more than once; write it once", field=repeated[0])
    return value[REPORTED_ROW] if value.keys() == _OF_REPORT and isinstance(value[REPORTED_ROW], dict) else value
