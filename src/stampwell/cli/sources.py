"""Files of stamps to issue: tables such as CSV with a header row, or JSON Lines."""

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple, NoReturn

from stampwell.cli.import_choices import ImportChoices
from stampwell.core.errors import OperatorError
from stampwell.features.imports.column_matching import MEANINGS, Match, match_columns, may_be_marks, suggestion
from stampwell.features.imports.encodings import ENCODINGS, UTF_8, UTF_16
from stampwell.features.imports.json_rows import json_rows_of
from stampwell.features.imports.layouts import TableRow, rows_of
from stampwell.features.imports.model import Layout
from stampwell.features.imports.surveys import Survey, survey, survey_json_lines
from stampwell.features.imports.tables import TableWrong
from stampwell.features.imports.text_files import TextFile
from stampwell.features.stamps.bulk.import_rows import FIELDS, REQUIRED

TABLES = (".csv", ".tsv", ".tab", ".txt")
JSON_LINES = (".jsonl", ".ndjson")

_LONGEST_SHOWN = 60
_UNICODE = UTF_16 | {UTF_8}
_OPTIONS = {"cardIdx": "--card", "strtYmd": "--start", "endYmd": "--end or --days"}


class SourceWrong(OperatorError):
    """The file as a whole cannot be used; the message says why."""


class Source(NamedTuple):
    """A file that can be read any number of times, a row at a time.

    columns: name -> what it means; of JSON Lines, none. left_out: names of columns that become nothing. encoding_known: whether
    it was named, or is certain. guessed: whether somebody should look at how it is read before anything is issued.
    """

    path: Path
    text: TextFile
    layout: Layout
    is_table: bool
    found: Survey
    columns: Mapping[str, str]
    left_out: Sequence[str]
    encoding_known: bool
    guessed: bool

    def rows(self, region: str | None) -> Iterator[TableRow]:
        """Every row that is not blank. Raises SourceWrong at the place where the file cannot be read any further."""
        read = rows_of if self.is_table else json_rows_of
        try:
            yield from read(self.text, self.layout, region=region)
        except (TableWrong, OSError) as wrong:
            _refuse(self.path, wrong)


def open_source(choices: ImportChoices, *, at_row: Callable[[int], None]) -> Source:
    """Reads the file once to its end; `at_row` is called now and then with how far it is. Raises SourceWrong, WrongChoice."""
    path, suffix = choices.file, choices.file.suffix.lower()
    if suffix not in (*TABLES, *JSON_LINES):
        raise SourceWrong(f"{path}: the name must end in {', '.join(TABLES)} or {', '.join(JSON_LINES)}.")
    if path.exists() and not path.is_file():
        raise SourceWrong(f"{path}: must be an ordinary file: it is read several times.")
    is_table = suffix in TABLES
    if not is_table and (choices.maps or choices.ignore_unknown):
        raise SourceWrong(f"{path}: --map and --ignore-unknown are for tables; JSON Lines have the names of the fields.")

    def open_file() -> BinaryIO:
        return path.open("rb")

    try:
        if is_table:
            found = survey(open_file, encoding=choices.codec(), at_row=at_row)
        else:
            found = survey_json_lines(open_file, encoding=choices.codec(), at_row=at_row)
    except (TableWrong, OSError) as wrong:
        _refuse(path, wrong)
    if not found.encoding_sure:
        raise SourceWrong(_unsure(choices))
    return _source(choices, found, TextFile(open_file, found.encoding), is_table=is_table)


