"""What the pages of imports show: columns with their first values, states and refusals in words."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from stampwell.core.csv_cells import from_cell, to_cell
from stampwell.core.days import years_after
from stampwell.core.errors import FieldError
from stampwell.core.phrases import Phrase, Translate, phrase, translatable
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.field_words import problem_in_words
from stampwell.features.imports.column_matching import may_be_marks
from stampwell.features.imports.column_names import FAMILY_NAME, GIVEN_NAME, MERGED, OTHER_PHONE, REDEEMED
from stampwell.features.imports.encodings import ENCODINGS
from stampwell.features.imports.layouts import rows_under_header
from stampwell.features.imports.model import Job, JobState, Layout, Note, Refusal, RefusalReason
from stampwell.features.imports.tables import REPORT_COLUMNS, is_blank, is_report, trimmed
from stampwell.features.imports.text_files import shown
from stampwell.features.imports.uploads import text_of
from stampwell.web.forms import Form

FIXED = ("cardIdx", "strtYmd", "endYmd")
"""What can be given once for all rows."""

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "cardIdx": translatable("Stamp card (Card IDX)"),
        "strtYmd": translatable("First day of validity"),
        "endYmd": translatable("Last day of validity"),
        "userNm": translatable("Name"),
        FAMILY_NAME: translatable("Family name"),
        GIVEN_NAME: translatable("Given name"),
        "userPhnno": translatable("Phone"),
        OTHER_PHONE: translatable("Phone, where the other one is empty"),
        "userEml": translatable("E-mail"),
        "userId": translatable("User ID"),
        "stamps": translatable("Stamps so far"),
        "memo": translatable("Memo"),
        "userEtc1": translatable("Other 1"),
        "userEtc2": translatable("Other 2"),
        "activeYn": translatable("Switched on (Y or N)"),
        "domain": translatable("Link domain"),
        "locationIdx": translatable("Location (its number)"),
        REDEEMED: translatable("Redeemed (Y or N); Y is skipped"),
        MERGED: translatable("Merged into; skipped if it has a value"),
    }
)
"""Fields of a stamp and parts of them, as people call them."""

STATES: Mapping[JobState, tuple[str, str]] = MappingProxyType(
    {
        JobState.MAPPING: (translatable("Choose columns"), "amber"),
        JobState.CHECKING: (translatable("Checking"), "plain"),
        JobState.CHECKED: (translatable("Checked, nothing issued yet"), "amber"),
        JobState.ISSUING: (translatable("Issuing"), "plain"),
        JobState.DONE: (translatable("Done"), "leaf"),
        JobState.STOPPED: (translatable("Stopped"), "amber"),
        JobState.FAILED: (translatable("Failed"), "seal"),
    }
)
"""A job's state in a word, and its tone."""

UNDECIDED = "?"
"""What is chosen for a column that nobody may leave out without looking at it."""

SEPARATOR_NAMES: Mapping[str, str] = MappingProxyType(
    {
        ",": translatable("Comma"),
        ";": translatable("Semicolon"),
        "\t": translatable("Tab"),
        "|": translatable("Vertical bar"),
    }
)
_SHOWN_VALUES = 3
_SAMPLE = (
    ("name", "phone", "email", "member id", "stamps", "memo"),
    ("Brown Smith", "'+1 123-4567-8900", "brown@example.com", "att78z", "7", "moved from the old cards"),
    ("김하늘", "010-1234-5678", "", "q81mfx", "", ""),
)


class Column(NamedTuple):
    """A column of the file: its place, its name, what its first rows have in it, whether somebody has to say what it is."""

    place: int
    name: str
    values: list[str]
    may_be_marks: bool


class RefusedValue(NamedTuple):
    """One thing that is wrong with a row; field: blank for the row as a whole."""

    line: int
    field: str
    problem: Phrase


def columns_of(content: bytes, layout: Layout) -> list[Column]:
    rows = rows_under_header(text_of(content, layout.encoding), layout.separator)
    first = list(islice((cells for _, cells in rows if not is_blank(cells)), _SHOWN_VALUES))
    return [
        Column(
            place,
            name,
            [shown(from_cell(trimmed(cells[place]))) for cells in first if place < len(cells) and trimmed(cells[place])],
            may_be_marks(name),
        )
        for place, name in enumerate(layout.header)
    ]


