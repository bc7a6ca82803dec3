import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stampwell.core.api_keys import digest_of, matches, new_api_key, prefix_of


def test_a_key() -> None:
    key = new_api_key()
    assert re.fullmatch("sk_live_[0-9A-Za-z]{44}", key)
    assert prefix_of(key) == key[:20]
    assert matches(key, digest_of(key))
    assert new_api_key() != key


def test_what_is_stored_holds_nothing_of_the_secret() -> None:
    key = new_api_key()
    assert re.fullmatch("[0-9a-f]{64}", digest_of(key))
    assert key[20:] not in digest_of(key)


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_is_answered(text: str) -> None:
    prefix = prefix_of(text)
    assert prefix is None or (text.startswith(prefix) and len(text) == 52)
    assert not matches(text, digest_of(new_api_key()))


@given(st.integers(0, 51))
def test_one_other_character_is_another_key(place: int) -> None:
    key = new_api_key()
    other = key[:place] + ("a" if key[place] != "a" else "b") + key[place + 1 :]
    assert not matches(other, digest_of(key))


@pytest.mark.parametrize("length", [0, 20, 51, 53, 8000])
def test_a_key_has_one_length(length: int) -> None:
    assert prefix_of(("sk_live_" + "a" * 8000)[:length]) is None


@pytest.mark.parametrize("mark", ["sk_test_", "SK_LIVE_", "sk-live-", "xk_live_"])
def test_a_key_has_one_beginning(mark: str) -> None:
    assert prefix_of(mark + "a" * 44) is None


@pytest.mark.parametrize("kept", [1, 8, 32, 63])
def test_all_of_the_digest_counts(kept: int) -> None:
    key = new_api_key()
    digest = digest_of(key)
    assert not matches(key, digest[:kept] + "x" * (64 - kept))
    assert not matches(key, digest[:kept])


def test_what_is_no_text_is_answered() -> None:
    assert not matches("\udc80" * 52, digest_of(new_api_key()))
