"""Tables in files of comma-separated values, read a row at a time."""

import csv
from collections.abc import Iterator
from typing import TextIO

from stampwell.core.cells import from_cell
from stampwell.core.phrases import Phrase, english, phrase
from stampwell.features.stamps.importing import INTEGERS

LONGEST_LINE = 1024 * 1024
"""Characters: as much as the API takes in a whole request; a file without line ends must not fill the memory."""

REPORT_COLUMNS = ("line", "reasons")
"""What a report of refused rows says of a row, before the row as it was."""

_MOST_DIGITS = 40


class TableWrong(Exception):
    """The file as a whole cannot be used; `problem` says why."""

    def __init__(self, problem: Phrase) -> None:
        super().__init__(problem.said(english))
        self.problem = problem


def bounded_lines(file: TextIO) -> Iterator[str]:
    """Physical lines with their ends. Raises TableWrong."""
    while line := file.readline(LONGEST_LINE + 1):
        if len(line) > LONGEST_LINE:
            raise TableWrong(phrase("a line is longer than {most} characters.", most=f"{LONGEST_LINE:,}"))
        yield line


def records(lines: Iterator[str], *, separator: str = ",") -> Iterator[tuple[int, list[str]]]:
    """The line each record begins on, and its cells; lines without any are left out. Raises TableWrong."""
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(lines, delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise TableWrong(
            phrase("line {line}: this is not CSV: {error}. Is a quote missing?", line=line, error=str(error))
        ) from error


def wrong_width(cells: list[str], header: list[str]) -> Phrase | None:
    """What is wrong with a row that has not a cell for every column."""
    if len(cells) == len(header):
        return None
    return phrase("the row has {cells} cells, the header has {columns}", cells=len(cells), columns=len(header))


def value_of(field: str, cell: str) -> int | str:
    """What the cell says, as the field of `create` takes it."""
    text = from_cell(cell)
    # What is no integer stays text, and is refused by the rules of its field.
    if field in INTEGERS and len(text) <= _MOST_DIGITS and text.removeprefix("-").isdecimal() and text.isascii():
        return int(text)
    return text
