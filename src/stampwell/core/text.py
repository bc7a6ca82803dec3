"""Small questions about text."""

import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal

# Unicode's control characters: C0, DEL and C1.
CONTROL_CHARACTERS = r"\x00-\x1f\x7f-\x9f"

# Comparing is quadratic in length; no name of ours is longer than this.
_LONGEST_NAME = 40


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that a mistyped one most likely meant, or None when none is near."""
    if len(name) > _LONGEST_NAME:
        return None
    folded = {word.casefold(): word for word in known}
    found = get_close_matches(name.casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def with_line_feeds(text: str) -> str:
    """The text with every line end as LF: forms and other systems' notes have CR LF, old files a lone CR."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def normalized(form: Literal["NFC", "NFKC"], text: str, *, longest: int) -> str:
    """The text in that form of Unicode; as it is if it has more characters than whatever is meant to be read can have.

    Marks in a row are sorted in a time that grows with the square of their number, and nobody else comes to run meanwhile:
    8,000 take half a second.
    """
    return unicodedata.normalize(form, text) if len(text) <= longest else text
