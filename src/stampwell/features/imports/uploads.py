"""Uploaded files: what they are, whether they can be read, and their rows as they stand."""

from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from itertools import islice
from typing import NamedTuple

from stampwell.core.phrases import phrase
from stampwell.features.imports.model import LARGEST_FILE, MOST_COLUMNS, MOST_ROWS
from stampwell.features.imports.tables import TableWrong, bounded_lines, records

_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# The comma first: it wins where the header does not tell.
_SEPARATORS = (",", ";", "\t")


class Upload(NamedTuple):
    """A file that can be read: its text in UTF-8, its columns, and how many rows come after them."""

    content: bytes
    separator: str
    header: list[str]
    rows_in_all: int


def read_upload(file: bytes) -> Upload:
    """Reads it to its end. Raises TableWrong, which says what to do."""
    if len(file) > LARGEST_FILE:
        raise TableWrong(phrase("The file is larger than {most} MB. Split it, or import it on the command line.", most=20))
    content = _as_utf8(file)
    separator = _separator(content)
    rows = table_rows(content, separator)
    _, header = next(rows, (1, []))
    if not any(name.strip() for name in header):
        raise TableWrong(phrase("The file is empty. Its first line must name the columns."))
    if len(header) > MOST_COLUMNS:
        raise TableWrong(phrase("The file has {found} columns; {most} are the most.", found=len(header), most=MOST_COLUMNS))
    count = sum(1 for _ in islice(rows, MOST_ROWS + 1))
    if count > MOST_ROWS:
        raise TableWrong(
            phrase("The file has more than {most} rows. Split it, or import it on the command line.", most=f"{MOST_ROWS:,}")
        )
    if not count:
        raise TableWrong(phrase("The file has no rows under its first line, which must name the columns."))
    return Upload(content, separator, header, count)


def table_rows(content: bytes, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The line each row begins on and its cells, the header first. Raises TableWrong."""
    return records(bounded_lines(TextIOWrapper(BytesIO(content), encoding="utf-8", newline="")), separator=separator)


def _as_utf8(file: bytes) -> bytes:
    if file.startswith(_WORKBOOKS):
        raise TableWrong(
            phrase("This is a workbook, not a CSV file. Save it as “CSV UTF-8 (comma delimited)” and choose the new file.")
        )
    encoding = "utf-16" if file.startswith(_UTF16) else "utf-8-sig"
    try:
        text = file.decode(encoding)
    except UnicodeDecodeError as error:
        line = file.count(b"\n", 0, error.start) + 1
        raise TableWrong(
            phrase(
                "Line {line} is not in UTF-8, so names would come out garbled. In a spreadsheet, save the file as "
                "“CSV UTF-8 (comma delimited)” and choose the new file.",
                line=line,
            )
        ) from None
    if "\0" in text:
        raise TableWrong(phrase("This is not a text file. Choose a CSV file."))
    return text.encode()


def _separator(content: bytes) -> str:
    """The one that makes the most columns of the header."""
    return max(_SEPARATORS, key=lambda separator: _columns(content, separator))


def _columns(content: bytes, separator: str) -> int:
    try:
        return len(next(table_rows(content, separator), (1, []))[1])
    except TableWrong:
        return 0
