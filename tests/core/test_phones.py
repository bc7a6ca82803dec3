"""Phone numbers: the digits that identify one, and every form of the same one."""

# ruff: noqa: RUF001 - characters that look like others are what is tested.

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType

from stampwell.core.phones import (
    is_phone,
    parse_phone,
    phone_candidates,
    phone_digits,
    phone_spellings,
)

KINDS = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE, PhoneNumberType.TOLL_FREE)
EXAMPLES = [
    (region, example)
    for region in sorted(phonenumbers.SUPPORTED_REGIONS)
    for kind in KINDS
    if (example := phonenumbers.example_number_for_type(region, kind)) is not None
]


class TestDigits:
    @pytest.mark.parametrize(
        ("typed", "digits"),
        [
            ("010-5550-3998", "01055503998"),
            ("+1 123-4567-8900", "112345678900"),
            ("(02) 123.4567", "021234567"),
            ("02-123-4567/8", "0212345678"),
            ("Mobile: 010-5550-3998", "01055503998"),
            ("#135", "135"),
            ("1,012,345,678", "1012345678"),
            ("010,5550,3998", "01055503998"),
            ("", ""),
            ("none", ""),
            ("-", ""),
            ("tel:;5", "5"),
            ("kim ext 12", "12"),
        ],
    )
    def test_are_those_that_were_typed(self, typed: str, digits: str) -> None:
        assert phone_digits(typed) == digits

    @pytest.mark.parametrize(
        ("typed", "digits"),
        [
            ("０１０－５５５０－３９９８", "01055503998"),
            ("٠١٠٥٥٥٠٣٩٩٨", "01055503998"),
            ("۰۱۰۵۵۵۰۳۹۹۸", "01055503998"),
            ("\u202a+82 10-5550-3998\u202c", "821055503998"),
            ("010\u200b5550\u00ad3998", "01055503998"),
            ("\ufeff010\u00a05550\u20113998", "01055503998"),
            ("1²③㍘", "1"),
            ("é1", "1"),
        ],
    )
    def test_are_0_to_9_in_every_script_and_whatever_cannot_be_seen(self, typed: str, digits: str) -> None:
        assert phone_digits(typed) == digits

    @pytest.mark.parametrize(
        "typed",
        [
            "02-123-4567 ext 12",
            "02-123-4567 Ext. 12",
            "02-123-4567 extension 12",
            "02-123-4567x12",
            "02-123-4567 #12",
            "02-123-4567;ext=12",
            "02-123-4567 내선 12",
            "02-123-4567(내선 12)",
            "02-123-4567 (내선번호: 12)",
            "02-123-4567 (内線12)",
            "02-123-4567,12",
            "02-123-4567,,12#",
            "０２－１２３－４５６７ｘ１２",
            "tel:02-123-4567;ext=12",
        ],
    )
    def test_are_without_an_extension(self, typed: str) -> None:
        assert phone_digits(typed) == "021234567"

    @pytest.mark.parametrize(
        ("typed", "digits"),
        [
            ("tel:+82-10-5550-3998", "821055503998"),
            ("TEL:010-5550-3998", "01055503998"),
            (" tel:10-5550-3998;phone-context=+82", "821055503998"),
            ("tel:010-5550-3998;ext=7;phone-context=cafe7.example", "01055503998"),
            ("tel:+82-10-5550-3998;isub=12345", "821055503998"),
        ],
    )
    def test_are_those_of_a_link(self, typed: str, digits: str) -> None:
        assert phone_digits(typed) == digits

    @pytest.mark.parametrize(
        ("typed", "digits"),
        [
            ("+49 (0)30 123456", "4930123456"),
            ("0049 (0) 30 123456", "004930123456"),
            ("+82(0)10-5550-3998", "821055503998"),
            ("(0)30 123456", "030123456"),
            ("010-5550(0)3998", "010555003998"),
        ],
    )
    def test_are_without_a_zero_in_brackets_behind_a_country_code(self, typed: str, digits: str) -> None:
        assert phone_digits(typed) == digits

    @pytest.mark.parametrize(
        ("typed", "digits"),
        [
            ("1-800-FLOWERS", "18003569377"),
            ("1 800 flowers", "18003569377"),
            ("1-800-555-TELL", "18005558355"),
            ("1-800-FLOWERS ext. 7", "18003569377"),
            ("010-5550-3998 home", "01055503998"),
            ("555-1234 mom", "5551234"),
        ],
    )
    def test_are_those_of_letters_on_the_keys_but_of_no_remark(self, typed: str, digits: str) -> None:
        assert phone_digits(typed) == digits

    @given(st.text(max_size=60))
    def test_are_digits_whatever_was_typed(self, typed: str) -> None:
        digits = phone_digits(typed)
        assert digits == "" or (digits.isascii() and digits.isdigit())

    @given(st.text(alphabet="0123456789+-(). ", max_size=30).filter(lambda typed: "(0)" not in typed))
    def test_of_everyday_text_are_all_of_them(self, typed: str) -> None:
        assert phone_digits(typed) == "".join(filter(str.isdigit, typed))


