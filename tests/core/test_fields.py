"""The contract's kinds of values: what each takes, and what it says of what it does not."""

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from stampwell.core.fields import (
    Email,
    HttpsUrl,
    Integer,
    Origin,
    QueryInteger,
    QueryStampIdx,
    StampIdx,
    YesNo,
)
from stampwell.core.phrases import english, say
from stampwell.core.units import LARGEST_INTEGER, SMALLEST_INTEGER

NO_STAMP = "must be a stamp's number (an integer), its code (16 letters and digits) or its link"
CODE = "ZJLF0399WQBEQZJM"


def _read(kind: Any, value: object) -> Any:
    return TypeAdapter(kind).validate_python(value, strict=True)


def _problem(kind: Any, value: object) -> str:
    with pytest.raises(ValidationError) as raised:
        _read(kind, value)
    (detail,) = raised.value.errors()
    values = detail.get("ctx", {})
    return say(values["template"], values, english) if "template" in values else str(detail["msg"])


class TestStampInABody:
    @pytest.mark.parametrize("value", [1347, 0, -1, LARGEST_INTEGER, SMALLEST_INTEGER, CODE, "0" * 16])
    def test_an_integer_or_a_code(self, value: object) -> None:
        assert _read(StampIdx, value) == value

    @pytest.mark.parametrize("value", [CODE.lower(), f" {CODE}\n", f"https://vvd.bz/stamp/{CODE}"])
    def test_a_code_as_people_and_scanners_write_it(self, value: str) -> None:
        assert _read(StampIdx, value) == CODE

    @pytest.mark.parametrize("value", ["1347", " 1347\n", "#1347", "001347"])
    def test_a_number_is_sent_without_quotes(self, value: str) -> None:
        assert _problem(StampIdx, value) == "send the number without quotes: 1347"

    @pytest.mark.parametrize(
        "value",
        [
            *(1347.0, True, False, None, [], {}, "", str(LARGEST_INTEGER + 1)),
            *(CODE[:15], CODE + "A", "\u2167" * 16, "\u0663" * 16),
            *(LARGEST_INTEGER + 1, SMALLEST_INTEGER - 1, 10**400),
        ],
        ids=lambda value: repr(value)[:20],
    )
    def test_nothing_else(self, value: object) -> None:
        assert _problem(StampIdx, value) == NO_STAMP


class TestStampInAQuery:
    @pytest.mark.parametrize(
        ("text", "stamp"),
        [
            *(("1347", 1347), ("0", 0), ("-1", -1), ("007", 7), (str(LARGEST_INTEGER), LARGEST_INTEGER), (CODE, CODE)),
            *((" 1", 1), ("1\r\n", 1), (CODE.lower(), CODE), (f"https://vvd.bz/stamp/{CODE}/", CODE)),
            # Sixteen digits are a code: no number of ours has as many.
            ("1234567890123456", "1234567890123456"),
        ],
    )
    def test_an_integer_or_a_code(self, text: str, stamp: int | str) -> None:
        found = _read(QueryStampIdx, text)
        assert (found, type(found)) == (stamp, type(stamp))

    @pytest.mark.parametrize(
        "text",
        ["", "+1", "1.0", "1e3", "0x1", "1_000", "--1", "\u0663", str(LARGEST_INTEGER + 1), "9" * 5000],
    )
    def test_nothing_else(self, text: str) -> None:
        assert _problem(QueryStampIdx, text) == NO_STAMP


class TestIntegers:
    @pytest.mark.parametrize("value", ["1", 1.0, True, None])
    def test_are_strict_in_a_body(self, value: object) -> None:
        assert "integer" in _problem(Integer, value)

    @pytest.mark.parametrize("text", ["", "1.0", "+1", "1e1", "true", "\uff11", "\u0663", "1_0", "9" * 20])
    def test_are_decimal_digits_in_a_query(self, text: str) -> None:
        assert _problem(QueryInteger, text) == "must be an integer, such as 123"

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            (" 1", "has a space (U+0020) at the start: remove it"),
            ("1\u200b", "has a zero-width space (U+200B) at the end: remove it"),
            ('"1"', "must be an integer: send 1 without quotes"),
        ],
    )
    def test_say_in_a_query_what_is_around_them(self, text: str, problem: str) -> None:
        assert _problem(QueryInteger, text) == problem

    def test_of_a_query_are_integers(self) -> None:
        assert [_read(QueryInteger, text) for text in ("5", "-5", "05")] == [5, -5, 5]


class TestYesAndNo:
    @pytest.mark.parametrize("value", ["y", "n", "yes", "", True, 1, None, "Y "])
    def test_nothing_but_the_two_letters(self, value: object) -> None:
        assert "'Y' or 'N'" in _problem(YesNo, value)


class TestTexts:
    @pytest.mark.parametrize(
        "url", ["http://beans.example", "javascript:alert(1)", "https://", "beans.example", "https:///x", "https://a b.example"]
    )
    def test_only_https_urls_with_a_host(self, url: str) -> None:
        assert _problem(HttpsUrl, url) == "must be a URL that begins with https:// and names a host"

    @pytest.mark.parametrize("blank", ["\u00a0", "\u3000", "\u200b", "\ufeff", "\u200e", " "], ids=ascii)
    def test_a_url_has_no_blank_that_nobody_sees(self, blank: str) -> None:
        assert "at the end: remove it" in _problem(HttpsUrl, f"https://beans.example/menu{blank}")
        assert "inside: remove it" in _problem(HttpsUrl, f"https://beans.example/\u00a0{blank}x")

    @pytest.mark.parametrize("path", ["카페", "\U0001f468\u200d\U0001f373", "caf%C3%A9"], ids=ascii)
    def test_a_url_may_have_any_letters_and_pictures(self, path: str) -> None:
        assert _read(HttpsUrl, f"https://beans.example/{path}") == f"https://beans.example/{path}"

    def test_a_url_is_kept_as_typed(self) -> None:
        assert _read(HttpsUrl, "https://Beans.example/Menu?x=1#top") == "https://Beans.example/Menu?x=1#top"

    def test_an_origin_is_made_canonical(self) -> None:
        assert _read(Origin, "HTTPS://Stamps.Example/") == "https://stamps.example"

    @pytest.mark.parametrize("text", ["name@", "@example.com", "name", "a@b@example.com"])
    def test_an_address_has_its_form(self, text: str) -> None:
        assert _problem(Email, text) == "must have the form of an e-mail address, such as name@example.com"

    @pytest.mark.parametrize("kind", [Email, Origin, HttpsUrl])
    def test_nothing_is_for_whoever_asks_to_judge(self, kind: Any) -> None:
        assert _read(kind, "") == ""
