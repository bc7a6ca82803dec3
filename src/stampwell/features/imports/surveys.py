"""A first look at a file: its encoding, what is between its columns, what they are called, how many rows there are."""

from collections.abc import Callable
from typing import NamedTuple

from stampwell.core.phrases import phrase
from stampwell.features.imports.column_matching import match_columns
from stampwell.features.imports.encoding_detection import UTF_16_MARKS, Detected, detect_encoding
from stampwell.features.imports.encodings import UTF_16
from stampwell.features.imports.json_rows import is_blank_line, json_lines
from stampwell.features.imports.model import MOST_COLUMNS
from stampwell.features.imports.tables import SEPARATORS, TableWrong, is_blank, records, separator_said, trimmed
from stampwell.features.imports.text_files import OpenFile, TextFile, shown

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_STEP = 10_000


class Survey(NamedTuple):
    """What a table is, and how it has to be read.

    encoding: a codec; encoding_sure: whether nobody has to look at it. header: the names of the columns. filled: the places of
    columns that have a value somewhere. blank_rows: those that are passed over; `rows` are the others.
    """

    encoding: str
    encoding_sure: bool
    separator: str
    header: list[str]
    rows: int
    blank_rows: int
    filled: frozenset[int]


def find_encoding_of(open_file: OpenFile, named: str | None) -> Detected:
    """The encoding that somebody has named, or what the file most likely has. Raises TableWrong for what is no text."""
    with open_file() as file:
        if file.read(4).startswith(_WORKBOOKS):
            raise TableWrong(
                phrase("This is a workbook, not a CSV file. Save it as “CSV UTF-8 (comma delimited)” and choose the new file.")
            )
        file.seek(0)
        if named is None:
            return detect_encoding(file)
        # Which end of UTF-16 comes first is said by the file, if it says so.
        if named in UTF_16 and file.read(2) in UTF_16_MARKS:
            file.seek(0)
            return detect_encoding(file)
        return Detected(named, sure=True)


def survey(
    open_file: OpenFile,
    *,
    encoding: str | None = None,
    separator: str | None = None,
    at_row: Callable[[int], None] = lambda _row: None,
) -> Survey:
    """Reads the file to its end. What is named is taken as it is. `at_row` is called now and then with how far it is.

    Raises TableWrong, which says what to do.
    """
    detected = find_encoding_of(open_file, encoding)
    text = TextFile(open_file, detected.codec)
    separator = separator or separator_said(text.lines()) or _likeliest_separator(text)
    rows = records(text.lines(), separator=separator)
    header = next((cells for _, cells in rows if not is_blank(cells)), None)
    if header is None:
        raise TableWrong(phrase("The file is empty. Its first line must name the columns."))
    if len(header) > MOST_COLUMNS:
        raise TableWrong(phrase("The file has {found} columns. The most is {most}.", found=len(header), most=MOST_COLUMNS))
    count = blank = 0
    filled: set[int] = set()
    for _, cells in rows:
        if is_blank(cells):
            blank += 1
            continue
        count += 1
        if len(filled) < len(header):
            filled.update(place for place, cell in enumerate(cells[: len(header)]) if place not in filled and trimmed(cell))
        if count % _STEP == 0:
            at_row(count)
    names = [shown(trimmed(name)) for name in header]
    return Survey(detected.codec, detected.sure, separator, names, count, blank, frozenset(filled))


def survey_json_lines(
    open_file: OpenFile, *, encoding: str | None = None, at_row: Callable[[int], None] = lambda _row: None
) -> Survey:
    """The same of JSON Lines, which have no columns. Raises TableWrong."""
    detected = find_encoding_of(open_file, encoding)
    count = blank = 0
    for _, line in json_lines(TextFile(open_file, detected.codec)):
        if is_blank_line(line, detected.codec):
            blank += 1
            continue
        count += 1
        if count % _STEP == 0:
            at_row(count)
    return Survey(detected.codec, detected.sure, "", [], count, blank, frozenset())


def _likeliest_separator(text: TextFile) -> str:
    """The one with which most columns mean something, or else there are the most."""
    return max(SEPARATORS, key=lambda separator: _meaning_of_header(text, separator))


def _meaning_of_header(text: TextFile, separator: str) -> tuple[int, int]:
    rows = records(text.lines(), separator=separator)
    try:
        header = next((cells for _, cells in rows if not is_blank(cells)), [])
    except TableWrong:
        header = []
    if not any(char.isalnum() for name in header for char in name):
        return (0, 0)
    return len(match_columns(header).columns), len(header)
