"""`stampwell stamp import`: what a file says becomes stamps, each row once, and every refusal is told."""

import json
from pathlib import Path

import pytest
from import_files import HEADER, ROW, Write, counts, csv_of, run_import, users

from kit.command import InProcess
from kit.data import Data
from kit.people import add_domain, open_account


@pytest.mark.usefixtures("alice")
class TestCsv:
    def test_every_field_arrives_as_it_was_written(self, command: InProcess, data: Data, write: Write) -> None:
        header = "cardIdx,domain,strtYmd,endYmd,activeYn,memo,userId,userNm,userPhnno,userEml,userEtc1,userEtc2"
        row = '123,HTTPS://VVD.bz/,2026-01-01,2026-12-31,N,"two\nlines, ""quoted""",att78z,김하늘,\'+82 10-1234,a@b.co,1,2'
        shown = run_import(command, write("members.csv", csv_of(row, header=header)))
        assert counts(shown) == (1, 0, 0)
        assert (shown["report"], shown["dryRunYn"], shown["stoppedYn"]) == (None, "N", "N")
        stamp = data.stamp(1)
        wanted = {
            "account_id": 1,
            "card_id": 123,
            "domain": "https://vvd.bz",
            "starts_on": "2026-01-01",
            "ends_on": "2026-12-31",
            "active": False,
            "memo": 'two\nlines, "quoted"',
            "user_id": "att78z",
            "user_name": "김하늘",
            "user_phone": "+82 10-1234",
            "user_phone_digits": "82101234",
            "user_email": "a@b.co",
            "user_etc1": "1",
            "user_etc2": "2",
            "max_stamps": 10,
        }
        assert {name: stamp[name] for name in wanted} == wanted
        (event,) = data.ledger(1)
        assert [event[name] for name in ("kind", "actor_kind", "actor_id", "channel")] == ["issued", "system", None, "cli"]
        assert [row["kind"] for row in data.told(1)] == ["stamp.issued"]

    def test_columns_in_any_order_empty_cells_a_byte_order_mark_and_line_ends_of_windows(
        self, command: InProcess, data: Data, write: Write
    ) -> None:
        text = "\ufeffuserNm,endYmd,cardIdx,userId,strtYmd\r\n,2026-12-31,123,,2026-01-01\r\n\r\n"
        assert counts(run_import(command, write("members.CSV", text))) == (1, 0, 0)
        stamp = data.stamp(1)
        assert (len(stamp["user_id"]), stamp["user_name"], stamp["memo"]) == (12, None, None)

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            (
                csv_of(f"{ROW},u,x", header="cardIdx,strtYmd,endYmd,userId,userName"),
                "unknown column 'userName' (did you mean userNm?)",
            ),
            (csv_of(f"{ROW},u", header="cardIdx,strtYmd,endYmd,price"), "unknown column 'price'. Nothing was issued."),
            (csv_of("123,2026-01-01", header="cardIdx,strtYmd"), "the column endYmd is missing (--end or --days gives it"),
            (csv_of(f"{ROW},x,y", header="cardIdx,strtYmd,endYmd,memo,memo"), "the column memo is there twice"),
            (csv_of(f"{ROW},u", header=f"{ROW},u"), "The first line must name the columns."),
            ("", "The file is empty. Its first line must name the columns."),
            (csv_of(f"{ROW},u,a", f'{ROW},u,"b'), "line 3: this is not CSV: unexpected end of data. Is a quote missing?"),
            (csv_of(f"{ROW},u,a", f"{ROW},u,{'b' * 2_000_000}"), "a line is longer than 1,048,576 characters."),
        ],
    )
    def test_a_file_that_is_wrong_as_a_whole_issues_nothing(
        self, command: InProcess, data: Data, write: Write, text: str, reason: str
    ) -> None:
        path = write("members.csv", text)
        done = command.json("stamp", "import", path, "--account", 1)
        assert done.status == 1
        assert reason in done.json["message"]
        assert done.json["message"].startswith(f"{path}: ")
        assert users(data) == []
        assert [other.name for other in path.parent.iterdir()] == [path.name]

    def test_refused_rows_are_told_with_their_reasons_and_the_others_are_issued(
        self, command: InProcess, data: Data, write: Write
    ) -> None:
        path = write(
            "members.csv",
            csv_of(
                f"{ROW},good,",
                "x,2026-02-30,2026-12-31,bad,",
                f"{ROW},short",
                "9,2026-01-01,2026-12-31,nocard,",
                f"{ROW},good2,",
            ),
        )
        shown = run_import(command, path)
        assert counts(shown) == (2, 0, 3)
        report = path.with_name("members.refused.csv")
        assert shown["report"] == str(report)
        assert report.read_text(encoding="utf-8") == (
            f"line,reasons,{HEADER}\n"
            '3,"cardIdx: must be an integer, such as 123, without quotes or a decimal point; '
            'strtYmd: must be a real calendar day written YYYY-MM-DD, such as 2025-12-31",x,2026-02-30,2026-12-31,bad,\n'
            f'4,"the row has 4 cells, the header has 5",{ROW},short\n'
            "5,cardIdx: this account has no card 9. Its cards and their Card IDX are listed by: stampwell card list,"
            "9,2026-01-01,2026-12-31,nocard,\n"
        )
        assert users(data) == ["good", "good2"]

    def test_bytes_that_are_no_utf8_are_refused_and_reported_as_they_were(
        self, command: InProcess, data: Data, tmp_path: Path
    ) -> None:
        path = tmp_path / "members.csv"
        row = f"{ROW},u,".encode() + "김".encode("cp949") + b"\n"
        path.write_bytes(csv_of(f"{ROW},good,하늘", f"{ROW},more,바다").encode() + row)
        assert counts(run_import(command, path)) == (2, 0, 1)
        report = (tmp_path / "members.refused.csv").read_bytes().splitlines(keepends=True)
        reason = b'"the row is not in UTF-8, as the rest of the file is; save all of it in one encoding"'
        assert report[1] == b"4," + reason + b"," + row
        assert users(data) == ["good", "more"]

    def test_the_line_is_where_the_row_begins(self, command: InProcess, write: Write) -> None:
        path = write("members.csv", csv_of(f'{ROW},u,"a', 'b"', "", "x,,,,"))
        shown = run_import(command, path)
        assert counts(shown) == (0, 0, 2)
        lines = path.with_name("members.refused.csv").read_text().splitlines()
        assert [line.split(",")[0] for line in lines if line[:1].isdigit()] == ["2", "5"]


