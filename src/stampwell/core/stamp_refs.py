"""A stamp as people, scanners and messengers name it: by its number, by its code in any spelling, or by its link."""

import re
import unicodedata
from urllib.parse import unquote

from stampwell.core.codes import CODE_LENGTH
from stampwell.core.units import LARGEST_INTEGER, SMALLEST_INTEGER

StampRef = int | str
"""How a request names a stamp: by its number, or by its code in capital letters."""

LONGEST_STAMP_REF = 2048
"""No browser shows a longer link. It also bounds what the patterns below have to look through."""

_CODE = re.compile(f"[0-9A-Z]{{{CODE_LENGTH}}}")
# A code may be all digits, and no number of ours has sixteen.
_NUMBER = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{17,19})")
_WITH_SIGN = re.compile(r"(#?)\s*(-?[0-9]{1,19})")
# Blanks and any kind of dash, where a group of four ends: a break anywhere else is a mistake and not a spelling.
_DASHES = "\\-\u2010-\u2015\u2212"
_GAP = f"[\\s{_DASHES}]*"
_GROUPS = re.compile(f"[0-9A-Za-z]{{4}}(?:{_GAP}[0-9A-Za-z]{{4}}){{3}}")
_ENDING = re.compile("[0-9A-Za-z]{4,15}")
_WITHOUT_SIGNS = re.compile(r"[^\W_](?:.*[^\W_])?", re.DOTALL)
# The host itself may be called "stamp". "&" ends the link where another link carries it in its query.
_LINK = re.compile(r"(?:\S*?/)??stamp/(?!stamp/)([^/?#&]*)", re.IGNORECASE)


def read_stamp_ref(text: str) -> StampRef | None:
    """The stamp's number or its code in capital letters; None for a text that cannot name a stamp.

    A number may have `#` before it, and blanks around it. For codes and links see `read_stamp_code`.
    """
    if _CODE.fullmatch(text):
        return text
    if _NUMBER.fullmatch(text):
        return _in_range(int(text))
    plain = _plain(text)
    code = _code_or_link(plain)
    if code is not None:
        return code
    number = _WITH_SIGN.fullmatch(plain.strip())
    return None if number is None else _in_range(int(number[2]))


def has_number_sign(text: str) -> bool:
    """Whether it is a stamp's number with `#` before it: no part of a phone number or of a user id is written like that."""
    number = _WITH_SIGN.fullmatch(_plain(text).strip())
    return number is not None and bool(number[1])


def read_stamp_code(text: str) -> str | None:
    """The code that a text is, in capital letters; None for any other text.

    Case and width of letters make no difference, nor do blanks, line ends and dashes between groups of four, nor signs and
    unseen characters around it. A link on any host, whole or without its scheme, percent-encoded or inside another link, is
    read as its code.
    """
    return text if _CODE.fullmatch(text) else _code_or_link(_plain(text))


def read_code_ending(text: str) -> str | None:
    """The last characters of a code, at least four and not all of it, in capital letters; None for any other text.

    Signs around it make no difference, such as the ellipsis before it, nor do dashes.
    """
    bare = re.sub(f"[{_DASHES}]", "", without_signs(_plain(text)))
    return bare.upper() if _ENDING.fullmatch(bare) else None


def without_signs(text: str) -> str:
    """From its first letter or digit to its last."""
    found = _WITHOUT_SIGNS.search(text)
    return "" if found is None else found[0]


def _code_or_link(plain: str) -> str | None:
    bare = without_signs(plain)
    link = _LINK.match(bare)
    # Only in a link: there a plus sign may be a blank.
    code = bare if link is None else without_signs(link[1].replace("+", " "))
    return re.sub(_GAP, "", code).upper() if _GROUPS.fullmatch(code) else None


def _plain(text: str) -> str:
    """Percent-decoded, without differences of width and without characters that nobody sees, such as direction marks.

    Blank for a text that is too long to name a stamp.
    """
    if len(text) > LONGEST_STAMP_REF:
        return ""
    seen = "".join(char for char in unquote(text) if unicodedata.category(char) != "Cf")
    return unicodedata.normalize("NFKC", seen)


def _in_range(number: int) -> int | None:
    return number if SMALLEST_INTEGER <= number <= LARGEST_INTEGER else None
