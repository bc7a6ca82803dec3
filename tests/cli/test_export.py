"""`stampwell stamp export`: every stamp as its stamp object, as CSV or JSON Lines."""

import csv
import json
import os
import signal
import stat
from pathlib import Path
from typing import Any

import pytest

from kit.command import InProcess
from kit.data import Data
from kit.people import ALICES_CARD, Person, open_account
from stampwell.cli import exports
from stampwell.features.stamps.bulk import export
from stampwell.features.stamps.bulk.import_rows import FIELDS

_TEXTS = [
    "=HYPERLINK(0)",
    "+82 10-1234-5678",
    "-1",
    "@sum",
    "'=already",
    "''+x",
    "'plain",
    "\uff1dfull",
    'quote " and, comma',
    "김하늘",
    " space ",
]


@pytest.fixture
def alice(data: Data) -> Person:
    return open_account(data, card_id=ALICES_CARD, now_us=1)


def _issue(command: InProcess, folder: Path, *rows: dict[str, object]) -> None:
    least = {"cardIdx": ALICES_CARD, "strtYmd": "2026-01-01", "endYmd": "2026-12-31"}
    path = folder / "given.jsonl"
    path.write_text("".join(json.dumps(least | row) + "\n" for row in rows))
    done = command.json("stamp", "import", path, "--account", 1)
    assert done.status == 0, done.out


def _read_csv(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(text.splitlines(keepends=True)))


