import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from stampwell.core.phrases import Phrase

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes. A larger one belongs to the command line."""

MOST_ROWS = 200_000
MOST_COLUMNS = 100
MOST_UNFINISHED = 10
"""Imports of one account that still have their file."""

MOST_KEPT = 1000
"""Refused rows of which a job keeps what was wrong; the others are counted."""


class State(StrEnum):
    """Where a job is. The worker works on `checking` and `issuing`; the others wait for a person, or for nothing."""

    MAPPING = "mapping"
    CHECKING = "checking"
    CHECKED = "checked"
    ISSUING = "issuing"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


RUNNING = frozenset({State.CHECKING, State.ISSUING})
OVER = frozenset({State.DONE, State.STOPPED, State.FAILED})


class Layout(NamedTuple):
    """What a file's columns mean.

    columns: field of `create` -> place of its column, from 0. fixed: field -> text for every row whose cell is empty.
    again: whether rows that an import before has issued are issued once more.
    """

    separator: str
    header: list[str]
    columns: Mapping[str, int]
    fixed: Mapping[str, str]
    again: bool = False

    def as_json(self) -> str:
        return json.dumps(self._asdict(), ensure_ascii=False)


def layout_of(text: str) -> Layout:
    """From what `as_json` wrote."""
    return Layout(**json.loads(text))


@dataclass(frozen=True, slots=True)
class Job:
    """One file on its way to becoming stamps. Instants are microseconds since 1970 in UTC.

    dry_run: the counts are of a check; `issued` is what would be then. leased_until: until when a worker has it to itself.
    """

    job_id: int
    account_id: int
    person_id: int
    file_name: str
    layout: Layout
    state: State
    dry_run: bool
    rows_in_all: int
    rows_done: int
    issued: int
    already_issued: int
    refused: int
    problem: Phrase | None
    leased_until: int | None
    created_at: int
    finished_at: int | None

    @property
    def running(self) -> bool:
        return self.state in RUNNING

    @property
    def percent(self) -> int:
        """How much of the work is done, 0 to 100."""
        return 100 if not self.rows_in_all else 100 * self.rows_done // self.rows_in_all


class Reason(NamedTuple):
    """Why a row was refused. field: which one is wrong, or None for the row as a whole."""

    field: str | None
    problem: Phrase


class Refusal(NamedTuple):
    """A refused row: the line it begins on, its cells as they were, and all that is wrong. A huge row comes without cells."""

    line: int
    cells: list[str]
    reasons: list[Reason]


class Counts(NamedTuple):
    """What became of the rows of a chunk."""

    rows: int
    issued: int
    already_issued: int
    refused: int


def told(phrase: Phrase) -> list[Any]:
    """The phrase as JSON holds it."""
    return [phrase.template, {name: _plain(value) for name, value in phrase.parameters.items()}]


def phrase_of(told_phrase: list[Any]) -> Phrase:
    """From what `told` made."""
    template, parameters = told_phrase
    values = {name: phrase_of(value) if isinstance(value, list) else value for name, value in parameters.items()}
    return Phrase(template, values)


def _plain(value: object) -> object:
    if isinstance(value, Phrase):
        return told(value)
    return value if isinstance(value, int) else str(value)
