"""Tables in text: rows of cells between separators, read one at a time."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

from stampwell.core.phrases import Phrase, counted, english, phrase

LONGEST_LINE = 1024 * 1024
"""Characters: as much as the API takes in a whole request; a file without line ends must not fill the memory."""

SEPARATORS = (",", ";", "\t", "|")
"""The likeliest first: it wins where the header does not tell."""

REPORT_COLUMNS = ("line", "reasons")
"""What a report of refused rows says of a row, before the row as it was."""

# Excel's own way to say what is between the columns.
_DIRECTIVE = re.compile(r'"?sep=([^\w\s"]|\t)"?\s*', re.IGNORECASE)
# Characters that nobody sees: spaces of every script, and of no width, marks of direction, soft hyphens.
_SPACES = "".join(char for char in map(chr, range(0x3001)) if char.isspace())
_UNSEEN = "\u00ad\u061c\u115f\u1160\u180e\u2800\u3164\ufeff\uffa0" + "".join(
    map(chr, (*range(0x200B, 0x2010), *range(0x2028, 0x202F), *range(0x2060, 0x2070)))
)


class TableWrong(Exception):
    """The file as a whole cannot be used; `problem` says why."""

    def __init__(self, problem: Phrase) -> None:
        super().__init__(problem.said(english))
        self.problem = problem


def trimmed(cell: str) -> str:
    """Without what cannot be seen at its ends: spaces of any kind and width, marks of direction."""
    return cell.strip() if cell.isascii() else cell.strip(_SPACES + _UNSEEN)


def is_blank(cells: Iterable[str]) -> bool:
    """Whether nothing can be seen in any of the cells."""
    return not any(map(trimmed, cells))


def separator_said(lines: Iterator[str]) -> str | None:
    """The separator that the first line names, as in `sep=;`."""
    found = _DIRECTIVE.fullmatch(next(lines, ""))
    return found[1] if found else None


def records(lines: Iterator[str], *, separator: str) -> Iterator[tuple[int, list[str]]]:
    """The line each record begins on, and its cells; lines without any are left out. Raises TableWrong."""
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(_without_directive(lines), delimiter=separator, strict=True)
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


def wrong_width(cells: Sequence[str], header: Sequence[str]) -> Phrase | None:
    """What is wrong with a row that has not a cell for every column."""
    if len(cells) == len(header):
        return None
    sentence = counted(
        "cells", "the row has {cells} cell, the header has {columns}", "the row has {cells} cells, the header has {columns}"
    )
    return phrase(sentence, cells=len(cells), columns=len(header))


def is_report(header: Sequence[str]) -> bool:
    """Whether it is the header of a report of refused rows."""
    return tuple(name.casefold() for name in header[: len(REPORT_COLUMNS)]) == REPORT_COLUMNS


def _without_directive(lines: Iterator[str]) -> Iterator[str]:
    first = next(lines, "")
    # An empty line in its place: the others keep their numbers.
    yield "\n" if _DIRECTIVE.fullmatch(first) else first
    yield from lines
