"""From the bytes of a file to its rows: blank ones passed over, lines numbered as in the file, every field read."""

from io import BytesIO
from typing import Any

import pytest

from stampwell.core.phrases import english
from stampwell.features.imports.column_matching import match_columns
from stampwell.features.imports.layouts import TableRow, rows_of
from stampwell.features.imports.model import Layout
from stampwell.features.imports.surveys import Survey, survey
from stampwell.features.imports.tables import TableWrong, is_blank
from stampwell.features.imports.uploads import text_of

_FIXED = {"cardIdx": "123", "strtYmd": "2026-01-01"}


def _survey(content: bytes, **named: str) -> Survey:
    return survey(lambda: BytesIO(content), **named)


def _rows(text: str | bytes, *, fixed: dict[str, str] | None = None, days: int | None = None) -> list[TableRow]:
    content = text.encode() if isinstance(text, str) else text
    found = _survey(content)
    layout = Layout(found.separator, found.header, match_columns(found.header).columns, fixed or {}, days=days)
    return list(rows_of(text_of(content, found.encoding), layout, region="KR"))


def _values(text: str | bytes, **given: Any) -> list[tuple[int, dict[str, Any]]]:
    return [(row.line, row.values) for row in _rows(text, **given)]


class TestBlankRows:
    @pytest.mark.parametrize("blank", ["", "   ", ",,", " , \u00a0,\t", "\u3000,,", "\ufeff,\u200b,", '"",,', '"\n",,'])
    def test_they_are_passed_over_also_when_all_rows_have_a_card(self, blank: str) -> None:
        text = f"name,phone,memo\nKim,,\n{blank}\nLee,,\n"
        found = _survey(text.encode())
        assert (found.rows, found.blank_rows) == (2, 1 if blank else 0)
        lines = [2, 5 if "\n" in blank else 4]
        assert _values(text, fixed=_FIXED) == [
            (line, {"cardIdx": 123, "strtYmd": "2026-01-01", "userNm": name})
            for line, name in zip(lines, ("Kim", "Lee"), strict=True)
        ]

    def test_what_can_be_seen_is_not_blank(self) -> None:
        assert not is_blank(["", "-"])
        assert not is_blank(["0"])

    def test_before_the_header(self) -> None:
        assert _values("\n,,\n  \nname,phone\nKim,\n") == [(5, {"userNm": "Kim"})]

    def test_nothing_but_blank_rows(self) -> None:
        found = _survey(b"name,phone\n,\n,\n")
        assert (found.rows, found.blank_rows, found.filled) == (0, 2, frozenset())

    def test_a_row_that_was_only_numbered_is_no_customer(self) -> None:
        numbered, named = _rows("No.,name,phone\n1,,\n2,Kim,\n", fixed=_FIXED)
        assert numbered.problem is not None
        assert numbered.problem.said(english) == "the row is empty in the columns that are used"
        assert named.values["userNm"] == "Kim"


class TestSeparators:
    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    def test_the_one_with_which_the_header_means_something(self, separator: str) -> None:
        text = separator.join(("name", "phone (home, work; other)", "memo")) + "\n" + separator.join(("Kim", "010", "a"))
        assert _survey(text.encode()).separator == separator

    def test_the_one_that_excel_names(self) -> None:
        text = "sep=:\nname:phone\nKim:010-1234-5678\n"
        assert _survey(text.encode()).separator == ":"
        assert _values(text) == [(3, {"userNm": "Kim", "userPhnno": "010-1234-5678"})]

    def test_the_one_that_somebody_names(self) -> None:
        assert _survey(b"name,phone;memo\n", separator=";").header == ["name,phone", "memo"]

    def test_quotes_with_separators_and_line_ends(self) -> None:
        text = 'name;memo\r\n"Kim; Lee";"one\ntwo ""x"""\r\nPark;\r\n'
        assert _values(text) == [(2, {"userNm": "Kim; Lee", "memo": 'one\ntwo "x"'}), (4, {"userNm": "Park"})]

    @pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
    def test_line_ends(self, ends: str) -> None:
        assert _values(ends.join(("name", "Kim", "", "Lee"))) == [(2, {"userNm": "Kim"}), (4, {"userNm": "Lee"})]


