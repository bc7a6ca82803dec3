"""Files of stamps to issue: CSV with a header row, or JSON Lines."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from stampwell.core import json_text
from stampwell.core.errors import OperatorError
from stampwell.core.phrases import english
from stampwell.core.text import nearest
from stampwell.features.imports.tables import TableWrong, bounded_lines, records, value_of, wrong_width
from stampwell.features.stamps.importing import FIELDS, REQUIRED

_LONGEST_SHOWN = 60


class SourceWrong(OperatorError):
    """The file as a whole cannot be used; the message says why."""


class SourceRow(NamedTuple):
    """A row: the line it begins on, what was there, its values by field, and why it cannot be read if it cannot."""

    line: int
    original: Sequence[str] | str
    values: dict[str, Any]
    problem: str = ""


class Source(ABC):
    """A file that can be read any number of times, a row at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @abstractmethod
    def rows(self) -> Iterator[SourceRow]:
        """Raises SourceWrong at the place where the file cannot be read any further."""

    def _lines(self) -> Iterator[str]:
        """Physical lines with their ends. Bytes that are no UTF-8 become lone surrogates."""
        try:
            with self.path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
                yield from bounded_lines(file)
        except OSError as error:
            raise SourceWrong(f"{self.path}: {error.strerror}") from error
        except TableWrong as wrong:
            raise SourceWrong(f"{self.path}: {wrong}") from wrong


class CsvSource(Source):
    """Comma-separated values: `header` names the fields. Empty cells are absent."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.header = next(self._records(), (1, []))[1]
        self._check_header()

    def rows(self) -> Iterator[SourceRow]:
        records = self._records()
        next(records)
        for line, cells in records:
            yield self._row(line, cells)

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        try:
            yield from records(self._lines())
        except TableWrong as wrong:
            raise SourceWrong(f"{self.path}: {wrong}") from wrong

    def _row(self, line: int, cells: list[str]) -> SourceRow:
        if (problem := wrong_width(cells, self.header)) is not None:
            return SourceRow(line, cells, {}, problem.said(english))
        if not _is_utf8("".join(cells)):
            return SourceRow(line, cells, {}, _NOT_UTF8)
        values = {name: value_of(name, cell) for name, cell in zip(self.header, cells, strict=True) if cell}
        return SourceRow(line, cells, values)

    def _check_header(self) -> None:
        problems = [_unknown(name) for name in self.header if name not in FIELDS]
        problems += [f"the column {name} is there twice" for name in sorted(set(self.header)) if self.header.count(name) > 1]
        problems += [f"the column {name} is missing" for name in FIELDS if name in REQUIRED and name not in self.header]
        if len(self.header) == 1 and problems:
            problems.append("the first line must name the columns, with commas between them, in UTF-8")
        if problems:
            raise SourceWrong(f"{self.path}: {'; '.join(problems)}. Nothing was issued.")


class JsonlSource(Source):
    """JSON Lines: an object a line. Empty lines are left out."""

    def rows(self) -> Iterator[SourceRow]:
        for number, line in enumerate(self._lines(), 1):
            text = line.strip()
            if text:
                yield self._row(number, text)

    def _row(self, number: int, text: str) -> SourceRow:
        if not _is_utf8(text):
            return SourceRow(number, text, {}, _NOT_UTF8)
        try:
            value, repeated = json_text.parse(text.encode())
        except json_text.NotJsonText as error:
            problem = error.problem if isinstance(error.problem, str) else error.problem.said(english)
            return SourceRow(number, text, {}, f"this is not JSON: {problem} at column {error.column}")
        if not isinstance(value, dict):
            return SourceRow(number, text, {}, "the line must be an object with the fields of create")
        if repeated:
            return SourceRow(number, text, {}, f"{repeated[0]}: given more than once; write it once")
        return SourceRow(number, text, value)


_KINDS: dict[str, type[Source]] = {".csv": CsvSource, ".jsonl": JsonlSource}
_NOT_UTF8 = "the row is not UTF-8; save the file in that encoding"


def open_source(path: Path) -> Source:
    """The file, as its name's ending says. Raises SourceWrong."""
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise SourceWrong(f"{path}: the name must end in {' or '.join(_KINDS)}.")
    if path.exists() and not path.is_file():
        raise SourceWrong(f"{path}: must be an ordinary file: it is read twice.")
    return kind(path)


def _unknown(name: str) -> str:
    near = nearest(name, FIELDS)
    shown = name.encode("utf-8", "backslashreplace").decode() if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"
    return f"unknown column {shown!r}" + (f"; did you mean {near}?" if near else "")


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
