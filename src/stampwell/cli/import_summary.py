"""What `stampwell stamp import` prints: how a file is read, and what became of its rows."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import typer

from stampwell.cli.output import how_many, show
from stampwell.cli.progress import Pace
from stampwell.cli.sources import Source
from stampwell.core.phrases import english
from stampwell.features.imports.encodings import ENCODINGS
from stampwell.features.imports.layouts import TableRow
from stampwell.features.imports.model import MOST_KEPT, Counts, Note, NoteKind

_SAMPLE_ROWS = 3
_SHOWN_NOTES = 20
_SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
_NO_NOTES: Mapping[NoteKind, Sequence[Note]] = MappingProxyType(dict.fromkeys(NoteKind, ()))
_NOTHING = Counts(0, 0, 0, 0, 0, 0)


class Tally(NamedTuple):
    """What became of the rows; `issued` is what would have been, in a dry run. notes: the first of each kind."""

    counts: Counts = _NOTHING
    notes: Mapping[NoteKind, Sequence[Note]] = _NO_NOTES
    report: Path | None = None
    stopped: bool = False

    def plus(self, counts: Counts, notes: Sequence[Note]) -> "Tally":
        """With what became of a chunk."""
        kept = {kind: (*some, *(note for note in notes if note.kind is kind))[:MOST_KEPT] for kind, some in self.notes.items()}
        return self._replace(counts=Counts(*map(sum, zip(self.counts, counts, strict=True))), notes=kept)


def show_source(source: Source, region: str | None) -> None:
    """How the file is read, with its first rows, before anything is done with it."""
    found = source.found
    by_look = "" if source.encoding_known else ", by the look of it; --encoding names another"
    facts: dict[str, object] = {"encoding": f"{ENCODINGS[found.encoding]}{by_look}"}
    if source.is_table:
        facts |= {"separator": _SEPARATORS.get(found.separator, found.separator)}
        facts |= {
            "columns": ", ".join(
                name if name == meaning else f"{name} -> {meaning}" for name, meaning in source.columns.items()
            )
        }
        facts |= {"leftOut": ", ".join(source.left_out) or None}
    facts |= {"rows": found.rows, "blankRows": found.blank_rows}
    show(facts, as_json=False)
    for row in islice(source.rows(region), _SAMPLE_ROWS):
        typer.echo(f"line {row.line}: {_said(row)}")
    if region is None and "userPhnno" in source.layout.columns:
        typer.echo(
            "The account has no country, so phone numbers that lost their first zero stay as they are. "
            "See: stampwell account set-country"
        )
    typer.echo("")


def show_tally(source: Source | None, tally: Tally, pace: Pace, *, dry_run: bool, as_json: bool) -> None:
    """What was done, or in a dry run would be. Without a source somebody ended it before the file was known."""
    counts, mended = tally.counts, tally.notes[NoteKind.MENDED]
    same = tally.notes[NoteKind.SAME_CUSTOMER]
    summary: dict[str, object] = {
        "issued": counts.issued,
        "alreadyIssued": counts.already_issued,
        "refused": counts.refused,
        "report": None if tally.report is None else str(tally.report),
        "blankRows": source.found.blank_rows if source else 0,
        "putRight": counts.mended,
        "dryRunYn": "Y" if dry_run else "N",
        "stoppedYn": "Y" if tally.stopped else "N",
        "seconds": pace.seconds,
        "rowsPerSecond": pace.a_second(counts.rows),
    }
    if as_json and source:
        summary |= _as_json(source, mended, same)
    show(summary, as_json=as_json)
    if source and not as_json:
        for line in _sentences(source, tally):
            typer.echo(line)


def _as_json(source: Source, mended: Sequence[Note], same: Sequence[Note]) -> dict[str, object]:
    return {
        "encoding": source.found.encoding,
        "separator": source.found.separator or None,
        "columns": dict(source.columns),
        "leftOut": list(source.left_out),
        "putRightValues": [{"line": n.line, "field": n.field, "from": n.before, "to": n.after} for n in mended],
        "sameCustomerRows": [{"line": n.line, "field": n.field, "value": n.before} for n in same],
    }


def _said(row: TableRow) -> str:
    if row.problem is not None:
        return row.problem.said(english)
    return ", ".join(f"{name} {_one_line(value)}" for name, value in row.values.items()) or "-"


def _one_line(value: Any) -> str:
    return " ".join(str(value).split())


def _sentences(source: Source, tally: Tally) -> Iterator[str]:
    """What there is to say beside the counts."""
    if blank := source.found.blank_rows:
        yield how_many(blank, "blank row skipped", "blank rows skipped")
    if count := tally.counts.mended:
        yield how_many(count, "value was fixed:", "values were fixed:")
        yield from _listed((f"{n.field} {n.before} → {n.after}", n.line) for n in tally.notes[NoteKind.MENDED])
        yield from _more(count)
    if count := tally.counts.same_customer:
        rows = how_many(count, "row was", "rows were")
        yield f"{rows} skipped: an earlier import gave the customer this card, with different details."
        yield from _listed((f"{n.field} {n.before}", n.line) for n in tally.notes[NoteKind.SAME_CUSTOMER])
        yield from _more(count)
        yield "Change the details on the card, or give another --name to issue all rows again."


def _listed(remarks: Iterable[tuple[str, int]]) -> Iterator[str]:
    for text, line in islice(remarks, _SHOWN_NOTES):
        yield f"  line {line}: {text}"


def _more(count: int) -> Iterator[str]:
    if count > _SHOWN_NOTES:
        yield f"  and {count - _SHOWN_NOTES:,} more; --json lists the first {MOST_KEPT:,}"