@pytest.mark.usefixtures("alice")
class TestJsonLines:
    def test_rows_as_the_api_takes_them(self, command: InProcess, data: Data, write: Write) -> None:
        rows = [
            {"cardIdx": 123, "strtYmd": "2026-01-01", "endYmd": "2026-12-31", "userId": "u", "memo": None, "domain": ""},
            {"cardIdx": 123, "strtYmd": "2026-01-01", "endYmd": "2026-12-31", "userNm": "'=1+1"},
        ]
        path = write("members.jsonl", "\ufeff" + "\r\n\r\n".join(json.dumps(row) for row in rows))
        assert counts(run_import(command, path)) == (2, 0, 0)
        assert data.stamp(1)["user_id"] == "u"
        # What spreadsheets need is for CSV alone.
        assert data.stamp(2)["user_name"] == "'=1+1"

    def test_refused_rows(self, command: InProcess, data: Data, write: Write) -> None:
        lines = [
            '{"cardIdx":"123","strtYmd":"2026-01-01","endYmd":"2026-12-31", "username": "x"}',
            '{"cardIdx":123,',
            "[1]",
            '{"cardIdx":123,"cardIdx":124,"strtYmd":"2026-01-01","endYmd":"2026-12-31"}',
            '{"cardIdx":123,"strtYmd":"2026-01-01","endYmd":"2026-12-31","userId":"good"}',
        ]
        path = write("members.jsonl", "\n".join(lines))
        assert counts(run_import(command, path)) == (1, 0, 4)
        report = [json.loads(line) for line in path.with_name("members.refused.jsonl").read_text().splitlines()]
        assert [(row["line"], row["row"]) for row in report] == [
            (1, json.loads(lines[0])),
            (2, lines[1]),
            (3, lines[2]),
            (4, lines[3]),
        ]
        assert [row["reasons"] for row in report] == [
            [
                "cardIdx: must be an integer: send 123 without quotes",
                "username: unknown field; did you mean userNm?",
            ],
            ["this is not JSON: EOF while parsing a value at column 15"],
            ["the line must be an object with the fields of create"],
            ["cardIdx: given more than once; write it once"],
        ]
        assert users(data) == ["good"]