class Remarks(NamedTuple):
    """What there is to say of the rows of an import, the first of each kind."""

    refusals: list[Refusal]
    mended: list[Note]
    same_customer: list[Note]


class Choices(NamedTuple):
    """What a form says of the columns; fields that it gives to more than one of them; columns that nobody has decided on."""

    layout: Layout
    twice: list[str]
    undecided: list[int]


def choices_in(form: Form, before: Layout) -> Choices:
    columns: dict[str, int] = {}
    twice, undecided, left_out = [], [], []
    for place in range(len(before.header)):
        field = form.text(f"column-{place}")
        if field in columns:
            twice.append(field)
        elif field in LABELS:
            columns[field] = place
        elif field == UNDECIDED:
            undecided.append(place)
        else:
            left_out.append(place)
    fixed = {field: form.text(field) for field in FIXED if form.text(field)}
    layout = before._replace(columns=columns, fixed=fixed, again=form.has("again"), left_out=left_out)
    return Choices(layout, twice, undecided)


def open_questions(before: Layout, choices: Choices) -> Iterator[tuple[str, Phrase]]:
    """What has to be decided before anything is checked, by the name of what asks it."""
    if not before.encoding_sure:
        yield "encoding", phrase("Choose the encoding first, then check that the names below look right.")
    for place in choices.undecided:
        yield (
            f"column-{place}",
            phrase("These may be stamps, or points of another kind. Choose “Stamps so far” to import them, or “Leave out”."),
        )


def form_of(context: DashboardContext, layout: Layout, cards: list[int]) -> Form:
    """The layout as a form; where it has no day and no card yet, what most likely is meant."""
    usual = {"strtYmd": context.today.isoformat(), "endYmd": years_after(context.today, 1).isoformat()}
    if len(cards) == 1:
        usual["cardIdx"] = str(cards[0])
    usual = {field: text for field, text in usual.items() if field not in layout.columns}
    undecided = {
        f"column-{place}": UNDECIDED
        for place, name in enumerate(layout.header)
        if may_be_marks(name) and place not in layout.left_out
    }
    values = {f"column-{place}": field for field, place in layout.columns.items()}
    again = {"again": "Y"} if layout.again else {}
    return Form.filled({**usual, **layout.fixed, **undecided, **values, **again})


def encoding_choices(layout: Layout) -> list[tuple[str, str]]:
    """Encodings to choose from; none is chosen while it is not sure which one it is."""
    unsure = [] if layout.encoding_sure else [("", translatable("Choose…"))]
    return [*unsure, *ENCODINGS.items()]


def left_out_of(layout: Layout) -> list[str]:
    """The names of columns that become nothing."""
    used = set(layout.columns.values())
    report = len(REPORT_COLUMNS) if is_report(layout.header) else 0
    return [name for place, name in enumerate(layout.header) if name and place >= report and place not in used]


def refused_values(refusals: Iterable[Refusal]) -> Iterator[RefusedValue]:
    for refusal in refusals:
        for reason in refusal.reasons:
            yield RefusedValue(refusal.line, LABELS.get(reason.field or "", reason.field or ""), _in_words(reason))


def report_of(job: Job, refusals: Iterable[Refusal], translate: Translate) -> bytes:
    """Refused rows as CSV: the line, all that is wrong, and the row as it was, to be mended and sent again."""
    # The file may be such a report itself.
    first = len(REPORT_COLUMNS) if is_report(job.layout.header) else 0
    rows = [[*REPORT_COLUMNS, *map(to_cell, job.layout.header[first:])]]
    for refusal in refusals:
        reasons = [_reason_in_words(reason, translate) for reason in refusal.reasons]
        rows.append([str(refusal.line), to_cell(" ".join(reasons)), *map(to_cell, refusal.cells[first:])])
    return _as_csv(rows)


def _in_words(reason: RefusalReason) -> Phrase:
    return problem_in_words(FieldError(reason.field or "", reason.problem))


def _reason_in_words(reason: RefusalReason, translate: Translate) -> str:
    """With the name that people call the field by."""
    said = _in_words(reason).said(translate)
    return f"{translate(LABELS.get(reason.field, reason.field))}: {said}" if reason.field else said


def sample() -> bytes:
    return _as_csv(_SAMPLE)


def _as_csv(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    # Spreadsheets take a file for UTF-8 only if it begins with a byte order mark.
    return text.getvalue().encode("utf-8-sig")
