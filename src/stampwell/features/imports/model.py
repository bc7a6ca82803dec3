import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from stampwell.core.phrases import Phrase

LARGEST_FILE = 20 * 1024 * 1024
"""Bytes. A larger one belongs to the command line."""

MOST_ROWS = 200_000
MOST_COLUMNS = 200
MOST_UNFINISHED = 10
"""Imports of one account that still have their file."""

MOST_KEPT = 1000
"""Rows of a kind of which a job keeps what there is to say; the others are counted."""


class JobState(StrEnum):
    """Where a job is. The worker works on `checking` and `issuing`; the others wait for a person, or for nothing."""

    MAPPING = "mapping"
    CHECKING = "checking"
    CHECKED = "checked"
    ISSUING = "issuing"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


RUNNING = frozenset({JobState.CHECKING, JobState.ISSUING})


class Layout(NamedTuple):
    """How a file is read, and what its columns mean.

    columns: meaning -> place of its column, from 0. fixed: field -> text for every row whose cell is empty. again: whether rows
    that an import before has issued are issued once more. encoding: a codec; encoding_sure: False until somebody has said that
    it is so. days: how many days a row is valid that has no last one. left_out: places of columns that somebody left out.
    """

    separator: str
    header: list[str]
    columns: Mapping[str, int]
    fixed: Mapping[str, str]
    again: bool = False
    encoding: str = "utf-8"
    encoding_sure: bool = True
    days: int | None = None
    left_out: Sequence[int] = ()

    def as_json(self) -> str:
        return json.dumps(self._asdict(), ensure_ascii=False)


def layout_of(text: str) -> Layout:
    """From what `as_json` wrote."""
    return Layout(**json.loads(text))


@dataclass(frozen=True, slots=True)
class Job:
    """One file on its way to becoming stamps. Instants are microseconds since 1970 in UTC.

    dry_run: the counts are of a check; `issued` is what would be then. blank_rows: those that are passed over, not counted in
    `rows_in_all`. already_issued: among them `same_customer`, rows that say something else than the one that was issued.
    mended: values that were put right. leased_until: until when a worker has it to itself.
    """

    job_id: int
    account_id: int
    person_id: int
    file_name: str
    layout: Layout
    state: JobState
    dry_run: bool
    rows_in_all: int
    blank_rows: int
    rows_done: int
    issued: int
    already_issued: int
    same_customer: int
    refused: int
    mended: int
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


class RefusalReason(NamedTuple):
    """Why a row was refused. field: which one is wrong, or None for the row as a whole."""

    field: str | None
    problem: Phrase


class Refusal(NamedTuple):
    """A refused row: the line it begins on, its cells as they were, and all that is wrong. A huge row comes without cells."""

    line: int
    cells: list[str]
    reasons: list[RefusalReason]


class Mended(NamedTuple):
    """A value that a spreadsheet had damaged, and what was made of it."""

    field: str
    before: str
    after: str


class NoteKind(StrEnum):
    """What a row is remarked for, that is not refused."""

    MENDED = "mended"
    SAME_CUSTOMER = "same customer"


class Note(NamedTuple):
    """A remark on the row that begins on that line: of a mended value, or by which field its customer is known."""

    kind: NoteKind
    line: int
    field: str
    before: str
    after: str = ""


class Counts(NamedTuple):
    """What became of the rows of a chunk."""

    rows: int
    issued: int
    already_issued: int
    same_customer: int
    refused: int
    mended: int