@pytest.mark.usefixtures("alice")
class TestExport:
    def test_json_lines_are_the_stamp_objects_newest_first(self, command: InProcess, tmp_path: Path) -> None:
        _issue(command, tmp_path, {"userId": "a", "memo": "two\nlines"}, {"userId": "b", "userNm": "김하늘"})
        done = command("stamp", "export", "--account", 1, "--format", "jsonl")
        shown = [command.json("stamp", "show", number).json for number in (2, 1)]
        assert [json.loads(line) for line in done.out.splitlines()] == shown
        assert (done.status, done.err) == (0, "")

    def test_csv_has_a_column_a_member(self, command: InProcess, tmp_path: Path) -> None:
        _issue(command, tmp_path, {"userId": "a", "memo": "two\nlines"})
        (row,) = _read_csv(command("stamp", "export", "--account", 1).out)
        shown = command.json("stamp", "show", 1).json
        assert list(row) == list(shown)
        assert row == {name: "" if value is None else str(value) for name, value in shown.items()}
        assert row["rewards"] == "[]"

    def test_a_list_is_json_in_one_cell(self, command: InProcess, tmp_path: Path) -> None:
        words = ["--name", "Tea", "--max-stamps", 10, "--reward", '5: =a, "쿠키"', "--reward", "8: a cake"]
        card = command.json("card", "create", "--account", 1, *words).json["cardIdx"]
        _issue(command, tmp_path, {"cardIdx": card, "stamps": 7})
        (row,) = _read_csv(command("stamp", "export", "--account", 1).out)
        assert json.loads(row["rewards"]) == command.json("stamp", "show", 1).json["rewards"]
        assert row["rewards"].startswith('[{"stamps": 5, "rewardTtl": "=a, \\"쿠키\\"", "useYmdt": null}, {')
        assert (row["stamps"], row["mergedStampIdx"]) == ("7", "")

    def test_into_a_file_whose_name_says_the_form(self, command: InProcess, tmp_path: Path) -> None:
        _issue(command, tmp_path, {"userId": "a"})
        outcomes: dict[str, Any] = {}
        for name in ("out.jsonl", "out.csv"):
            done = command.json("stamp", "export", tmp_path / name, "--account", 1)
            assert (done.status, done.json["exported"], done.json["file"]) == (0, 1, str(tmp_path / name))
            assert {"seconds", "stampsPerSecond"} <= done.json.keys()
            outcomes[name] = (tmp_path / name).read_bytes()
        assert json.loads(outcomes["out.jsonl"])["userId"] == "a"
        # Excel takes a file for UTF-8 by this mark.
        assert outcomes["out.csv"].startswith(b"\xef\xbb\xbfstampIdx,code,")
        assert b"\r" not in outcomes["out.csv"]
        assert {other.name for other in tmp_path.iterdir()} >= {"out.csv", "out.jsonl"}
        assert [other.name for other in tmp_path.iterdir() if other.name.startswith(".")] == []

    def test_pages_follow_each_other(self, command: InProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        _issue(command, tmp_path, *({"userId": str(number)} for number in range(7)))
        for page in (1, 3, 7, 100):
            monkeypatch.setattr(export, "PAGE", page)
            rows = _read_csv(command("stamp", "export", "--account", 1).out)
            assert [row["userId"] for row in rows] == list("6543210")

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_stopped_in_the_middle_no_half_file_is_left(
        self, command: InProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
    ) -> None:
        _issue(command, tmp_path, *({"userId": str(number)} for number in range(7)))
        before = set(tmp_path.iterdir())

        def stop_after_a_page(*arguments: Any, **options: Any) -> export.ExportPage:
            os.kill(os.getpid(), number)
            return export.export_page(*arguments, **options)

        monkeypatch.setattr(export, "PAGE", 3)
        monkeypatch.setattr(exports, "export_page", stop_after_a_page)
        done = command.json("stamp", "export", tmp_path / "out.csv", "--account", 1)
        assert (done.status, done.json["message"]) == (1, f"stopped after 3 stamps. {tmp_path / 'out.csv'} was not written.")
        assert set(tmp_path.iterdir()) == before
        printed = command("stamp", "export", "--account", 1, "--format", "jsonl")
        assert (printed.status, len(printed.out.splitlines())) == (1, 3)

    def test_one_card_only(self, command: InProcess, data: Data, tmp_path: Path) -> None:
        other = command.json("card", "create", "--account", 1, "--name", "Tea", "--max-stamps", 5).json["cardIdx"]
        _issue(command, tmp_path, {"userId": "a"}, {"userId": "b", "cardIdx": other})
        rows = _read_csv(command("stamp", "export", "--account", 1, "--card", other).out)
        assert [row["userId"] for row in rows] == ["b"]
        assert data.count("stamp") == 2

    def test_an_account_without_stamps_has_the_columns(self, command: InProcess) -> None:
        assert command("stamp", "export", "--account", 1).out.startswith("stampIdx,code,domain,cardIdx,")
        assert command("stamp", "export", "--account", 1, "--format", "jsonl").out == ""

    def test_another_accounts_stamps_are_not_in_it(self, command: InProcess, data: Data, tmp_path: Path) -> None:
        _issue(command, tmp_path, {"userId": "a"})
        other = open_account(data, now_us=1)
        assert _read_csv(command("stamp", "export", "--account", other.account_id).out) == []

    @pytest.mark.parametrize(
        ("words", "status", "reason"),
        [
            (["out.csv", "--account", "99"], 1, "There is no account 99."),
            (["out.csv", "--account", "1", "--card", "9"], 1, "this account has no card 9."),
            (["no/such/folder/out.csv", "--account", "1"], 1, "No such file or directory"),
            (["--account", "1"], 2, "--json needs FILE"),
        ],
    )
    def test_refusals(self, command: InProcess, tmp_path: Path, words: list[str], status: int, reason: str) -> None:
        place = [tmp_path / words[0], *words[1:]] if not words[0].startswith("-") else words
        done = command.json("stamp", "export", *place)
        assert done.status == status
        assert reason in done.json["message"]
        assert not (tmp_path / "out.csv").exists()


@pytest.mark.usefixtures("alice")
class TestSpreadsheets:
    def test_no_cell_of_a_csv_is_a_formula(self, command: InProcess, tmp_path: Path) -> None:
        _issue(command, tmp_path, *({"userNm": text, "memo": f"\t{text}"} for text in _TEXTS))
        rows = _read_csv(command("stamp", "export", "--account", 1).out)
        cells = [cell for row in rows for cell in row.values()]
        assert [cell for cell in cells if cell[:1] and cell[0] in "=+-@\t\r\n\uff1d"] == []
        assert rows[-1]["userNm"] == "'=HYPERLINK(0)"

    @pytest.mark.parametrize("form", ["csv", "jsonl"])
    def test_imported_again_the_values_are_the_same(self, command: InProcess, data: Data, tmp_path: Path, form: str) -> None:
        rows = enumerate(_TEXTS)
        _issue(
            command,
            tmp_path,
            *({"userNm": text, "userEtc1": f"{text}\u00a0", "memo": f"\t{text}\n", "stamps": n % 11} for n, text in rows),
        )
        exported = tmp_path / f"out.{form}"
        command("stamp", "export", exported, "--account", 1)
        if form == "csv":
            rows = _read_csv(exported.read_bytes().decode("utf-8-sig"))
            with (tmp_path / "again.csv").open("w", newline="") as file:
                writer = csv.DictWriter(file, FIELDS, extrasaction="ignore")
                writer.writeheader()
                writer.writerows(reversed(rows))
        else:
            lines = [json.loads(line) for line in reversed(exported.read_text().splitlines())]
            kept = [json.dumps({name: line[name] for name in FIELDS if name in line}) for line in lines]
            (tmp_path / "again.jsonl").write_text("\n".join(kept))
        again = command.json("stamp", "import", tmp_path / f"again.{form}", "--account", 1).json
        assert (again["issued"], again["refused"]) == (len(_TEXTS), 0)
        stored = [
            (row["domain"], row["user_id"], row["user_name"], row["user_etc1"], row["memo"], row["stamps"])
            for row in data.rows("SELECT * FROM stamp ORDER BY stamp_id")
        ]
        assert stored[: len(_TEXTS)] == stored[len(_TEXTS) :]
        assert [row[2] for row in stored[: len(_TEXTS)]] == _TEXTS

    def test_what_is_no_ordinary_file_is_left_as_it_is(self, command: InProcess, tmp_path: Path) -> None:
        pipe = tmp_path / "pipe.csv"
        os.mkfifo(pipe)
        _issue(command, tmp_path, {"userNm": "Kim"})
        for words in (("export", pipe), ("import", pipe)):
            done = command("stamp", *words, "--account", 1)
            assert (done.status, "must be an ordinary file" in done.err or "is not an ordinary file" in done.err) == (1, True)
        assert stat.S_ISFIFO(pipe.stat().st_mode)
