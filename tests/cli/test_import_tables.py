"""`stampwell stamp import`: how a table is read, what somebody may say of it, and what is shown before anything is issued."""

import os
import pty
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from import_files import ROW, Write, counts, csv_of, run_import, users

from kit.command import InProcess
from kit.data import Data
from kit.people import open_account
from kit.process import environment

# No SQL decides how a file is read.
pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("alice")]

_GIVEN = ("--card", "123", "--start", "2026-01-01", "--end", "2027-12-31")
_PEOPLE = "이름,휴대폰,적립금,등급\n김하늘,010-1234-5678,300,VIP\n이수영,1023456789,0,\n"


def _message(command: InProcess, path: Path, *words: str) -> str:
    done = command.json("stamp", "import", path, "--account", 1, *words)
    assert (done.status, done.json["code"]) == (1, None), done
    message: str = done.json["message"]
    return message


class TestColumns:
    def test_what_means_nothing_is_named_with_the_command_that_leaves_it_out(
        self, command: InProcess, data: Data, write: Write
    ) -> None:
        path = write("new members.csv", _PEOPLE)
        message = _message(command, path, *_GIVEN)
        assert message.startswith(
            f"{path}: unknown columns '적립금' (if these are stamps, --map '적립금=stamps' brings them along), '등급'. "
            "Nothing was issued.\nTo leave them out:\n  stampwell stamp import "
        )
        assert users(data) == []
        (line,) = [line for line in message.splitlines() if line.startswith("  ")]
        program, *words = shlex.split(line)
        assert program == "stampwell"
        shown = command.json(*words).json
        assert (counts(shown), shown["leftOut"]) == ((2, 0, 0), ["적립금", "등급"])
        assert shown["columns"] == {"이름": "userNm", "휴대폰": "userPhnno"}

    def test_what_a_column_means_can_be_said(self, command: InProcess, data: Data, write: Write) -> None:
        path = write("members.csv", _PEOPLE)
        shown = run_import(command, path, *_GIVEN, "--map", "등급=userEtc1", "--map", "적립금=")
        assert (counts(shown), shown["leftOut"]) == ((2, 0, 0), ["적립금"])
        assert [row["user_etc1"] for row in data.rows("SELECT user_etc1 FROM stamp ORDER BY stamp_id")] == ["VIP", None]
        shown = run_import(command, path, *_GIVEN, "--name", "x", "--map", "이름=", "--map", "등급=userNm", "--ignore-unknown")
        assert shown["columns"] == {"휴대폰": "userPhnno", "등급": "userNm"}

    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            (["--map", "등급"], "--map '등급': write COLUMN=FIELD, with FIELD one of cardIdx, domain,"),
            (["--map", "등급=userName"], "; did you mean 등급=userNm?"),
            (["--map", "price=memo"], "there is no column 'price' for --map. Its columns: 이름, 휴대폰, 적립금, 등급."),
            (["--map", "등급=memo", "--map", "적립금=memo"], "two columns cannot both be memo."),
            (["--encoding", "klingon"], "--encoding: 'klingon' is none of utf-8, cp949,"),
            (["--start", "01/02/2026"], "--start: must be a real calendar day written YYYY-MM-DD"),
            (["--end", "2026-02-30"], "--end: must be a real calendar day written YYYY-MM-DD"),
            (["--end", "2026-12-31", "--days", "3"], "--end and --days say the same in two ways"),
        ],
    )
    def test_what_cannot_be_said(self, command: InProcess, write: Write, words: list[str], reason: str) -> None:
        assert reason in _message(command, write("members.csv", _PEOPLE), *words)

    def test_json_lines_have_the_names_of_the_fields(self, command: InProcess, write: Write) -> None:
        assert "are for tables" in _message(command, write("a.jsonl", "{}"), "--ignore-unknown")

    def test_columns_without_a_name_and_without_values_are_none(self, command: InProcess, write: Write) -> None:
        path = write("a.csv", csv_of(f"{ROW},a,,", header="cardIdx,strtYmd,endYmd,userId,,"))
        assert counts(run_import(command, path)) == (1, 0, 0)
        path = write("b.csv", csv_of(f"{ROW},b,,x", header="cardIdx,strtYmd,endYmd,userId,,"))
        assert "unknown column 6, which has no name. Nothing was issued." in _message(command, path)