class TestValues:
    def test_what_nobody_sees_around_a_value(self) -> None:
        text = "name,phone,userId\n\u00a0Kim \u200b,\u202a010-1234-5678\u202c,'7000\n"
        assert _values(text) == [(2, {"userNm": "Kim", "userPhnno": "010-1234-5678", "userId": "7000"})]

    def test_a_name_in_two_columns(self) -> None:
        text = "First Name,Last Name,name\nTeodora,Villaseñor,\n민수,김,\nCher,,\nTeodora,V.,Teo\n"
        assert [values["userNm"] for _, values in _values(text)] == ["Teodora Villaseñor", "김민수", "Cher", "Teo"]

    def test_the_second_phone_fills_the_gaps_of_the_first(self) -> None:
        text = "Default Address Phone,Phone\n+1 201-555-0101,+1 201-555-0102\n+1 201-555-0103,\n+1 201-555-0104,-\n"
        assert [values["userPhnno"][-4:] for _, values in _values(text)] == ["0102", "0103", "0104"]

    def test_a_row_of_its_own_goes_before_what_all_have(self) -> None:
        fixed = {**_FIXED, "endYmd": "2026-12-31"}
        (row,) = _values("name,expires\nKim,2027. 3. 1.\n", fixed=fixed)
        assert row == (2, {"cardIdx": 123, "strtYmd": "2026-01-01", "endYmd": "2027-03-01", "userNm": "Kim"})

    def test_days_are_counted_from_the_first_one_of_the_row(self) -> None:
        text = "name,start,end\nKim,2026-12-31,\nLee,,\nPark,2026-03-01,2026-03-02\nChoi,9999-12-31,\n"
        assert [values["endYmd"] for _, values in _values(text, fixed=_FIXED, days=30)] == [
            "2027-01-29",
            "2026-01-30",
            "2026-03-02",
            "9999-12-31",
        ]

    def test_what_is_wrong_and_what_was_put_right(self) -> None:
        (row,) = _rows("name,phone,end,id\n#N/A,1012345678,01/02/2026,7000.0\n")
        assert [wrong.field for wrong in row.wrong] == ["endYmd", "userNm"]
        assert [tuple(mended) for mended in row.mended] == [
            ("userId", "7000.0", "7000"),
            ("userPhnno", "1012345678", "+82 10-1234-5678"),
        ]
        assert not row.is_good

    def test_rows_in_another_encoding_than_the_file(self) -> None:
        content = "name,memo\n김민수,하나\n이수영,둘\n".encode() + "박지성,셋\n".encode("cp949")
        first, second, third = _rows(content)
        assert (first.problem, second.problem) == (None, None)
        assert third.problem is not None
        reason = "the row is not in UTF-8, as the rest of the file is; save all of it in one encoding"
        assert third.problem.said(english) == reason

    def test_rows_without_a_cell_for_every_column(self) -> None:
        rows = _rows("name,phone\nKim\nLee,1,2\n")
        assert [row.problem and row.problem.said(english) for row in rows] == [
            "the row has 1 cell, the header has 2",
            "the row has 3 cells, the header has 2",
        ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty"),
        (b"\n\n,,\n", "The file is empty"),
        (b"PK\x03\x04", "This is a workbook"),
        ("name\nKim".encode("utf-16") + b"\n", "The file ends in the middle of a character"),
        (b'name\n"Kim', "line 2: this is not CSV: unexpected end of data. Is a quote missing?"),
        (b",".join([b"x"] * 201), "The file has 201 columns. The most is 200"),
        (b"name\n" + b"x" * 1_100_000, "a line is longer than 1,048,576 characters"),
    ],
)
def test_what_cannot_be_read(content: bytes, reason: str) -> None:
    with pytest.raises(TableWrong, match=reason.replace("?", r"\?")):
        _survey(content)


def test_a_named_encoding_is_taken_as_it_is_but_for_the_ends_of_utf_16() -> None:
    assert _survey("name\nJosé\n".encode("cp1252"), encoding="cp1250").encoding == "cp1250"
    assert _survey("name\nKim\n".encode("utf-16-be").join([b"\xfe\xff", b""]), encoding="utf-16-le").encoding == "utf-16-be"
    assert _survey("name\nKim\n".encode("utf-16-le"), encoding="utf-16-le").encoding == "utf-16-le"


@pytest.mark.parametrize("unit", ["(", "'", "1", "8.", " ,", "#", "é", "=", "가(", "1:11", "\u200b"])
def test_huge_cells_take_no_long_time(unit: str) -> None:
    """Every pattern is linear or looks at short texts only; this would take hours otherwise."""
    cell = unit * (900_000 // len(unit.encode()))
    for column in ("name", "phone", "end", "id", "email", "memo", "cardIdx", "userEtc1"):
        found = _rows(f'{column},First Name\n"{cell}",x\n')
        assert [row.line for row in found] == [2]
    assert len(_survey(f'"{cell}",name\nx,y\n'.encode()).header) == 2
