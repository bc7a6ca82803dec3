"""Importing a file in the dashboard: upload, columns, check, issue, refused rows. On both databases, by the server's worker."""

import csv
import io

import pytest

from kit.dashboard_client import DashboardClient
from kit.import_pages import checked, issued, stamps_of, uploaded
from kit.people import Person
from kit.shop import Shop

_LIST = "/dashboard/imports"
_FILE = "Name,Mobile,E-Mail,Shoe size\nBrown Smith,'+82 10-1234,brown@example.com,42\n김하늘,010-1,,\n"


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account(name="Tea & Co")


@pytest.fixture
def dashboard(shop: Shop, owner: Person) -> DashboardClient:
    return shop.dashboard(owner)


class TestFromFileToStamps:
    def test_columns_are_guessed_rows_checked_and_stamps_issued(
        self, shop: Shop, dashboard: DashboardClient, owner: Person
    ) -> None:
        page = uploaded(dashboard, _FILE)
        values = dict(page.form(f"{page.path}/check").values)
        assert [values[f"column-{place}"] for place in range(4)] == ["userNm", "userPhnno", "userEml", ""]
        assert (values["cardIdx"], values["strtYmd"], values["endYmd"]) == (str(owner.card_id), "2026-03-02", "2027-03-02")
        page = checked(dashboard, page)
        assert "Can be issued 2" in page.text
        assert stamps_of(shop, owner) == []
        page = issued(dashboard, page)
        assert "Issued 2" in page.text
        first, second = stamps_of(shop, owner)
        assert (first["user_name"], first["user_phone"], first["ends_on"]) == ("Brown Smith", "+82 10-1234", "2027-03-02")
        assert (second["user_name"], second["user_email"]) == ("김하늘", None)
        (event,) = shop.data.ledger(int(str(first["stamp_id"])))
        assert dashboard.person is not None
        assert [event[name] for name in ("actor_kind", "actor_id", "channel")] == [
            "staff",
            dashboard.person.person_id,
            "dashboard",
        ]
        assert "members.csv" in dashboard.get(_LIST).text

    def test_lines_of_a_memo_are_kept_as_lines(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        page = uploaded(dashboard, 'Name,Memo\r\nKim,"Likes tea.\r\nNo sugar."\r\nLee,"Window\rseat"\r\n')
        page = checked(dashboard, page, **{"column-1": "memo"})
        assert "Can be issued 2" in page.text
        issued(dashboard, page)
        assert [stamp["memo"] for stamp in stamps_of(shop, owner)] == ["Likes tea.\nNo sugar.", "Window\nseat"]

    def test_the_same_file_again_issues_nothing_under_any_name(
        self, shop: Shop, dashboard: DashboardClient, owner: Person
    ) -> None:
        issued(dashboard, checked(dashboard, uploaded(dashboard, _FILE)))
        page = checked(dashboard, uploaded(dashboard, _FILE, "members (1).csv"))
        assert "Issued by an earlier import 2" in page.text
        assert "Nothing to issue" in page.text
        again = uploaded(dashboard, _FILE)
        issued(dashboard, checked(dashboard, again, again="Y"))
        assert len(stamps_of(shop, owner)) == 4

    def test_refused_rows_are_told_by_line_and_field_and_can_be_mended(
        self, shop: Shop, dashboard: DashboardClient, owner: Person
    ) -> None:
        text = "userNm,userEml,endYmd\nA,a@b.co,2026-12-31\n=B,not mail,2026-02-30\nC\nD,,11/12/2026\n"
        page = checked(dashboard, uploaded(dashboard, text))
        assert "Can be issued 1" in page.text
        assert "3 E-mail " in page.text
        assert "3 Last day of validity Enter a day, such as 2027-12-31." in page.text
        assert "4 The whole row the row has 1 cell, the header has 3" in page.text
        report = dashboard.get(f"{page.path}/refused.csv")
        rows = list(csv.reader(io.StringIO(report.content.decode("utf-8-sig"))))
        assert [row[:1] + row[2:] for row in rows] == [
            ["line", "userNm", "userEml", "endYmd"],
            ["3", "'=B", "not mail", "2026-02-30"],
            ["4", "C"],
            ["5", "D", "", "11/12/2026"],
        ]
        issued(dashboard, page)
        mended = (
            report.content.replace(b"not mail", b"b@b.co")
            .replace(b"2026-02-30", b"2026.4.1.")
            .replace(b"11/12/2026", b"20261231")
        )
        mended = b"\n".join(line for line in mended.split(b"\n") if not line.startswith(b"4,"))
        issued(dashboard, checked(dashboard, uploaded(dashboard, mended, "refused.csv")))
        assert [(row["user_name"], row["ends_on"]) for row in stamps_of(shop, owner)] == [
            ("A", "2026-12-31"),
            ("=B", "2026-04-01"),
            ("D", "2026-12-31"),
        ]

    def test_a_card_of_another_account_is_none(self, shop: Shop, dashboard: DashboardClient) -> None:
        page = checked(dashboard, uploaded(dashboard, f"card,name\n{shop.alice.card_id},A\n"))
        assert "Stamp card (Card IDX) There is no card 123." in page.text

    def test_what_every_row_lacks_is_said_before_the_check(self, dashboard: DashboardClient) -> None:
        page = uploaded(dashboard, _FILE)
        again = dashboard.submit(page, f"{page.path}/check", cardIdx="", endYmd="2020-01-01", **{"column-1": "userNm"})
        assert again.status == 400
        assert "Two columns can't both be “Name”." in again.text
        again = dashboard.submit(page, f"{page.path}/check", cardIdx="", endYmd="2020-01-01")
        assert "Choose the column that has it, or one value for all rows." in again.text
        assert "Choose 2 Mar 2026 or later." in again.text

    def test_what_people_did_is_in_the_audit_log(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        page = issued(dashboard, checked(dashboard, uploaded(dashboard, _FILE)))
        assert f"{page.path}/remove" not in page.html
        sql = "SELECT action FROM audit WHERE account_id = :account ORDER BY audit_id"
        assert [row["action"] for row in shop.data.rows(sql, account=owner.account_id)] == ["import.uploaded", "import.issued"]

    def test_an_import_can_be_removed_before_anything_is_issued(self, dashboard: DashboardClient) -> None:
        page = checked(dashboard, uploaded(dashboard, _FILE))
        assert "No imports yet" in dashboard.done(page, f"{page.path}/remove").text
        assert dashboard.get(page.path).status == 404


class TestMendedFiles:
    def test_a_customer_gets_no_second_stamp_by_a_row_that_was_changed(
        self, shop: Shop, dashboard: DashboardClient, owner: Person
    ) -> None:
        text = "member id,phone,memo\natt78z,,first\n,010-1234-5678,second\nb,,\n"
        issued(dashboard, checked(dashboard, uploaded(dashboard, text)))
        mended = text.replace("first", "1").replace("010-1234-5678", "821012345678").replace("second", "2") + "c,,\n"
        # Days for all rows are others another day.
        page = checked(dashboard, uploaded(dashboard, mended, "other.csv"), endYmd="2027-03-01")
        assert "Can be issued 1 " in page.text
        assert "Issued by an earlier import 3 " in page.text
        told = page.text.split("Customers who already got a card in an earlier import", 1)[1]
        assert "2 User ID att78z 3 Phone +82 10-1234-5678 4 User ID b" in told
        page = issued(dashboard, page)
        assert "2 User ID att78z 3 Phone +82 10-1234-5678 4 User ID b" in page.text
        assert [row["memo"] for row in stamps_of(shop, owner)] == ["first", "second", None, None]

    def test_on_purpose_they_do(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        text = "member id,memo\na,one\na,two\n"
        issued(dashboard, checked(dashboard, uploaded(dashboard, text)))
        again = checked(dashboard, uploaded(dashboard, text.replace("one", "1")))
        assert "Can be issued 0 " in again.text
        again = checked(dashboard, uploaded(dashboard, text.replace("one", "1")), again="Y")
        assert "Can be issued 2 " in again.text
        issued(dashboard, again)
        assert len(stamps_of(shop, owner)) == 4