class TestForAllRows:
    def test_card_and_days(self, command: InProcess, data: Data, write: Write) -> None:
        text = "userId,strtYmd,endYmd\na,,\nb,2026-02-01,\nc,,2026-03-01\n"
        shown = run_import(command, write("a.csv", text), "--card", "123", "--start", "2026-01-01", "--days", "30")
        assert counts(shown) == (3, 0, 0)
        assert [(row["starts_on"], row["ends_on"]) for row in data.rows("SELECT * FROM stamp ORDER BY stamp_id")] == [
            ("2026-01-01", "2026-01-30"),
            ("2026-02-01", "2026-03-02"),
            ("2026-01-01", "2026-03-01"),
        ]

    def test_json_lines_too(self, command: InProcess, data: Data, write: Write) -> None:
        text = '{"userId": "a"}\n{"userId": "b", "cardIdx": null, "endYmd": ""}\n{"userId": ""}\n{}\n\n'
        shown = run_import(command, write("a.jsonl", text), *_GIVEN)
        assert (counts(shown), shown["blankRows"]) == ((2, 0, 0), 2)
        assert users(data) == ["a", "b"]

    def test_blank_rows_are_no_customers(self, command: InProcess, data: Data, write: Write) -> None:
        text = "userId,memo\na,\n,\n \n\u00a0,\u200b\nb,\n,\n\n"
        shown = run_import(command, write("a.csv", text), *_GIVEN)
        assert (counts(shown), shown["blankRows"]) == ((2, 0, 0), 4)
        assert users(data) == ["a", "b"]
        done = command("stamp", "import", write("a.csv", text), "--account", 1, *_GIVEN)
        assert "\n4 blank rows skipped\n" in done.out


class TestEncodings:
    def test_it_is_shown_before_anything_is_issued(self, command: InProcess, write: Write) -> None:
        path = write("members.csv", "")
        path.write_bytes(_PEOPLE.replace(",", ";").encode("cp949"))
        done = command("stamp", "import", path, "--account", 1, *_GIVEN, "--ignore-unknown", "--dry-run")
        assert done.out.startswith(
            "encoding   Korean (CP949, EUC-KR), by the look of it; --encoding names another\n"
            "separator  semicolon\n"
            "columns    이름 -> userNm, 휴대폰 -> userPhnno\n"
            "leftOut    적립금, 등급\n"
            "rows       2\n"
            "blankRows  0\n"
            "line 2: cardIdx 123, strtYmd 2026-01-01, endYmd 2027-12-31, userNm 김하늘, userPhnno 010-1234-5678\n"
        )

    def test_one_that_is_not_certain_has_to_be_named(self, command: InProcess, data: Data, write: Write) -> None:
        path = write("members.csv", "")
        path.write_bytes(csv_of(f"{ROW},a,김").encode("johab"))
        message = _message(command, path)
        assert (
            "it is not certain in which encoding the file is. Nothing was issued. Name it: --encoding utf-8: UTF-8;" in message
        )
        path.write_bytes(csv_of(f"{ROW},a,Łukasz").encode("cp1250"))
        assert counts(run_import(command, path, "--encoding", "windows-1250")) == (1, 0, 0)
        assert data.stamp(1)["user_name"] == "Łukasz"

    @pytest.mark.parametrize("encoding", ["cp949", "cp932", "utf-16", "utf-8"])
    def test_the_report_is_in_the_encoding_of_the_file(self, command: InProcess, write: Write, encoding: str) -> None:
        name = "山田太郎" if encoding == "cp932" else "김하늘"
        path = write("members.csv", "")
        path.write_bytes(csv_of(f"{ROW},a,{name}", f"{ROW},b,#N/A", f"x,{ROW[4:]},c,{name}").encode(encoding))
        assert counts(run_import(command, path)) == (1, 0, 2)
        report = path.with_name("members.refused.csv").read_bytes().decode(encoding)
        assert report.endswith(f"x,{ROW[4:]},c,{name}\n")
        assert report.startswith("line,reasons,cardIdx,")

    def test_other_names_of_files(self, command: InProcess, write: Write) -> None:
        for suffix in ("tsv", "txt", "tab", "CSV"):
            assert counts(run_import(command, write(f"a.{suffix}", csv_of(f"{ROW},a,").replace(",", "\t")))) == (1, 0, 0)
        assert counts(run_import(command, write("a.ndjson", '{"userId": "a"}'), *_GIVEN)) == (1, 0, 0)


