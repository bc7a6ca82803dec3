"""`stampwell stamp import` brings along what customers have collected. On both databases."""

import csv
from pathlib import Path

import pytest
from import_files import ROW, Write, counts, csv_of, run_import

from kit.command import InProcess
from kit.data import Data

pytestmark = pytest.mark.usefixtures("alice")

_HEADER = "cardIdx,strtYmd,endYmd,userId,stamps"


def _csv(*rows: str) -> str:
    return csv_of(*(f"{ROW},{row}" for row in rows), header=_HEADER)


def _balances(data: Data) -> dict[str, int]:
    return {row["user_id"]: row["stamps"] for row in data.rows("SELECT user_id, stamps FROM stamp ORDER BY stamp_id")}


def test_a_check_refuses_what_is_above_the_goal_before_anything_is_issued(command: InProcess, data: Data, write: Write) -> None:
    path = write("members.csv", _csv("a,7", "b,11", "c,10", "d,", "e,101", "f,x", "g,3.0"))
    for dry_run in (["--dry-run"], []):
        shown = run_import(command, path, *dry_run)
        assert counts(shown) == (4, 0, 3)
        assert [(row["line"], row["from"], row["to"]) for row in shown["putRightValues"]] == [(8, "3.0", "3")]
        report = path.with_name("members.refused.csv").read_text()
        reasons = [row["reasons"] for row in csv.DictReader(report.splitlines())]
        assert reasons == [
            "stamps: must be at most 10, as many as the card takes",
            "stamps: must be at most 100",
            "stamps: x isn't a number of stamps; write a whole number, such as 3",
        ]
        assert _balances(data) == ({} if dry_run else {"a": 7, "c": 10, "d": 0, "g": 3})
    for stamp_id, count in ((1, 7), (2, 10), (3, 0)):
        (event,) = data.ledger(stamp_id)
        assert (event["kind"], event["stamps_before"], event["stamps_after"]) == ("issued", 0, count)
    done = command.json("doctor", "--ledger")
    assert done.status == 0, done


def test_a_row_whose_balance_alone_was_changed_is_the_same_customers(command: InProcess, data: Data, write: Write) -> None:
    path = write("members.csv", _csv("a,7", "b,11"))
    assert counts(run_import(command, path)) == (1, 0, 1)
    write("members.csv", _csv("a,8", "b,10"))
    for dry_run in (["--dry-run"], []):
        shown = run_import(command, path, *dry_run)
        assert counts(shown) == (1, 1, 0)
        assert shown["sameCustomerRows"] == [{"line": 2, "field": "userId", "value": "a"}]
    assert counts(run_import(command, path)) == (0, 2, 0)
    assert _balances(data) == {"a": 7, "b": 10}


def test_a_file_that_was_imported_without_its_balances_issues_nothing_again(
    command: InProcess, data: Data, write: Write
) -> None:
    path = write("members.csv", _csv("a,7"))
    assert counts(run_import(command, path, "--map", "stamps=")) == (1, 0, 0)
    assert counts(run_import(command, path)) == (0, 1, 0)
    assert _balances(data) == {"a": 0}


def test_the_report_of_refused_rows_can_be_mended_and_imported(command: InProcess, data: Data, write: Write) -> None:
    path = write("members.csv", _csv("a,7", "b,11"))
    run_import(command, path)
    report = path.with_name("members.refused.csv")
    report.write_text(report.read_text().replace("b,11", "b,9"))
    assert counts(run_import(command, report)) == (1, 0, 0)
    assert _balances(data) == {"a": 7, "b": 9}


def test_json_lines_have_the_integers_of_the_api(command: InProcess, data: Data, write: Write) -> None:
    rows = ('"userId": "a", "stamps": 7', '"userId": "b", "stamps": "7"', '"userId": "c", "stamps": 11')
    text = "".join(f'{{"cardIdx": 123, "strtYmd": "2026-01-01", "endYmd": "2027-12-31", {row}}}\n' for row in rows)
    assert counts(run_import(command, write("a.jsonl", text))) == (1, 0, 2)
    assert _balances(data) == {"a": 7}


def test_a_location_that_the_account_does_not_have(command: InProcess, data: Data, write: Write) -> None:
    header = f"{_HEADER},locationIdx"
    path = write("members.csv", csv_of(f"{ROW},a,7,", f"{ROW},b,7,99", header=header))
    for dry_run in (["--dry-run"], []):
        assert counts(run_import(command, path, *dry_run)) == (1, 0, 1)
    assert "this account has no location 99" in path.with_name("members.refused.csv").read_text()
    assert _balances(data) == {"a": 7}


def test_an_export_comes_back_with_its_balances_and_nothing_that_is_used_up(
    command: InProcess, data: Data, write: Write, tmp_path: Path
) -> None:
    run_import(command, write("members.csv", _csv("a,7", "b,10", "c,0", "d,3")))
    data.run("UPDATE stamp SET redeemed_at = 5 WHERE user_id = 'b'")
    data.run("UPDATE stamp SET merged_stamp_id = 1, stamps = 0 WHERE user_id = 'd'")
    exported = tmp_path / "out.csv"
    assert command("stamp", "export", exported, "--account", 1).status == 0
    data.run("DELETE FROM stamp_word")
    data.run("DELETE FROM stamp_event")
    data.run("DELETE FROM stamp")
    assert counts(run_import(command, exported, "--ignore-unknown")) == (2, 0, 2)
    assert _balances(data) == {"c": 0, "a": 7}
    reasons = exported.with_name("out.refused.csv").read_text()
    assert "this row's card was redeemed, so there is nothing to bring along" in reasons
    assert "this row's card was merged: its stamps are on card 1 now, so there is nothing to bring along" in reasons
