"""Query strings, as browsers, curl and careless clients write them."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampwell.core.query_text import Parameter, parse


@pytest.mark.parametrize(
    ("query", "parameters"),
    [
        (b"", []),
        (b"&&", []),
        (b"a=1", [Parameter("a", "1", is_utf8=True)]),
        (b"a", [Parameter("a", "", is_utf8=True)]),
        (
            b"a=1&b=&a=2",
            [Parameter("a", "1", is_utf8=True), Parameter("b", "", is_utf8=True), Parameter("a", "2", is_utf8=True)],
        ),
        (b"a=b=c", [Parameter("a", "b=c", is_utf8=True)]),
        (b"a=1+2%2B3%20%26", [Parameter("a", "1 2+3 &", is_utf8=True)]),
        (b"%ED%95%9C=%EA%B8%80", [Parameter("한", "글", is_utf8=True)]),
        ("한=글".encode(), [Parameter("한", "글", is_utf8=True)]),
        (b"a=100%&b=%zz", [Parameter("a", "100%", is_utf8=True), Parameter("b", "%zz", is_utf8=True)]),
        (b"a=%ff", [Parameter("a", "\ufffd", is_utf8=False)]),
        (b"%ff=a", [Parameter("\ufffd", "a", is_utf8=False)]),
        (b"a=%ED%A0%80", [Parameter("a", "\ufffd\ufffd\ufffd", is_utf8=False)]),
    ],
)
def test_names_and_values(query: bytes, parameters: list[Parameter]) -> None:
    assert list(parse(query)) == parameters


@given(st.lists(st.tuples(st.text(min_size=1), st.text())))
def test_what_is_encoded_comes_back(pairs: list[tuple[str, str]]) -> None:
    assert list(parse(urlencode(pairs).encode())) == [Parameter(name, value, is_utf8=True) for name, value in pairs]


@given(st.binary())
def test_any_bytes_are_read(query: bytes) -> None:
    assert len(list(parse(query))) == len([part for part in query.split(b"&") if part])
