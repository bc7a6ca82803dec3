"""JSON text: what is said of any bytes, and that all of it can be translated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampwell.core.json_text import NotJsonText, kind_of, parse
from stampwell.core.phrases import Phrase, english

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
    "invalid unicode code point": b'"\xff"',
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
    except NotJsonText as error:
        place = (error.line, error.column)
    else:
        place = first
    assert place >= first


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
