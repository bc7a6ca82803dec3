"""`stampwell stamp import` run again: no row is issued twice, whatever became of the file or its stamps."""

import json

import pytest
from import_files import HEADER, ROW, Write, counts, csv_of, run_import, users

from kit.command import InProcess
from kit.data import Data
from kit.people import open_account

_ROW = {"cardIdx": 123, "strtYmd": "2026-01-01", "endYmd": "2026-12-31"}

pytestmark = pytest.mark.usefixtures("alice")


def test_a_second_run_issues_nothing_twice(command: InProcess, data: Data, write: Write) -> None:
    path = write("members.csv", csv_of(f"{ROW},a,", f"{ROW},b,"))
    assert counts(run_import(command, path)) == (2, 0, 0)
    assert counts(run_import(command, path)) == (0, 2, 0)
    assert users(data) == ["a", "b"]


def test_a_corrected_file_issues_what_was_refused(command: InProcess, data: Data, write: Write) -> None:
    path = write("members.csv", csv_of(f"{ROW},a,", "123,2026-01-01,2026-13-31,b,", f"{ROW},c,"))
    assert counts(run_import(command, path)) == (2, 0, 1)
    report = path.with_name("members.refused.csv")
    assert report.exists()
    write("members.csv", csv_of(f"{ROW},a,", f"{ROW},b,", f"{ROW},c,"))
    assert counts(run_import(command, path)) == (1, 2, 0)
    assert users(data) == ["a", "c", "b"]
    # It told of the run before.
    assert not report.exists()


def test_equal_rows_are_stamps_of_their_own_each_once(command: InProcess, data: Data, write: Write) -> None:
    path = write("members.csv", csv_of(*[f"{ROW},a,"] * 3, f"{ROW},b,"))
    assert counts(run_import(command, path)) == (4, 0, 0)
    write("members.csv", csv_of(f"{ROW},a,", f"{ROW},b,", *[f"{ROW},a,"] * 4))
    assert counts(run_import(command, path)) == (2, 4, 0)
    assert sorted(users(data)) == ["a"] * 5 + ["b"]


def test_what_a_row_says_counts_not_how(command: InProcess, write: Write) -> None:
    row = {"cardIdx": 123, "strtYmd": "2026-01-01", "endYmd": "2026-12-31", "userId": "a"}
    assert counts(run_import(command, write("a.csv", csv_of(f"{ROW},a,")), "--name", "x")) == (1, 0, 0)
    text = json.dumps(dict(reversed(row.items())) | {"userNm": None})
    assert counts(run_import(command, write("b.jsonl", text), "--name", "x")) == (0, 1, 0)


def test_the_order_of_columns_does_not_count(command: InProcess, write: Write) -> None:
    """Nor is there a customer to know the row by."""
    row = {**_ROW, "memo": "Likes tea."}
    for order, expected in ((row, (1, 0, 0)), (dict(reversed(row.items())), (0, 1, 0))):
        assert counts(run_import(command, write("members.jsonl", json.dumps(order)))) == expected


def test_the_kind_of_line_ends_does_not_count(command: InProcess, data: Data, write: Write) -> None:
    """A spreadsheet that saves the file again may write the lines of a memo differently."""
    for number, end in enumerate(("\r\n", "\n", "\r")):
        path = write("members.csv", csv_of(f'{ROW},a,"Likes tea.{end}No sugar."', header=HEADER.replace("userNm", "memo")))
        assert counts(run_import(command, path)) == ((1, 0, 0) if number == 0 else (0, 1, 0))
    lines = write("members.jsonl", json.dumps({**_ROW, "userId": "b", "memo": "Likes tea.\r\nNo sugar."}))
    assert counts(run_import(command, lines)) == (1, 0, 0)
    assert [row["memo"] for row in data.rows("SELECT memo FROM stamp")] == ["Likes tea.\nNo sugar."] * 2


def test_another_name_issues_the_rows_again(command: InProcess, data: Data, write: Write) -> None:
    path = write("members.csv", csv_of(f"{ROW},a,"))
    assert counts(run_import(command, path)) == (1, 0, 0)
    assert counts(run_import(command, path, "--name", "members.csv")) == (0, 1, 0)
    assert counts(run_import(command, path, "--name", "spring")) == (1, 0, 0)
    assert counts(run_import(command, write("other.csv", path.read_text()))) == (1, 0, 0)
    assert users(data) == ["a"] * 3


def test_another_account_knows_nothing_of_it(command: InProcess, data: Data, write: Write) -> None:
    other = open_account(data, now_us=1)
    row = {"cardIdx": other.card_id, "strtYmd": "2026-01-01", "endYmd": "2026-12-31"}
    path = write("members.jsonl", json.dumps(row) + "\n" + json.dumps({**row, "cardIdx": 123}))
    assert counts(run_import(command, path)) == (1, 0, 1)
    assert counts(run_import(command, path, account=other.account_id)) == (1, 0, 1)


def test_a_stamp_that_was_deleted_since_is_not_issued_again(command: InProcess, data: Data, write: Write) -> None:
    path = write("members.csv", csv_of(f"{ROW},a,"))
    run_import(command, path)
    data.run("DELETE FROM stamp")
    assert counts(run_import(command, path)) == (0, 1, 0)
