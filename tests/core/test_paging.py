"""Cursors: they say where a page ended, and nobody can make one up."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampwell.core.paging import make_cursor, read_cursor

SECRET, OTHER_SECRET = "ab" * 32, "cd" * 32
INTEGERS = st.integers(-(2**63), 2**63 - 1)


def _with_a_flipped_bit(cursor: str, bit: int) -> str:
    raw = bytearray(base64.urlsafe_b64decode(cursor))
    raw[bit // 8] ^= 1 << bit % 8
    return base64.urlsafe_b64encode(raw).decode()


@given(INTEGERS, INTEGERS, st.text())
def test_it_is_read_as_it_was_made(first: int, second: int, of: str) -> None:
    assert read_cursor(SECRET, of, make_cursor(SECRET, of, (first, second))) == (first, second)


@given(st.integers(0, 255))
def test_every_bit_of_it_counts(bit: int) -> None:
    cursor = make_cursor(SECRET, "list", (1_772_442_000_000_000, 7))
    assert read_cursor(SECRET, "list", _with_a_flipped_bit(cursor, bit)) is None


def test_it_fits_no_other_list_and_no_other_database() -> None:
    cursor = make_cursor(SECRET, "stamps/1", (5, 7))
    assert read_cursor(SECRET, "stamps/2", cursor) is None
    assert read_cursor(OTHER_SECRET, "stamps/1", cursor) is None


@given(st.text())
def test_any_text_is_read_without_an_error(text: str) -> None:
    assert read_cursor(SECRET, "list", text) is None


@pytest.mark.parametrize("length", [0, 15, 16, 31, 33, 64])
def test_another_length_is_none(length: int) -> None:
    assert read_cursor(SECRET, "list", base64.urlsafe_b64encode(bytes(length)).decode()) is None


def test_it_needs_no_escaping_in_a_query_but_its_padding() -> None:
    cursors = "".join(make_cursor(SECRET, "list", (number, -number)) for number in range(200))
    assert set(cursors) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=")
