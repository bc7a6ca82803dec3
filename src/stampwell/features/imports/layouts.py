"""From the columns of a file to the fields of `create`."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from stampwell.core.csv_cells import from_cell
from stampwell.core.days import parse_ymd
from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phones import phone_digits
from stampwell.core.phrases import Phrase, phrase
from stampwell.core.validation import validate
from stampwell.features.imports.column_names import FAMILY_NAME, GIVEN_NAME, MERGED, OTHER_PHONE, REDEEMED
from stampwell.features.imports.encodings import ENCODINGS
from stampwell.features.imports.field_values import read_field
from stampwell.features.imports.full_names import full_name
from stampwell.features.imports.model import Layout, Mended
from stampwell.features.imports.tables import is_blank, records, trimmed, wrong_width
from stampwell.features.imports.text_files import TextFile, is_readable
from stampwell.features.stamps.bulk.import_rows import FIELDS, REQUIRED
from stampwell.features.stamps.contract.requests import CreateStamp

# A row that was numbered in advance would be a stamp of nobody.
_NOTHING_USED = phrase("the row is empty in the columns that are used")
# Issued again, the customer would have a second reward for the same marks.
_IS_REDEEMED = phrase("this row's card was redeemed, so there is nothing to bring along")
_IS_MERGED = phrase("this row's card was merged: its stamps are on card {stamp} now, so there is nothing to bring along")

# Text of the shop's own: it comes back from an export as it was, spaces and line ends with it.
_TO_THE_LETTER = frozenset({"memo", "userEtc1", "userEtc2"})
# Stands in for what a fixed value is checked beside.
_ANY = {"cardIdx": 1, "strtYmd": "1970-01-01", "endYmd": "1970-01-01"}


class TableRow(NamedTuple):
    """A row that is not blank.

    line: where it begins. cells: as they were; of JSON Lines, the line alone. values: by field. problem: why it cannot be read
    as a whole. wrong: fields whose values cannot be known. mended: those that were put right.
    """

    line: int
    cells: Sequence[str]
    values: dict[str, Any]
    problem: Phrase | None = None
    wrong: Sequence[FieldError] = ()
    mended: Sequence[Mended] = ()

    @property
    def is_good(self) -> bool:
        """Whether every value is known; the rules of the fields may refuse it all the same."""
        return self.problem is None and not self.wrong


class ReadValues(NamedTuple):
    """values: by field; those that cannot be known as they were, beside what is wrong with them; mended: those put right."""

    values: dict[str, Any]
    wrong: Sequence[FieldError]
    mended: Sequence[Mended]


class _LayoutDay(NamedTuple):
    today: date


def rows_of(text: TextFile, layout: Layout, *, region: str | None) -> Iterator[TableRow]:
    """Every row under the header that is not blank. `region`: where phone numbers are from. Raises TableWrong."""
    fixed = fixed_values(layout)
    for line, cells in rows_under_header(text, layout.separator):
        if is_blank(cells):
            continue
        problem = wrong_width(cells, layout.header) or unreadable(cells, text.codec) or _used_up(cells, layout.columns)
        texts = {} if problem else _texts(cells, layout.columns)
        if not texts:
            yield TableRow(line, cells, {}, problem or _NOTHING_USED)
            continue
        values, wrong, mended = read_values(texts, region=region)
        yield TableRow(line, cells, with_fixed(values, fixed, days=layout.days), None, wrong, mended)


def rows_under_header(text: TextFile, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The line each row begins on and its cells, blank ones too. Raises TableWrong."""
    rows = records(text.lines(), separator=separator)
    next((cells for _, cells in rows if not is_blank(cells)), None)
    yield from rows


def read_values(texts: Mapping[str, str], *, region: str | None) -> ReadValues:
    """What texts that are not blank say, by field."""
    values: dict[str, Any] = {}
    wrong, mended = [], []
    for field, text in texts.items():
        read = read_field(field, text, region=region)
        if read.value is not None:
            values[field] = read.value
        if read.problem is not None:
            wrong.append(FieldError(field, read.problem))
        elif read.mended:
            mended.append(Mended(field, text, "" if read.value is None else str(read.value)))
    return ReadValues(values, wrong, mended)


