"""Characters that nobody sees: what copying from a page, a chat or a spreadsheet leaves at a value."""

import re

from stampwell.core.phrases import Phrase, english, phrase

# Blanks but for the plain one, controls, marks of direction, joiners, fillers, variation selectors and tags.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f"
    "\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)

_LINE_END, _DIRECTION, _CONTROL = phrase("a line end"), phrase("a direction mark"), phrase("a control character")
_NAMES = {
    " ": phrase("a space"),
    "\t": phrase("a tab"),
    **dict.fromkeys("\n\r\v\f\x85\u2028\u2029", _LINE_END),
    "\xa0": phrase("a no-break space"),
    "\u202f": phrase("a narrow no-break space"),
    "\u3000": phrase("a full-width space"),
    "\u200b": phrase("a zero-width space"),
    "\ufeff": phrase("a byte order mark"),
    "\xad": phrase("a soft hyphen"),
    **dict.fromkeys("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", _DIRECTION),
}
_OTHER = phrase("an invisible character")


def unseen_in(text: str) -> Phrase | None:
    """Names the first character that nobody sees, and says where it is; None when there is none.

    A plain space counts at the start and at the end only.
    """
    found = _UNSEEN.search(text)
    if text.startswith(" "):
        return _named(" ", text, 0)
    if found is not None:
        return _named(found[0], text, found.start())
    return _named(" ", text, len(text) - 1) if text.endswith(" ") else None


def unseen_or(text: str, problem: Phrase) -> Phrase:
    """Why the text cannot be used: what nobody sees in it, or else that problem."""
    return unseen_in(text) or problem


def unseen_or_in_english(text: str, problem: str) -> str:
    """The same for the command line."""
    unseen = unseen_in(text)
    return problem if unseen is None else unseen.said(english)


def blank_against(text: str, pattern: str) -> Phrase | None:
    """As `unseen_in`, for a tab or a line end that is why the text does not fit `^[…]*$`; None when it is another character."""
    one = re.compile(pattern)
    found = next((unseen for unseen in _UNSEEN.finditer(text) if one.fullmatch(unseen[0]) is None), None)
    return _named(found[0], text, found.start()) if found is not None and found[0] in _NAMES else None


def _named(character: str, text: str, place: int) -> Phrase:
    what = _NAMES.get(character) or (_CONTROL if character < "\xa0" else _OTHER)
    code = f"U+{ord(character):04X}"
    if place == 0:
        return phrase("has {what} ({code}) at the start: remove it", what=what, code=code)
    if not _UNSEEN.sub("", text[place:]).strip(" "):
        return phrase("has {what} ({code}) at the end: remove it", what=what, code=code)
    return phrase("has {what} ({code}) inside: remove it", what=what, code=code)
