import os
import re
from collections import Counter
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampwell.core.codes import Alphabet, CodeSource, new_stamp_code, new_user_id


def test_a_stamp_code() -> None:
    assert all(re.fullmatch("[0-9A-Z]{16}", code) for code in (new_stamp_code() for _ in range(1000)))


def test_a_user_id() -> None:
    assert all(re.fullmatch("[0-9A-Za-z]{12}", user_id) for user_id in (new_user_id() for _ in range(1000)))


def test_a_source_never_repeats_itself() -> None:
    source = CodeSource()
    codes = list(islice(iter(source, None), 10_000))
    assert len(set(codes)) == 10_000
    assert all(re.fullmatch("[0-9A-Z]{16}", code) for code in codes)


@given(st.integers(2, 94), st.integers(0, 300))
def test_as_long_as_asked_for(size: int, length: int) -> None:
    characters = "".join(chr(33 + number) for number in range(size))
    drawn = Alphabet(characters).draw(length)
    assert len(drawn) == length
    assert set(drawn) <= set(characters)


@pytest.mark.parametrize("size", [2, 10, 36, 62, 94])
def test_no_character_is_likelier(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a source that gives each byte once, each character comes equally often."""
    monkeypatch.setattr(os, "urandom", lambda _count: bytes(range(256)))
    characters = "".join(chr(33 + number) for number in range(size))
    # All that the source gives, twice: a byte too many would show.
    drawn = Alphabet(characters).draw(2 * (256 - 256 % size))
    assert set(Counter(drawn).values()) == {2 * (256 // size)}
    assert set(drawn) == set(characters)
