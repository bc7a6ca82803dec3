"""Files that are imported in the dashboard: encodings, separators, columns, and what cannot be read."""

import pytest

from kit.dashboard_client import DashboardClient
from kit.import_pages import NEW, checked, issued, send, stamps_of, uploaded
from kit.people import Person
from kit.shop import Shop
from stampwell.features.people.model import Role

_LIST = "/dashboard/imports"
_FILE = "Name,Mobile,E-Mail,Shoe size\nBrown Smith,'+82 10-1234,brown@example.com,42\n김하늘,010-1,,\n"


@pytest.fixture
def owner(shop: Shop) -> Person:
    return shop.open_account(name="Tea & Co")


@pytest.fixture
def dashboard(shop: Shop, owner: Person) -> DashboardClient:
    return shop.dashboard(owner)


class TestFiles:
    @pytest.mark.parametrize(
        "content",
        [
            _FILE.encode("utf-16"),
            b"\xef\xbb\xbf" + _FILE.encode(),
            _FILE.encode("utf-16-le"),
            _FILE.encode("cp949"),
            _FILE.replace("김하늘", "José").encode("cp1252"),
            _FILE.replace("김하늘", "山田太郎").encode("cp932"),
            _FILE.replace(",", ";").encode(),
            f"sep=|\n{_FILE.replace(',', '|')}".encode(),
            _FILE.replace(",", "\t").replace("\n", "\r\n").encode(),
        ],
    )
    def test_any_encoding_and_any_separator(self, dashboard: DashboardClient, content: bytes) -> None:
        page = uploaded(dashboard, content)
        assert "Rows in the file: 2." in page.text
        assert "Can be issued 2" in checked(dashboard, page).text

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"", "The file is empty."),
            (b"name\n", "The file has no rows under its first line"),
            (b"PK\x03\x04...", "This is a workbook, not a CSV file."),
            (b'name\n"x', "line 2: this is not CSV: unexpected end of data. Is a quote missing?"),
            (b"name\n\0", "This is not a text file."),
            (b",".join([b"x"] * 201) + b"\n1", "The file has 201 columns. The most is 200."),
            (b"name\n" + b"x\n" * 200_001, "The file has more than 200,000 rows."),
        ],
    )
    def test_what_cannot_be_read_says_what_to_do(self, dashboard: DashboardClient, content: bytes, reason: str) -> None:
        page = send(dashboard, content)
        assert page.status == 400
        assert reason in page.text

    def test_an_encoding_that_is_not_certain_is_asked_for(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        page = uploaded(dashboard, "name,phone\nЖдан,010-1234-5678\n".encode("cp1251"))  # noqa: RUF001
        assert "We aren't sure about the encoding of this file." in page.text
        assert dict(page.form(f"{page.path}/read").values)["encoding"] == ""
        refused = dashboard.submit(page, f"{page.path}/check")
        assert refused.status == 400
        assert "Choose the encoding first, then check that the names below look right." in refused.text
        assert "Choose the encoding of the file." in dashboard.done(page, f"{page.path}/read").text
        page = dashboard.done(page, f"{page.path}/read", encoding="cp1251")
        assert "Ждан" in page.text
        assert dict(page.form(f"{page.path}/read").values)["encoding"] == "cp1251"
        page = issued(dashboard, checked(dashboard, page))
        assert "Encoding Cyrillic (CP1251) " in page.text
        assert [row["user_name"] for row in stamps_of(shop, owner)] == ["Ждан"]

    def test_an_encoding_and_a_separator_can_be_chosen(self, dashboard: DashboardClient) -> None:
        page = uploaded(dashboard, "name;phone,x;memo\n김하늘;010-1234-5678;\n".encode("cp949"))
        assert [value for name, value in page.form(f"{page.path}/read").values if name in {"encoding", "separator"}] == [
            "cp949",
            ";",
        ]
        page = dashboard.done(page, f"{page.path}/read", encoding="cp1252", separator=",")
        assert "±èÇÏ´Ã;010-1234-5678;" in page.text  # noqa: RUF001 - what comes of it
        assert "Rows in the file: 1." in page.text
        page = dashboard.done(page, f"{page.path}/read", encoding="utf-8", separator=";")
        assert "\ufffd" in page.text
        page = checked(dashboard, page, **{"column-0": "userNm"})
        assert "The whole row the row is not in UTF-8, as the rest of the file is; save all of it in one encoding" in page.text
        assert "\ufffd" in dashboard.get(f"{page.path}/refused.csv").content.decode("utf-8-sig")

    def test_a_shop_in_no_country_is_told_that_zeros_stay_lost(self, shop: Shop, dashboard: DashboardClient) -> None:
        nowhere = shop.dashboard(shop.open_account(name="Nowhere", time_zone="UTC"))
        text = "name,phone\nKim,1012345678\nLee,821012345678\n"
        page = uploaded(nowhere, text)
        assert "Your shop has no country yet" in page.text
        assert "2 Phone" not in (after := checked(nowhere, page)).text
        assert "3 Phone 821012345678 +82 10-1234-5678" in after.text
        assert "Your shop has no country yet" not in uploaded(dashboard, text).text

    def test_columns_of_points_are_not_left_out_by_mistake(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        page = uploaded(dashboard, "name,points,shoe size\nKim,7,42\n")
        values = dict(page.form(f"{page.path}/check").values)
        assert [values[f"column-{place}"] for place in range(3)] == ["userNm", "?", ""]
        refused = dashboard.submit(page, f"{page.path}/check")
        assert refused.status == 400
        assert "These may be stamps, or points of another kind." in refused.text
        page = checked(dashboard, page, **{"column-1": ""})
        assert "Can be issued 1 " in page.text
        assert "Columns left out points, shoe size " in page.text
        # Somebody has looked at it.
        page = dashboard.done(page, f"{page.path}/columns")
        assert dict(page.form(f"{page.path}/check").values)["column-1"] == ""
        issued(dashboard, checked(dashboard, page, **{"column-1": "stamps"}))
        assert [(row["user_name"], row["stamps"]) for row in stamps_of(shop, owner)] == [("Kim", 7)]

    def test_stamps_so_far_come_along_and_too_many_are_found_by_the_check(
        self, shop: Shop, dashboard: DashboardClient, owner: Person
    ) -> None:
        text = "name,phone,stamps\nKim,010-1234-5678,7\nLee,010-9876-5432,11\nPark,010-5555-5555,7.5\nChoi,,３개\n"
        page = uploaded(dashboard, text)
        assert dict(page.form(f"{page.path}/check").values)["column-2"] == "stamps"
        page = checked(dashboard, page)
        assert "Can be issued 2 " in page.text
        assert "3 Stamps so far This card takes at most 10 stamps." in page.text
        assert "4 Stamps so far 7.5 isn't a number of stamps; write a whole number, such as 3" in page.text
        assert "5 Stamps so far ３개 3" in page.text
        assert stamps_of(shop, owner) == []
        issued(dashboard, page)
        assert [(row["user_name"], row["stamps"]) for row in stamps_of(shop, owner)] == [("Kim", 7), ("Choi", 3)]
        # Mended with another balance the customer is the same.
        mended = checked(dashboard, uploaded(dashboard, text.replace("5678,7", "5678,8").replace("5432,11", "5432,10")))
        assert "Can be issued 1 " in mended.text

    def test_names_in_two_columns_and_two_phones(self, shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
        text = (
            "First Name,Last Name,Default Address Phone,Phone\n"
            "Teodora,Villaseñor,+15550100001,'+15550100002\n민수,김,010-1234-5678,\n"
        )
        page = uploaded(dashboard, text)
        values = dict(page.form(f"{page.path}/check").values)
        assert [values[f"column-{place}"] for place in range(4)] == ["givenNm", "familyNm", "otherPhnno", "userPhnno"]
        issued(dashboard, checked(dashboard, page))
        assert [(row["user_name"], row["user_phone"]) for row in stamps_of(shop, owner)] == [
            ("Teodora Villaseñor", "+15550100002"),
            ("김민수", "010-1234-5678"),
        ]

    def test_no_file(self, dashboard: DashboardClient) -> None:
        page = dashboard.submit(dashboard.get(NEW), NEW)
        assert (page.status, "Choose a file first." in page.text) == (400, True)

    def test_the_sample_can_be_imported(self, dashboard: DashboardClient) -> None:
        page = checked(dashboard, uploaded(dashboard, dashboard.get("/dashboard/imports/sample.csv").content))
        assert "Can be issued 2" in page.text


def test_staff_and_other_accounts_see_nothing_of_it(shop: Shop, dashboard: DashboardClient, owner: Person) -> None:
    page = uploaded(dashboard, _FILE)
    assert shop.dashboard(owner, role=Role.STAFF).get(page.path).status == 403
    assert shop.dashboard(shop.charlie).get(page.path).status == 404
    assert shop.dashboard(shop.charlie).get(f"{page.path}/refused.csv").status == 404
