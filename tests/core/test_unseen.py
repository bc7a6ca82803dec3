"""Characters that nobody sees: each is named, with its code and its place."""

import time

import pytest

from stampwell.core.fields import PLAIN, PLAIN_WITH_LINES
from stampwell.core.phrases import english, phrase
from stampwell.core.unseen import blank_against, unseen_in, unseen_or, unseen_or_in_english

NAMED = {
    " ": "a space",
    "\t": "a tab",
    "\n": "a line end",
    "\r": "a line end",
    "\xa0": "a no-break space",
    "\u202f": "a narrow no-break space",
    "\u3000": "a full-width space",
    "\u200b": "a zero-width space",
    "\ufeff": "a byte order mark",
    "\xad": "a soft hyphen",
    "\u200e": "a direction mark",
    "\u2069": "a direction mark",
    "\x00": "a control character",
    "\x9f": "a control character",
    "\u2060": "an invisible character",
    "\u3164": "an invisible character",
    "\U000e0020": "an invisible character",
}


def _said(text: str) -> str | None:
    problem = unseen_in(text)
    return None if problem is None else problem.said(english)


@pytest.mark.parametrize(("character", "name"), NAMED.items(), ids=ascii)
def test_each_is_named_wherever_it_is(character: str, name: str) -> None:
    what = f"has {name} (U+{ord(character):04X})"
    assert _said(f"{character}2026-01-01") == f"{what} at the start: remove it"
    assert _said(f"2026-01-01{character}") == f"{what} at the end: remove it"
    assert _said(f"2026-01-01{character} {character}") == f"{what} at the end: remove it"
    assert _said(f"2026{character}-01-01") == (None if character == " " else f"{what} inside: remove it")


@pytest.mark.parametrize("text", ["", "Kim", "Kim Min ji", "kim@bücher.example", "김하늘", "a-b_c'd\"e", "é"])
def test_what_can_be_seen_is_not(text: str) -> None:
    assert unseen_in(text) is None
    assert unseen_or(text, phrase("must be {what}", what="shorter")).said(english) == "must be shorter"
    assert unseen_or_in_english(text, "must be shorter") == "must be shorter"


def test_the_first_of_several_is_named() -> None:
    assert _said(" a\xa0") == "has a space (U+0020) at the start: remove it"
    assert _said("a\u200b\tb ") == "has a zero-width space (U+200B) inside: remove it"


@pytest.mark.parametrize(
    ("text", "pattern", "said"),
    [
        ("a\tb", PLAIN, "has a tab (U+0009) inside: remove it"),
        ("a\xa0b\n", PLAIN, "has a line end (U+000A) at the end: remove it"),
        ("\r\na", PLAIN, "has a line end (U+000D) at the start: remove it"),
        ("a\t\x0bb", PLAIN_WITH_LINES, "has a line end (U+000B) inside: remove it"),
        ("a\x00\tb", PLAIN, None),
        ("a b\n", PLAIN_WITH_LINES, None),
    ],
    ids=ascii,
)
def test_a_blank_that_a_field_does_not_take(text: str, pattern: str, said: str | None) -> None:
    problem = blank_against(text, pattern)
    assert (None if problem is None else problem.said(english)) == said


@pytest.mark.parametrize("text", [" " * 1_000_000 + "x" + " " * 1_000_000, "\xa0" * 1_000_000 + "x", "x" * 1_000_000 + "\t"])
def test_a_long_text_takes_no_longer_than_it_is(text: str) -> None:
    began_s = time.process_time()
    assert unseen_in(text) is not None
    assert time.process_time() - began_s < 5