def test_an_account_in_no_country_is_told_that_zeros_stay_lost(command: InProcess, data: Data, write: Write) -> None:
    other = open_account(data, time_zone="UTC", now_us=1)
    path = write("members.csv", "phone\n1012345678\n")
    words = ["--card", other.card_id, *_GIVEN[2:]]
    done = command("stamp", "import", path, "--account", other.account_id, *words)
    assert (
        "\nThe account has no country, so phone numbers that lost their first zero stay as they are. See: stampwell account set"
        in done.out
    )
    assert data.stamp(1)["user_phone"] == "1012345678"


class TestAsking:
    def _on_a_terminal(self, data: Data, path: Path, *words: str, answer: str) -> str:
        """What a terminal shows."""
        controller, terminal = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-m", "stampwell", "stamp", "import", str(path), "--account", "1", *words],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env=environment(database_url=data.url),
        )
        os.close(terminal)
        os.write(controller, answer.encode())
        seen = b""
        try:
            while chunk := os.read(controller, 65_536):
                seen += chunk
        except OSError:  # how a terminal ends
            pass
        os.close(controller)
        assert process.wait(timeout=60) == (0 if "y" in answer else 1)
        return seen.decode()

    def test_what_was_guessed_is_asked_on_a_terminal(self, data: Data, write: Write) -> None:
        path = write("members.csv", "name,phone\nKim,010-1234-5678\n")
        assert "Is the file read rightly? [y/N]" in self._on_a_terminal(data, path, *_GIVEN, answer="n\n")
        assert data.count("stamp") == 0
        assert "Is the file read rightly?" in self._on_a_terminal(data, path, *_GIVEN, answer="y\n")
        assert data.count("stamp") == 1
        assert "Is the file" not in self._on_a_terminal(data, path, *_GIVEN, "--name", "x", "--yes", answer="y\n")
        assert data.count("stamp") == 2

    def test_what_is_certain_is_not(self, data: Data, write: Write) -> None:
        path = write("members.csv", csv_of(f"{ROW},a,Kim"))
        assert "Is the file" not in self._on_a_terminal(data, path, answer="y\n")
        assert data.count("stamp") == 1


def test_a_program_hears_the_same(command: InProcess, write: Write) -> None:
    path = write("members.csv", "userId;userPhnno;strtYmd\na;1012345678;46023\n;;\n")
    shown: dict[str, Any] = run_import(command, path, *_GIVEN)
    assert {name: value for name, value in shown.items() if name not in {"seconds", "rowsPerSecond"}} == {
        "issued": 1,
        "alreadyIssued": 0,
        "refused": 0,
        "report": None,
        "blankRows": 1,
        "putRight": 2,
        "dryRunYn": "N",
        "stoppedYn": "N",
        "encoding": "utf-8",
        "separator": ";",
        "columns": {"userId": "userId", "userPhnno": "userPhnno", "strtYmd": "strtYmd"},
        "leftOut": [],
        "putRightValues": [
            {"line": 2, "field": "strtYmd", "from": "46023", "to": "2026-01-01"},
            {"line": 2, "field": "userPhnno", "from": "1012345678", "to": "+82 10-1234-5678"},
        ],
        "sameCustomerRows": [],
    }
