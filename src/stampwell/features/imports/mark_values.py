"""How many marks a customer has collected, as people and spreadsheets write it."""

import re
import unicodedata
from typing import NamedTuple

from stampwell.core.phrases import Phrase, translatable

_MOST_DIGITS = 9
# Longer texts are no numbers; the patterns need not look at them.
_LONGEST = 40
_NUMBER = re.compile(rf"\+?([0-9]{{1,{_MOST_DIGITS}}})")
# 7 stamps, 7개, 7個
_WITH_UNIT = re.compile(
    rf"([0-9]{{1,{_MOST_DIGITS}}}) ?"
    r"(?:stamps?|marks?|visits?|punch(?:es)?|x|개|회|번|個|回|枚|个|次|stempel|tampons?|sellos?)",
    re.IGNORECASE,
)
# 3/10, 3 of 10
_OF_GOAL = re.compile(r"([0-9]{1,3}) ?(?:/|of|von|de|sur) ?([0-9]{1,3})", re.IGNORECASE)
_NONE = frozenset("-–—")  # noqa: RUF001 - they are meant

_IS_NO_COUNT = translatable("{text} isn't a number of stamps; write a whole number, such as 3")


class MarksRead(NamedTuple):
    """A count, or None where the cell says that there are none, or why it cannot be known (`value` is the text then).

    mended: it was written with more than its digits.
    """

    value: int | str | None
    mended: bool = False
    problem: Phrase | None = None


def read_marks(text: str) -> MarksRead:
    """`text` is not blank. Whether the card takes as many is left to its rules."""
    plain = unicodedata.normalize("NFKC", text).strip() if len(text) <= _LONGEST else ""
    if found := _NUMBER.fullmatch(plain):
        return MarksRead(int(found[1]), plain != text)
    if plain in _NONE:
        return MarksRead(None, mended=True)
    if found := _WITH_UNIT.fullmatch(plain):
        return MarksRead(int(found[1]), mended=True)
    # The other way round it would be more than a card has.
    if (found := _OF_GOAL.fullmatch(plain)) and int(found[1]) <= int(found[2]):
        return MarksRead(int(found[1]), mended=True)
    return MarksRead(text, problem=Phrase(_IS_NO_COUNT, {"text": text[:_LONGEST]}))