class TestReading:
    @pytest.mark.parametrize(
        ("typed", "region", "read"),
        [
            ("010-5550-3998", "KR", "+82 10-5550-3998"),
            ("10-5550-3998", "KR", "+82 10-5550-3998"),
            ("821055503998", "KR", "+82 10-5550-3998"),
            ("82 010 5550 3998", "KR", "+82 10-5550-3998"),
            ("+82 010-5550-3998", None, "+82 10-5550-3998"),
            ("+082 10 5550 3998", None, "+82 10-5550-3998"),
            ("(+82) 10 5550 3998", "JP", "+82 10-5550-3998"),
            ("0082 10 5550 3998", "KR", "+82 10-5550-3998"),
            ("(0082) 010-5550-3998", "KR", "+82 10-5550-3998"),
            ("0082 10 5550 3998", None, "+82 10-5550-3998"),
            ("001-82-10-5550-3998", "KR", "+82 10-5550-3998"),
            ("011 82 10 5550 3998", "US", "+82 10-5550-3998"),
            ("011 82 10 5550 3998", None, "+82 10-5550-3998"),
            ("011-234-5678", "KR", "+82 11-234-5678"),
            ("010-1234-5678", "KR", "+82 10-1234-5678"),
            ("(212) 555-0123", "US", "+1 212-555-0123"),
            ("1-800-FLOWERS", "US", "+1 800-356-9377"),
            ("06 1234 5678", "IT", "+39 06 1234 5678"),
            ("312 345", "AD", "+376 312 345"),
        ],
    )
    def test_a_number_is_read_with_its_country(self, typed: str, region: str | None, read: str) -> None:
        number = parse_phone(typed, region)
        assert number is not None
        assert phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL) == read

    @pytest.mark.parametrize(
        ("typed", "region"),
        [
            ("010-5550-3998", None),
            ("5678", "KR"),
            ("555-0123", "US"),
            ("", "KR"),
            ("+82", "KR"),
            ("0" * 30, "KR"),
            ("none", None),
        ],
    )
    def test_what_is_no_whole_number_is_none(self, typed: str, region: str | None) -> None:
        assert parse_phone(typed, region) is None

    @given(st.text(max_size=60), st.sampled_from([None, "KR", "US", "DE", "JP"]))
    def test_no_text_is_too_strange(self, typed: str, region: str | None) -> None:
        number = parse_phone(typed, region)
        assert number is None or isinstance(number, PhoneNumber)
        assert all(form.isdigit() and form.isascii() for form in phone_candidates(typed, region))


class TestCandidates:
    def test_are_all_the_forms_of_a_number_as_typed_first(self) -> None:
        assert phone_candidates("+82 10-5550-3998", "KR") == (
            "821055503998",
            "01055503998",
            "1055503998",
            "8201055503998",
            "00821055503998",
            "008201055503998",
        )

    def test_have_the_own_way_out_of_the_country_where_there_is_one(self) -> None:
        assert phone_candidates("(212) 555-0123", "US") == ("2125550123", "12125550123", "0012125550123", "01112125550123")

    def test_of_a_foreign_number_are_none_without_its_country_code(self) -> None:
        assert "09012345678" not in phone_candidates("+82 90-1234-5678", "JP")
        assert "9012345678" not in phone_candidates("+82 90-1234-5678", "JP")
        assert "09012345678" in phone_candidates("+81 90-1234-5678", "JP")

    def test_where_no_country_is_known_are_those_of_the_number_itself(self) -> None:
        assert "01055503998" in phone_candidates("+82 10-5550-3998", None)
        assert phone_candidates("010-5550-3998", None) == ("01055503998",)

    @pytest.mark.parametrize(("typed", "forms"), [("5678", ("5678",)), ("+1 23", ("123",)), ("-", ()), ("", ())])
    def test_of_what_cannot_be_read_are_its_digits_alone(self, typed: str, forms: tuple[str, ...]) -> None:
        assert phone_candidates(typed, "KR") == forms

    @pytest.mark.parametrize(("region", "example"), EXAMPLES)
    def test_each_spelling_finds_each_other_in_every_country(self, region: str, example: PhoneNumber) -> None:
        spellings = _spellings(region, example)
        for typed in spellings:
            candidates = phone_candidates(typed, region)
            assert {phone_digits(stored) for stored in spellings} <= set(candidates)
            assert len(candidates) <= 12


class TestSpellings:
    @pytest.mark.parametrize(
        ("typed", "region", "spellings"),
        [
            ("010-1234-5678", "KR", ("01012345678", "821012345678")),
            ("+82 10 1234 5678", "KR", ("821012345678", "01012345678")),
            ("+82 10 1234 5678", None, ("821012345678", "01012345678")),
            ("+82 10 1234 5678", "JP", ("821012345678",)),
            ("0082 10 1234 5678", None, ("00821012345678", "01012345678", "821012345678")),
            ("090-1234-5678", "JP", ("09012345678", "819012345678")),
            ("(212) 555-0123", "US", ("2125550123", "12125550123")),
            ("010-1234-5678", None, ("01012345678",)),
            ("5678", "KR", ("5678",)),
            ("-", "KR", ()),
        ],
    )
    def test_are_those_of_inside_and_outside_the_country(
        self, typed: str, region: str | None, spellings: tuple[str, ...]
    ) -> None:
        assert phone_spellings(typed, region) == spellings


class TestWhetherATextIsANumber:
    @pytest.mark.parametrize(
        "text", ["5678", "010-1234 5678", "tel:+82-10-1234-5678", "02-123-4567 내선 12", "٠١٠", "+82 (0)10"]
    )
    def test_it_is(self, text: str) -> None:
        assert is_phone(text)

    @pytest.mark.parametrize("text", ["kim 5678", "5678 kim", "seat-12", "-", "", "kim", "1-800-FLOWERS", "김 5678"])
    def test_it_is_not(self, text: str) -> None:
        assert not is_phone(text)


def _spellings(region: str, number: PhoneNumber) -> list[str]:
    country, significant = number.country_code, phonenumbers.national_significant_number(number)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    return [
        national,
        phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL),
        phonenumbers.format_number(number, PhoneNumberFormat.E164),
        phonenumbers.format_number(number, PhoneNumberFormat.RFC3966),
        phonenumbers.format_out_of_country_calling_number(number, region),
        f"00{country}{significant}",
        f"{country}{significant}",
        significant,
        f"+{country} {national}",
    ]
