import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from stampwell.core import emails
from stampwell.core.emails import (
    ascii_lower,
    email_candidates,
    email_key,
    is_email_address,
    stored_email_key,
    with_unicode_domain,
)

everyday = st.from_regex(emails._EVERYDAY, fullmatch=True).filter(lambda text: text.index("@") <= emails._LONGEST_LOCAL_PART)


@given(everyday)
def test_the_library_takes_all_that_the_fast_path_takes(address: str) -> None:
    parsed = validate_email(address, check_deliverability=False, globally_deliverable=False)
    assert parsed.normalized.lower() == address.lower()
    assert is_email_address(address)


@given(st.text() | st.from_regex(r".{0,10}@.{0,10}", fullmatch=True))
def test_any_text_is_answered(text: str) -> None:
    assert is_email_address(text) in {True, False}
    assert not (is_email_address(text) and "@" not in text)


class TestKeys:
    @pytest.mark.parametrize(
        ("address", "key"),
        [
            ("Kim@Beans.Example", "kim@beans.example"),
            ("KIM@BÜCHER.example", "kim@xn--bcher-kva.example"),
            ("kim@bu\u0308cher.example", "kim@xn--bcher-kva.example"),
            ("kim@XN--bcher-KVA.example", "kim@xn--bcher-kva.example"),
            ("kim@straße.example", "kim@xn--strae-oqa.example"),
            ("ÉMILE@Beans.Example", "émile@beans.example"),
            ("김@한글.example", "김@xn--bj0bj06e.example"),
            ("é@no..domain", "é@no..domain"),
            ("kim@-É-.example", "kim@-é-.example"),
            ("É", "xn--9ca"),
        ],
    )
    def test_are_without_case_and_with_the_domain_as_the_dns_has_it(self, address: str, key: str) -> None:
        assert email_key(address) == key

    @given(st.text())
    def test_any_text_has_one_that_is_its_own(self, text: str) -> None:
        assert email_key(text) in email_candidates(text)
        assert (stored_email_key(text) is None) == text.isascii()

    @given(everyday)
    def test_of_a_plain_address_is_what_databases_make_of_it(self, address: str) -> None:
        assert email_candidates(address) == (ascii_lower(address),) == (email_key(address),)

    def test_before_they_were_stored_an_address_was_its_own(self) -> None:
        assert email_candidates("KIM@BÜCHER.example") == (
            "kim@xn--bcher-kva.example",
            "kim@bÜcher.example",
            "kim@bücher.example",
        )


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("kim@xn--bcher-kva.example", "kim@bücher.example"),
        ("KIM@XN--BCHER-KVA", "KIM@BüCHER"),
        ("a@xn--bj0bj06e.xn--3e0b707e", "a@한글.한국"),
        ("xn--", "xn--"),
        ("kim@beans.example", "kim@beans.example"),
        ("xn--99999999", "xn--99999999"),
    ],
)
def test_domains_as_people_read_them(text: str, read: str) -> None:
    assert with_unicode_domain(text) == read
