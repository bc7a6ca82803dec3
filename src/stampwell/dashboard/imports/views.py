"""What the pages of imports show: columns with their first values, states and refusals in words."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from stampwell.core.cells import from_cell, to_cell
from stampwell.core.days import years_after
from stampwell.core.phrases import Phrase, Translate, translatable
from stampwell.dashboard.visit import Visit
from stampwell.features.imports.model import Job, Layout, Refusal, State
from stampwell.features.imports.tables import REPORT_COLUMNS
from stampwell.features.imports.uploads import table_rows
from stampwell.web.forms import Form

FIXED = ("cardIdx", "strtYmd", "endYmd")
"""What can be given once for all rows."""

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "cardIdx": translatable("Stamp card (Card IDX)"),
        "strtYmd": translatable("First day of validity"),
        "endYmd": translatable("Last day of validity"),
        "userNm": translatable("Name"),
        "userPhnno": translatable("Phone"),
        "userEml": translatable("E-mail"),
        "userId": translatable("User ID"),
        "memo": translatable("Memo"),
        "userEtc1": translatable("Other 1"),
        "userEtc2": translatable("Other 2"),
        "activeYn": translatable("Switched on (Y or N)"),
        "domain": translatable("Link domain"),
    }
)
"""Fields of a stamp, as people call them."""

STATES: Mapping[State, tuple[str, str]] = MappingProxyType(
    {
        State.MAPPING: (translatable("Columns to choose"), "amber"),
        State.CHECKING: (translatable("Being checked"), "plain"),
        State.CHECKED: (translatable("Checked, nothing issued yet"), "amber"),
        State.ISSUING: (translatable("Being issued"), "plain"),
        State.DONE: (translatable("Done"), "leaf"),
        State.STOPPED: (translatable("Stopped"), "amber"),
        State.FAILED: (translatable("Failed"), "seal"),
    }
)
"""A job's state in a word, and its tone."""

_SHOWN_VALUES = 3
_SAMPLE = (
    ("name", "phone", "email", "member id", "memo"),
    ("Brown Smith", "'+1 123-4567-8900", "brown@example.com", "att78z", "moved from the old cards"),
    ("김하늘", "010-1234-5678", "", "q81mfx", ""),
)


class Column(NamedTuple):
    """A column of the file: its place, its name, and what its first rows have in it."""

    place: int
    name: str
    values: list[str]


class Told(NamedTuple):
    """One thing that is wrong with a row; field: blank for the row as a whole."""

    line: int
    field: str
    problem: Phrase


def columns_of(content: bytes, layout: Layout) -> list[Column]:
    rows = table_rows(content, layout.separator)
    next(rows)
    first = [cells for _, cells in islice(rows, _SHOWN_VALUES)]
    return [
        Column(place, name, [from_cell(cells[place]) for cells in first if place < len(cells) and cells[place].strip()])
        for place, name in enumerate(layout.header)
    ]


def layout_in(form: Form, before: Layout) -> tuple[Layout, list[str]]:
    """What the form says of the columns, and the fields that it gives to more than one of them."""
    columns: dict[str, int] = {}
    twice = []
    for place in range(len(before.header)):
        field = form.text(f"column-{place}")
        if field in columns:
            twice.append(field)
        elif field in LABELS:
            columns[field] = place
    fixed = {field: form.text(field) for field in FIXED if form.text(field)}
    return before._replace(columns=columns, fixed=fixed, again=form.has("again")), twice


def form_of(visit: Visit, layout: Layout, cards: list[int]) -> Form:
    """The layout as a form; where it has no day and no card yet, what most likely is meant."""
    usual = {"strtYmd": visit.today.isoformat(), "endYmd": years_after(visit.today, 1).isoformat()}
    if len(cards) == 1:
        usual["cardIdx"] = str(cards[0])
    usual = {field: text for field, text in usual.items() if field not in layout.columns}
    values = {f"column-{place}": field for field, place in layout.columns.items()}
    again = {"again": "Y"} if layout.again else {}
    return Form.filled({**usual, **layout.fixed, **values, **again})


def told(refusals: Iterable[Refusal]) -> Iterator[Told]:
    for refusal in refusals:
        for reason in refusal.reasons:
            yield Told(refusal.line, LABELS.get(reason.field or "", reason.field or ""), reason.problem)


def report_of(job: Job, refusals: Iterable[Refusal], translate: Translate) -> bytes:
    """Refused rows as CSV: the line, all that is wrong, and the row as it was, to be mended and sent again."""
    rows = [[*REPORT_COLUMNS, *map(to_cell, job.layout.header)]]
    for refusal in refusals:
        reasons = [f"{r.field}: {r.problem.said(translate)}" if r.field else r.problem.said(translate) for r in refusal.reasons]
        rows.append([str(refusal.line), to_cell("; ".join(reasons)), *map(to_cell, refusal.cells)])
    return _as_csv(rows)


def sample() -> bytes:
    return _as_csv(_SAMPLE)


def _as_csv(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    # Spreadsheets take a file for UTF-8 only if it begins with a byte order mark.
    return text.getvalue().encode("utf-8-sig")
