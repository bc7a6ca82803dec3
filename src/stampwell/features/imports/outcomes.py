"""What becomes of rows: each is issued, known already, or refused, and what there is to remark on it."""

from collections.abc import Sequence
from typing import NamedTuple

from stampwell.core.errors import AppError
from stampwell.core.phrases import Phrase
from stampwell.features.imports.layouts import TableRow
from stampwell.features.imports.model import Counts, Note, NoteKind
from stampwell.features.stamps.bulk.import_rows import AlreadyIssued, Draft, Importer, Outcome, SameCustomer

_LONGEST_SHOWN = 100


class ImportChunk(NamedTuple):
    """Rows in order, each beside the stamp that it would be, or why it will be none."""

    rows: Sequence[TableRow]
    drafts: Sequence[Draft | AppError | Phrase]

    @property
    def good(self) -> list[Draft]:
        return [draft for draft in self.drafts if isinstance(draft, Draft)]


class Results(NamedTuple):
    """What became of a chunk."""

    counts: Counts
    refused: Sequence[tuple[TableRow, AppError | Phrase]]
    notes: Sequence[Note]


def chunk_of(rows: Sequence[TableRow], importer: Importer, *, now_us: int) -> ImportChunk:
    return ImportChunk(rows, [row.problem or importer.draft(row.values, now_us=now_us, wrong=row.wrong) for row in rows])


def results_of(chunk: ImportChunk, outcomes: Sequence[Outcome | None]) -> Results:
    """`outcomes`: of the chunk's good rows; None for one that would be issued."""
    refused: list[tuple[TableRow, AppError | Phrase]] = []
    notes: list[Note] = []
    known = mended = 0
    of_good = iter(outcomes)
    for row, draft in zip(chunk.rows, chunk.drafts, strict=True):
        outcome = next(of_good) if isinstance(draft, Draft) else draft
        if isinstance(outcome, AppError | Phrase):
            refused.append((row, outcome))
        elif outcome is AlreadyIssued.ALREADY_ISSUED:
            known += 1
        elif isinstance(outcome, SameCustomer):
            notes.append(_shortened(Note(NoteKind.SAME_CUSTOMER, row.line, outcome.field, str(row.values[outcome.field]))))
        else:
            mended += len(row.mended)
            notes += [_shortened(Note(NoteKind.MENDED, row.line, *value)) for value in row.mended]
    rows, same_customer = len(chunk.rows), len(notes) - mended
    issued = rows - len(refused) - known - same_customer
    return Results(Counts(rows, issued, known + same_customer, same_customer, len(refused), mended), refused, notes)


def _shortened(note: Note) -> Note:
    return note._replace(before=note.before[:_LONGEST_SHOWN], after=note.after[:_LONGEST_SHOWN])
