"""docs/import.md: the example file does what the page says of it."""

import json
from pathlib import Path

from texts import blocks, page

from kit.command import InProcess
from kit.data import Data
from kit.people import ALICES_CARD, open_account
from stampwell.features.stamps.importing import FIELDS, REQUIRED

_PAGE = page("docs/import.md")


def test_the_example_is_imported_as_shown(data: Data, tmp_path: Path) -> None:
    open_account(data, card_id=ALICES_CARD, now_us=1)
    file, report = blocks(_PAGE, "csv")
    path = tmp_path / "members.csv"
    path.write_text(file, encoding="utf-8")
    done = InProcess(data.url)("stamp", "import", path, "--account", 1)
    (shown,) = blocks(_PAGE, "")
    steady = [line for line in shown.splitlines() if not line.startswith(("seconds", "rowsPerSecond"))]
    assert done.out.replace(f"{tmp_path}/", "").splitlines()[: len(steady)] == steady
    assert done.out.splitlines()[len(steady)].startswith("seconds ")
    assert path.with_name("members.refused.csv").read_text(encoding="utf-8") == "".join(
        line.removeprefix("   ") for line in report.splitlines(keepends=True)
    )


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
    assert "The first, third and fourth are required." in _PAGE