@pytest.mark.usefixtures("alice")
class TestRules:
    def test_several_chunks(self, command: InProcess, data: Data, write: Write) -> None:
        rows = [f"{ROW},u{number},".replace("123", "9" if number % 1000 == 7 else "123") for number in range(2500)]
        shown = run_import(command, write("members.csv", csv_of(*rows)))
        assert counts(shown) == (2497, 0, 3)
        assert data.count("imported_row") == 2497
        assert users(data) == [f"u{number}" for number in range(2500) if number % 1000 != 7]

    def test_a_dry_run_says_what_would_happen_and_issues_nothing(self, command: InProcess, data: Data, write: Write) -> None:
        path = write("members.csv", csv_of(f"{ROW},a,", "9,2026-01-01,2026-12-31,b,", f"{ROW},c,".replace("31", "32")))
        dry = run_import(command, path, "--dry-run")
        assert (counts(dry), dry["dryRunYn"]) == ((1, 0, 2), "Y")
        assert path.with_name("members.refused.csv").exists()
        assert (data.stored()["stamp"], data.count("imported_row")) == (0, 0)
        assert counts(run_import(command, path)) == counts(dry)
        assert counts(run_import(command, path, "--dry-run")) == (0, 1, 2)

    def test_custom_domains_follow_the_plan(self, command: InProcess, data: Data, write: Write) -> None:
        poor = open_account(data, plan="personal", now_us=1)
        add_domain(data, 1, "https://stamps.example", now_us=1)
        header = "cardIdx,strtYmd,endYmd,domain"
        for person, outcome, reason in (
            (1, (1, 0, 0), ""),
            (poor.account_id, (0, 0, 1), "the personal plan does not include custom domains"),
        ):
            card = data.rows("SELECT card_id FROM card WHERE account_id = :account", account=person)[0]["card_id"]
            row = f"{card},2026-01-01,2026-12-31,https://stamps.example"
            path = write("members.csv", csv_of(row, header=header))
            assert counts(run_import(command, path, account=person)) == outcome
            report = path.with_name("members.refused.csv")
            assert reason in (report.read_text() if report.exists() else "")

    def test_today_is_the_accounts(self, command: InProcess, write: Write) -> None:
        path = write("members.csv", csv_of("123,2026-01-01,2999-12-31,a,"))
        assert counts(run_import(command, path)) == (0, 0, 1)
        assert "must be at most 5 years from today" in path.with_name("members.refused.csv").read_text()

    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            (["members.xlsx", "--account", "1"], "the name must end in .csv, .tsv, .tab, .txt or .jsonl, .ndjson."),
            (["nothing.csv", "--account", "1"], "No such file or directory"),
            (["nothing.jsonl", "--account", "1"], "No such file or directory"),
            (["members.csv", "--account", "99"], "There is no account 99."),
        ],
    )
    def test_refusals_of_the_command(
        self, command: InProcess, write: Write, tmp_path: Path, words: list[str], reason: str
    ) -> None:
        write("members.csv", csv_of(f"{ROW},a,"))
        write("members.xlsx", "")
        done = command.json("stamp", "import", tmp_path / words[0], *words[1:])
        assert (done.status, done.json["code"]) == (1, None)
        assert reason in done.json["message"]

    def test_in_words(self, command: InProcess, write: Write) -> None:
        done = command("stamp", "import", write("members.csv", csv_of(f"{ROW},a,")), "--account", 1)
        assert done.status == 0
        assert "encoding   UTF-8\nseparator  comma\ncolumns    cardIdx, strtYmd, endYmd, userId, userNm\n" in done.out
        assert "line 2: cardIdx 123, strtYmd 2026-01-01, endYmd 2026-12-31, userId a\n" in done.out
        assert "issued         1\nalreadyIssued  0\nrefused        0\nreport         -\n" in done.out
        assert "rowsPerSecond  " in done.out
