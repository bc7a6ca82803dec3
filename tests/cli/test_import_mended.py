"""`stampwell stamp import` of a file that somebody has mended: nobody gets a second stamp. On both databases."""

import json
from pathlib import Path

import pytest
from import_files import ROW, Write, counts, csv_of, run_import, users

from kit.command import InProcess
from kit.data import Data
from stampwell.cli import imports

pytestmark = pytest.mark.usefixtures("alice")

_HEADER = "cardIdx,strtYmd,endYmd,userId,userPhnno,userEml,memo"


def _csv(*rows: str) -> str:
    return csv_of(*(f"{ROW},{row}" for row in rows), header=_HEADER)


def test_what_was_changed_is_not_issued_again(command: InProcess, data: Data, write: Write) -> None:
    path = write("members.csv", _csv("a,,,memo", ",010-1234-5678,,", ",,kim@example.com,", "b,,,"))
    assert counts(run_import(command, path)) == (4, 0, 0)
    write("members.csv", _csv("a,,,another memo", ",821012345678,,", ",,KIM@example.com,x", "b,,,", "c,,,"))
    for dry_run in (["--dry-run"], []):
        shown = run_import(command, path, *dry_run)
        assert counts(shown) == (1, 4, 0)
        assert shown["sameCustomerRows"] == [
            {"line": 2, "field": "userId", "value": "a"},
            {"line": 3, "field": "userPhnno", "value": "+82 10-1234-5678"},
            {"line": 4, "field": "userEml", "value": "KIM@example.com"},
        ]
    assert counts(run_import(command, path)) == (0, 5, 0)
    assert (data.count("stamp"), data.stamp(1)["memo"]) == (5, "memo")


def test_in_words(command: InProcess, write: Write) -> None:
    path = write("members.csv", _csv("a,,,memo"))
    run_import(command, path)
    write("members.csv", _csv("a,,,other", "b,1012345678,,"))
    done = command("stamp", "import", path, "--account", 1)
    assert "1 value was fixed:\n  line 3: userPhnno 1012345678 → +82 10-1234-5678\n" in done.out
    assert "1 row was skipped: an earlier import gave the customer this card, with different details.\n" in done.out
    assert "  line 2: userId a\n" in done.out


def test_two_stamps_of_one_customer_are_two_however_often_it_runs(command: InProcess, data: Data, write: Write) -> None:
    path = write("members.csv", _csv("a,,,one", "a,,,two"))
    assert counts(run_import(command, path, "--dry-run")) == (2, 0, 0)
    assert counts(run_import(command, path)) == (2, 0, 0)
    write("members.csv", _csv("a,,,1", "a,,,2"))
    assert counts(run_import(command, path)) == (0, 2, 0)
    write("members.csv", _csv("a,,,1", "a,,,2", "a,,,3"))
    for dry_run in (["--dry-run"], []):
        assert counts(run_import(command, path, *dry_run)) == (1, 2, 0)
    assert users(data) == ["a"] * 3


def test_a_dry_run_counts_what_it_would_have_issued_so_far(
    command: InProcess, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in the chunks before."""
    monkeypatch.setattr(imports, "CHUNK", 1)
    path = write("members.csv", _csv("a,,,one"))
    assert counts(run_import(command, path)) == (1, 0, 0)
    write("members.csv", _csv("a,,,1", "a,,,2"))
    for dry_run in (["--dry-run"], []):
        assert counts(run_import(command, path, *dry_run)) == (1, 1, 0)


def test_another_card_and_another_name_are_other_stamps(command: InProcess, data: Data, write: Write) -> None:
    data.run(
        "INSERT INTO card (card_id, account_id, name, title, max_stamps, reward_title, url, active, created_at)"
        " SELECT 124, account_id, name, title, max_stamps, reward_title, url, active, created_at FROM card"
    )
    path = write("members.csv", _csv("a,,,memo"))
    assert counts(run_import(command, path)) == (1, 0, 0)
    write("members.csv", _csv("a,,,memo").replace("123,", "124,"))
    assert counts(run_import(command, path)) == (1, 0, 0)
    write("members.csv", _csv("a,,,other"))
    assert counts(run_import(command, path)) == (0, 1, 0)
    assert counts(run_import(command, path, "--name", "spring")) == (1, 0, 0)


def test_refused_rows_count_for_nobody(command: InProcess, data: Data, write: Write) -> None:
    """A row that stays wrong lets no other row of its customer be issued a second time."""
    path = write("members.csv", _csv("a,,,one", "a,,no mail,two"))
    assert counts(run_import(command, path)) == (1, 0, 1)
    write("members.csv", _csv("a,,,ONE", "a,,no mail,two"))
    assert counts(run_import(command, path)) == (0, 1, 1)
    write("members.csv", _csv("a,,,one", "a,,a@b.co,two"))
    assert counts(run_import(command, path)) == (1, 1, 0)
    assert [row["memo"] for row in data.rows("SELECT memo FROM stamp ORDER BY stamp_id")] == ["one", "two"]


@pytest.mark.parametrize(("suffix", "separator"), [(".csv", ","), (".txt", "\t")])
def test_the_report_of_refused_rows_is_mended_and_imported(
    command: InProcess, data: Data, write: Write, suffix: str, separator: str
) -> None:
    rows = _csv("a,,,하나", "b,8.21012E+11,,둘", "c,,no mail,셋")
    path = write(f"members{suffix}", rows.replace(",", separator))
    shown = run_import(command, path)
    assert counts(shown) == (1, 0, 2)
    report = Path(shown["report"])
    mended = report.read_text(encoding="utf-8").replace("8.21012E+11", "010-1234-5678")
    report.write_text(mended, encoding="utf-8")
    shown = run_import(command, report)
    assert counts(shown) == (1, 0, 1)
    again = Path(shown["report"])
    assert again.name == f"members.refused.refused{suffix}"
    header, row = again.read_text(encoding="utf-8").splitlines()
    assert header == separator.join(("line", "reasons", *_HEADER.split(",")))
    assert row.startswith(f"3{separator}")
    assert row.endswith(separator.join((f"{ROW},c,,no mail,셋").split(",")))
    again.write_text(again.read_text(encoding="utf-8").replace("no mail", "c@d.co"), encoding="utf-8")
    assert counts(run_import(command, again)) == (1, 0, 0)
    # It is the same import all the time.
    write(f"members{suffix}", rows.replace("8.21012E+11", "01012345678").replace("no mail", "").replace(",", separator))
    assert counts(run_import(command, path)) == (0, 3, 0)
    assert users(data) == ["a", "b", "c"]


def test_the_report_of_json_lines_too(command: InProcess, data: Data, write: Write) -> None:
    row = {"cardIdx": 123, "strtYmd": "2026-01-01", "endYmd": "2026-12-31"}
    path = write("members.jsonl", "\n".join(json.dumps({**row, "userId": user, "userEml": user}) for user in ("a@b.co", "c")))
    shown = run_import(command, path)
    assert counts(shown) == (1, 0, 1)
    report = Path(shown["report"])
    report.write_text(report.read_text().replace('"userEml": "c"', '"userEml": "c@b.co"'))
    assert counts(run_import(command, report)) == (1, 0, 0)
    assert users(data) == ["a@b.co", "c"]