def _source(choices: ImportChoices, found: Survey, text: TextFile, *, is_table: bool) -> Source:
    path, header = choices.file, found.header
    given, left_out = _given(choices, header)
    match = match_columns([name if place not in left_out else "" for place, name in enumerate(header)], given=given)
    layout = Layout(found.separator, header, match.columns, choices.fixed(), encoding=found.encoding, days=choices.days)
    if is_table:
        _check_columns(choices, found, match, left_out)
    columns = {header[place]: meaning for meaning, place in sorted(match.columns.items(), key=lambda column: column[1])}
    named = [header[place] for place in sorted({*match.unknown, *left_out}) if header[place]]
    # Whoever writes the fields' own names, or says what the others mean, has nothing to look at.
    guessed_columns = any(name != meaning for name, meaning in columns.items() if match.columns[meaning] not in given.values())
    encoding_known = choices.encoding is not None or found.encoding in _UNICODE
    return Source(path, text, layout, is_table, found, columns, named, encoding_known, guessed_columns or not encoding_known)


def _given(choices: ImportChoices, header: Sequence[str]) -> tuple[dict[str, int], set[int]]:
    """Meaning -> place of the columns that were named, and the places of those that are to be left out."""
    given: dict[str, int] = {}
    left_out: set[int] = set()
    for name, meaning in choices.meanings().items():
        if name not in header:
            raise SourceWrong(f"{choices.file}: there is no column {name!r} for --map. Its columns: {', '.join(header)}.")
        if meaning in given:
            raise SourceWrong(f"{choices.file}: two columns cannot both be {meaning}.")
        if meaning:
            given[meaning] = header.index(name)
        else:
            left_out.add(header.index(name))
    return given, left_out


def _check_columns(choices: ImportChoices, found: Survey, match: Match, left_out: set[int]) -> None:
    """Raises SourceWrong for columns that would be lost in silence, and fields that are missing."""
    header, used = found.header, match.columns.values()
    lost = [place for place in match.unknown if place not in left_out and (header[place] or place in found.filled)]
    lost = [] if choices.ignore_unknown else lost
    twice = [place for place in lost if header[place] in header[:place] and header.index(header[place]) in used]
    unknown = [_unknown(place, header[place], match) for place in lost if place not in twice]
    problems = [f"unknown column{'s' if len(unknown) > 1 else ''} {', '.join(unknown)}"] if unknown else []
    problems += [f"the column {header[place]} is there twice" for place in twice]
    given = {*match.columns, *choices.fixed(), *(["endYmd"] if choices.days else [])}
    missing = [field for field in FIELDS if field in REQUIRED and field not in given]
    problems += [f"the column {field} is missing ({_OPTIONS[field]} gives it for all rows)" for field in missing]
    if problems:
        names = "" if match.columns else " The first line must name the columns."
        hint = _way_out(choices, header, lost) if lost else ""
        raise SourceWrong(f"{choices.file}: {'; '.join(problems)}. Nothing was issued.{names}{hint}")


def _unknown(place: int, name: str, match: Match) -> str:
    if not name:
        return f"{place + 1}, which has no name"
    near = suggestion(name)
    if may_be_marks(name):
        hint = f" (if these are stamps, --map {shlex.quote(f'{name}=stamps')} brings them along)"
    else:
        hint = f" (did you mean {near}?)" if near and near not in match.columns else ""
    return f"{_short(name)!r}{hint}"


def _way_out(choices: ImportChoices, header: Sequence[str], lost: Sequence[int]) -> str:
    example = next((header[place] for place in lost if header[place]), "Column")
    meaning = "stamps" if may_be_marks(example) else suggestion(example) or "memo"
    return (
        f"\nTo leave them out:\n  {choices.command('--ignore-unknown')}\n"
        f"To use one, say what it is, such as --map {shlex.quote(f'{example}={meaning}')}, with any of {', '.join(MEANINGS)}."
    )


def _unsure(choices: ImportChoices) -> str:
    names = "; ".join(f"--encoding {codec}: {label}" for codec, label in ENCODINGS.items())
    return f"{choices.file}: it is not certain in which encoding the file is. Nothing was issued. Name it: {names}."


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…"


def _refuse(path: Path, wrong: TableWrong | OSError) -> NoReturn:
    why = wrong.strerror if isinstance(wrong, OSError) else str(wrong)
    raise SourceWrong(f"{path}: {why}") from wrong