def with_fixed(values: dict[str, Any], fixed: Mapping[str, Any], *, days: int | None) -> dict[str, Any]:
    """The row's own values before those for all rows. `days`: how many it is valid, where no last day is given."""
    row = {**fixed, **values}
    first = parse_ymd(str(row.get("strtYmd", "")))
    if days is not None and first is not None and "endYmd" not in row:
        row["endYmd"] = _last_day(first, days)
    return row


def fixed_values(layout: Layout) -> dict[str, Any]:
    """What is given once for all rows."""
    return {field: read_field(field, text, region=None).value for field, text in layout.fixed.items() if text}


def check_layout(layout: Layout, *, today: date) -> None:
    """Raises FieldsWrong for what would refuse every row: a required field from nowhere, a fixed value that is wrong."""
    fixed = fixed_values(layout)
    given = {*layout.columns, *fixed, *(["endYmd"] if layout.days else [])}
    wrong = [
        FieldError(field, phrase("choose the column that has it, or give one value for all rows"))
        for field in FIELDS
        if field in REQUIRED and field not in given
    ]
    # Its end is checked against its beginning only where both are fixed.
    any_row = {**_ANY, "endYmd": today.isoformat()} | fixed
    try:
        validate(CreateStamp, any_row, context=_LayoutDay(today))
    except FieldsWrong as error:
        wrong += [row for row in error.fields if row.field in fixed]
    if wrong:
        raise FieldsWrong(wrong)


def unreadable(cells: Sequence[str], codec: str) -> Phrase | None:
    """What is wrong with a row whose bytes are no characters of the file's encoding."""
    if is_readable("".join(cells)):
        return None
    name = Phrase(ENCODINGS[codec], {})
    return phrase("the row is not in {encoding}, as the rest of the file is; save all of it in one encoding", encoding=name)


def _used_up(cells: Sequence[str], columns: Mapping[str, int]) -> Phrase | None:
    """Why the row of an export is no stamp to issue."""
    said = {meaning: _said(meaning, cells[columns[meaning]]) for meaning in (REDEEMED, MERGED) if meaning in columns}
    if said.get(REDEEMED, "").casefold() == "y":
        return _IS_REDEEMED
    merged = said.get(MERGED, "")
    return Phrase(_IS_MERGED.template, {"stamp": merged}) if merged else None


def _texts(cells: Sequence[str], columns: Mapping[str, int]) -> dict[str, str]:
    """What the cells say, by field, in the order of the fields; without blank ones."""
    texts = {meaning: text for meaning, place in columns.items() if (text := _said(meaning, cells[place]))}
    if FAMILY_NAME in texts or GIVEN_NAME in texts:
        texts.setdefault("userNm", full_name(texts.pop(FAMILY_NAME, ""), texts.pop(GIVEN_NAME, "")))
    if OTHER_PHONE in texts:
        texts["userPhnno"] = _phone(texts.get("userPhnno", ""), texts.pop(OTHER_PHONE))
    return {field: texts[field] for field in FIELDS if field in texts}


def _said(meaning: str, cell: str) -> str:
    """What the cell says, without the marks of spreadsheets; blank when nothing in it can be seen."""
    # Plain spaces around a name come back from an export too; all others came with copying.
    if meaning in _TO_THE_LETTER or (meaning == "userNm" and trimmed(cell) == cell.strip(" ")):
        return from_cell(cell) if trimmed(cell) else ""
    # A file has millions that have neither marks nor spaces.
    if cell.isalnum():
        return cell
    text = trimmed(cell)
    return trimmed(from_cell(text)) if text.startswith(("'", "=")) else text


def _phone(first: str, second: str) -> str:
    """The first that has any digits; people write a hyphen where there is none."""
    return next((phone for phone in (first, second) if phone_digits(phone)), first or second)


def _last_day(first: date, days: int) -> str:
    try:
        return (first + timedelta(days=days - 1)).isoformat()
    except OverflowError:
        return date.max.isoformat()
