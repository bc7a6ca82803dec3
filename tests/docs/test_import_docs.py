"""docs/import.md: the example file does what the page says of it."""

import json
import re
from pathlib import Path

import pytest
from texts import blocks, page, sections

from kit.command import InProcess
from kit.data import Data
from kit.people import ALICES_CARD, open_account
from stampwell.core.csv_cells import from_cell
from stampwell.features.imports.day_values import read_day
from stampwell.features.imports.field_values import FieldValue, read_field
from stampwell.features.stamps.bulk.import_rows import FIELDS, REQUIRED

_PAGE = page("docs/import.md")
_DAMAGE = sections(_PAGE)["What spreadsheets do to values"]
_ROWS_OF_DAMAGE = [
    (cell, becomes)
    for cells, becomes in re.findall(r"^\| (`[^|]*) \| ([^|]*) \|$", _DAMAGE, re.MULTILINE)
    for cell in re.findall(r"`([^`]+)`", cells.split(":")[0])
]
_DAYS = re.findall(r"`([^`]+)`", re.search(r"\*\*Days\*\* (.*?) `01/02/2026`", _PAGE, re.DOTALL)[1])  # type: ignore[index]


def test_the_example_is_imported_as_shown(data: Data, tmp_path: Path) -> None:
    open_account(data, card_id=ALICES_CARD, now_us=1)
    file, report = blocks(_PAGE, "csv")
    path = tmp_path / "members.csv"
    path.write_text(file, encoding="utf-8")
    done = InProcess(data.url)("stamp", "import", path, "--account", 1)
    (shown,) = blocks(_PAGE, "")
    assert _steady(done.out.replace(f"{tmp_path}/", "")) == _steady(shown)
    assert path.with_name("members.refused.csv").read_text(encoding="utf-8") == "".join(
        line.removeprefix("   ") for line in report.splitlines(keepends=True)
    )


def _steady(shown: str) -> list[str]:
    """Without what every run says anew."""
    return [line for line in shown.splitlines() if not line.startswith(("seconds", "rowsPerSecond"))]


def test_the_example_of_json_lines_is_imported(data: Data, tmp_path: Path) -> None:
    open_account(data, card_id=ALICES_CARD, now_us=1)
    (line,) = blocks(_PAGE, "json")
    path = tmp_path / "members.jsonl"
    path.write_text(line, encoding="utf-8")
    done = InProcess(data.url).json("stamp", "import", path, "--account", 1)
    assert (done.status, json.loads(done.out)["issued"]) == (0, 1)


def test_every_column_is_named_in_order() -> None:
    places = [_PAGE.index(f"`{name}`") for name in FIELDS]
    assert places == sorted(places)
    assert [number for number, name in enumerate(FIELDS, 1) if name in REQUIRED] == [1, 3, 4]
    assert "The first, third and fourth are required" in _PAGE


@pytest.mark.parametrize("row", _ROWS_OF_DAMAGE, ids=lambda row: row[0])
def test_what_the_page_says_of_damage_is_so(row: tuple[str, str]) -> None:
    """Whatever field has it: one of those that the rules look at."""
    cell, becomes = row
    read = [
        read_field(field, from_cell(cell), region="KR")
        for field in ("userPhnno", "endYmd", "userId")
        if (field == "endYmd") == ("the day that" in becomes)
    ]
    if becomes.startswith("refused"):
        assert any(value.problem for value in read)
    else:
        assert any(value.problem is None and value != FieldValue(cell) for value in read)


@pytest.mark.parametrize("day", _DAYS)
def test_days_as_the_page_writes_them(day: str) -> None:
    assert read_day(day) == ("2026-12-31", None, False)
