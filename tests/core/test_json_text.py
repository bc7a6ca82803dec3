"""JSON text: what is said of any bytes, and that all of it can be translated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampwell.core.json_text import NotJsonText, NotUtf8Text, kind_of, parse
from stampwell.core.phrases import Phrase, english

_WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")

# Something wrong of every sort that the parser tells apart, in its own words.
WRONG = {
    "EOF while parsing a list": b"[1",
    "EOF while parsing an object": b'{"a": 1',
    "EOF while parsing a string": b'"a',
    "EOF while parsing a value": b"",
    "expected `:`": b'{"a" 1}',
    "expected `,` or `]`": b"[1 2]",
    "expected `,` or `}`": b'{"a": 1 "b": 2}',
    "expected ident": b"nul1",
    "expected value": b"?",
    "invalid escape": b'"\\x"',
    "invalid number": b"01",
    "control character (\\u0000-\\u001F) found while parsing a string": b'"\x00"',
    "key must be a string": b"{1: 2}",
    "lone leading surrogate in hex escape": b'"\\udc00"',
    "trailing comma": b"[1,]",
    "trailing characters": b"{} {}",
    "unexpected end of hex escape": b'"\\ud800"',
    "recursion limit exceeded": b"[" * 1000,
}


@pytest.mark.parametrize(("words", "text"), WRONG.items(), ids=WRONG)
def test_what_the_parser_says_can_be_translated(words: str, text: bytes) -> None:
    with pytest.raises(NotJsonText) as refused:
        parse(text)
    assert isinstance(refused.value.problem, Phrase)
    assert refused.value.problem.said(english) == words


@given(st.binary() | st.text(alphabet='{}[]":,0123456789aeflnrstu\\ ').map(str.encode))
def test_any_bytes_are_a_value_or_refused_with_a_place(text: bytes) -> None:
    first = (1, 0)
    try:
        kind_of(parse(text).value)
    except NotUtf8Text:
        place = first
    except NotJsonText as error:
        place = (error.line, error.column)
    else:
        place = first
    assert place >= first


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": "é"}'.encode("latin-1"), "byte 8, on line 1, is 0xE9, which cannot stand there"),
        ('{\n"이름": "김"}'.encode("cp949"), "byte 4, on line 2, is 0xC0, which cannot stand there"),
        ('{"a": "名"}'.encode("shift-jis"), "byte 8, on line 1, is 0x96, which cannot stand there"),
        ('{"a": "김'.encode()[:-1], "byte 8, on line 1, is 0xEA, which cannot stand there"),
        (b'{"a": "\xed\xa0\x80"}', "byte 8, on line 1, is 0xED, which cannot stand there"),
        (b'\xef\xbb\xbf{"a": "\xff"}', "byte 8, on line 1, is 0xFF, which cannot stand there"),
        (b"\x1f\x8b\x08\x00", "byte 2, on line 1, is 0x8B, which cannot stand there"),
        *((' {"a": 1}'.encode(encoding), f"it is {encoding[:6].upper()}") for encoding in _WIDE),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_not_utf_8_is_told_so(text: bytes, problem: str) -> None:
    with pytest.raises(NotUtf8Text) as refused:
        parse(text)
    assert str(refused.value) == problem


@pytest.mark.parametrize("text", ["{}", '{"a": 1, "a": 2}', " [1]", f'{{"a": {"9" * 5000}}}'])
def test_a_byte_order_mark_is_passed_over_once(text: str) -> None:
    assert parse(b"\xef\xbb\xbf" + text.encode()) == parse(text.encode())
    with pytest.raises(NotJsonText) as refused:
        parse(b"\xef\xbb\xbf" * 100_000 + text.encode())
    assert (refused.value.line, refused.value.column) == (1, 1)


def test_the_place_counts_from_one() -> None:
    with pytest.raises(NotJsonText) as refused:
        parse(b'{\n  "a": ?}')
    assert (refused.value.line, refused.value.column) == (2, 8)


def test_names_given_more_than_once_are_told_wherever_they_are() -> None:
    parsed = parse(b'{"a": {"b": 1, "b": 2}, "c": [{"d": 1, "d": 2, "d": 3}], "a": 3}')
    assert parsed.repeated == ["b", "d", "a"]
    assert parsed.value == {"a": 3, "c": [{"d": 3}]}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (b"{}", "an object"),
        (b"[]", "an array"),
        (b'""', "a string"),
        (b"true", "true or false"),
        (b"null", "null"),
        (b"1", "a number"),
        (b"1.5", "a number"),
    ],
)
def test_every_value_has_a_kind(text: bytes, kind: str) -> None:
    assert kind_of(parse(text).value).said(english) == kind
