"""What spreadsheets do to cells: put right where it can be known, refused where it cannot, and said in both cases."""

import pytest

from stampwell.core.phrases import english
from stampwell.features.imports.field_values import FieldValue, read_field
from stampwell.features.imports.phone_values import read_phone


def _problem(field: str, text: str, region: str | None = "KR") -> str:
    read = read_field(field, text, region=region)
    assert read.problem is not None, read
    assert not read.mended
    return read.problem.said(english)


class TestAnyField:
    @pytest.mark.parametrize("field", ["userNm", "memo", "userId", "userPhnno", "userEml", "endYmd", "cardIdx", "userEtc1"])
    @pytest.mark.parametrize(
        "text", ["#N/A", "#REF!", "#VALUE!", "#NAME?", "#ERROR!", "#n/a", "#DIV/0!", "#BEZUG!", "Err:502", " #N/A "]
    )
    def test_an_error_in_place_of_a_value(self, field: str, text: str) -> None:
        assert _problem(field, text) == (f"{text.strip()} is a spreadsheet error, not a value; fix the cell and export again")

    @pytest.mark.parametrize("field", ["userNm", "userPhnno", "endYmd"])
    def test_hashes_of_a_narrow_column(self, field: str) -> None:
        assert "the column was too narrow, so the file has ######## instead of the value" in _problem(field, "########")

    @pytest.mark.parametrize("text", ["#1 fan", "Err", "# N/A", "##", "1E5", "3.0", "８.0"])  # noqa: RUF001
    def test_what_people_write(self, text: str) -> None:
        assert read_field("memo", text, region="KR") == FieldValue(text)


class TestNumbers:
    @pytest.mark.parametrize("field", ["userId", "userEtc1", "cardIdx", "userPhnno", "strtYmd"])
    @pytest.mark.parametrize("text", ["8.21012E+11", "8.21E+11", "8,21E+11", "1E+12", "8.2e+11", "1.2E-05"])
    def test_lost_digits_are_refused(self, field: str, text: str) -> None:
        assert f"the spreadsheet made {text} of the number and lost its last digits" in _problem(field, text)

    def test_whether_or_not_it_has_a_sign_a_phone_number_has_no_letter(self) -> None:
        assert "lost its last digits" in _problem("userPhnno", "8.21E11")
        assert read_field("userId", "82E11", region=None) == FieldValue("82E11")

    @pytest.mark.parametrize(
        ("field", "text", "value"),
        [
            ("userId", "7.000000000001E+12", "7000000000001"),
            ("userId", "7000000000001.0", "7000000000001"),
            ("cardIdx", "123.0", 123),
            ("cardIdx", "1.23E+02", 123),
            ("cardIdx", "１２３", 123),  # noqa: RUF001
            ("endYmd", "46752.0", "2027-12-31"),
            ("endYmd", "20271231.0", "2027-12-31"),
            ("userEml", "kim＠example.com", "kim@example.com"),  # noqa: RUF001
            ("userId", "ａｔｔ７８ｚ", "att78z"),  # noqa: RUF001
            ("activeYn", "Ｎ", "N"),  # noqa: RUF001
        ],
    )
    def test_what_can_be_known_is_put_right(self, field: str, text: str, value: object) -> None:
        assert read_field(field, text, region="KR") == FieldValue(value, mended=True)  # type: ignore[arg-type]

    @pytest.mark.parametrize("text", ["123", "-1", "x", "1" * 50, "1.5"])
    def test_whole_numbers(self, text: str) -> None:
        value = int(text) if text in {"123", "-1"} else text
        assert read_field("cardIdx", text, region=None) == FieldValue(value)


class TestPhones:
    @pytest.mark.parametrize(
        ("region", "text", "number"),
        [
            # A lost zero.
            ("KR", "1012345678", "+82 10-1234-5678"),
            ("KR", "23123456", "+82 2-312-3456"),
            ("JP", "9012345678", "+81 90-1234-5678"),
            ("FR", "612345678", "+33 6 12 34 56 78"),
            ("GB", "7911123456", "+44 7911 123456"),
            ("DE", "15112345678", "+49 1511 2345678"),
            # A lost plus.
            ("KR", "821012345678", "+82 10-1234-5678"),
            ("KR", "447911123456", "+44 7911 123456"),
            ("US", "447911123456", "+44 7911 123456"),
            ("FR", "33612345678", "+33 6 12 34 56 78"),
            # Both would be valid, but one is no mobile.
            ("DE", "4915112345678", "+49 1511 2345678"),
            # A fraction, all the digits behind an exponent, groups, full width.
            ("KR", "821012345678.0", "+82 10-1234-5678"),
            ("KR", "821012345678,0", "+82 10-1234-5678"),
            ("KR", "8.21012345678E+11", "+82 10-1234-5678"),
            ("KR", "821,012,345,678", "+82 10-1234-5678"),
            ("KR", "+821012345678.0", "+821012345678"),
            ("KR", "０１０−１２３４−５６７８", "010-1234-5678"),  # noqa: RUF001
            ("US", "2015550123.0", "2015550123"),
            # Of a shop in no country only what is too long for a number inside one is known.
            (None, "821012345678.0", "+82 10-1234-5678"),
            (None, "2015550123.0", "2015550123"),
            ("KR", "-", ""),
        ],
    )
    def test_put_right(self, region: str | None, text: str, number: str) -> None:
        assert read_phone(text, region=region) == (number, None)

    @pytest.mark.parametrize(
        ("region", "text"),
        [
            ("KR", "010-1234-5678"),
            ("KR", "01012345678"),
            ("KR", "+82 10-1234-5678"),
            ("KR", "+1 123-4567-8900"),
            ("KR", "1234"),
            ("KR", "12345678901234567890"),
            ("KR", "010-1234-5678 ext. 12"),
            ("US", "2015550123"),
            ("US", "12015550123"),
            ("US", "(201) 555-0123"),
            ("RU", "9123456789"),
            ("HU", "301234567"),
            ("IT", "3123456789"),
            (None, "1012345678"),
            (None, "12015550123"),
            (None, "123456789012"),
        ],
    )
    def test_kept_as_typed(self, region: str | None, text: str) -> None:
        assert read_phone(text, region=region) == (text, None)

    def test_hyphens_taken_for_minus_signs(self) -> None:
        assert "took the hyphens for minus signs and made -6902 of the number" in _problem("userPhnno", "-6902")

    def test_words_are_no_number(self) -> None:
        assert _problem("userPhnno", "없음") == "없음 isn't a phone number; write one with digits, or leave the cell empty"

    def test_two_numbers_that_it_may_be(self) -> None:
        """A fixed line in Germany without its zero, or one in Poland without its plus."""
        found = next(
            read.problem
            for digits in range(4_812_345_600, 4_812_345_700)
            if (read := read_phone(str(digits * 10), region="DE")).problem is not None
        )
        assert "has lost its beginning and may be +49 " in found.said(english)
        assert " or +48 " in found.said(english)
