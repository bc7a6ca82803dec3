"""The words by which a stamp is found, and what somebody may mean who types one. Pure: no SQL, no clock."""

import unicodedata
from collections.abc import Iterable
from itertools import groupby

from stampwell.core.emails import with_unicode_domain
from stampwell.core.phones import SHORTEST_NUMBER, phone_spellings
from stampwell.features.stamps.model import Customer
from stampwell.features.stamps.search.east_asian_names import names_within

MOST_WORDS = 12
LONGEST_WORD = 100
MOST_TERMS = 5
ENDING_LENGTH = 4
"""How much of a code's end is a word of its own; whoever types more of it is found by that word too."""

_MOST_NAME_WORDS = 6
# Of longer texts nothing is taken apart: see `normalized`.
_LONGEST_TEXT = 300
# What people say of a number: its end, or all of a mobile number but the digits that most begin with.
_ENDS = (8, 4)


def words_of(customer: Customer, region: str | None) -> list[str]:
    """What a stamp of that customer is found by: at most MOST_WORDS, of letters and digits alone, folded.

    region: where a phone number without a country code belongs (ISO 3166), if that is known.
    """
    others = [fold(customer.user_id), fold(with_unicode_domain(customer.user_email or ""))]
    if customer.user_phone:
        spellings = phone_spellings(customer.user_phone, region)
        others += [*spellings, *(spelling[-end:] for spelling in spellings[:1] for end in _ENDS)]
    others = _distinct(others)
    names = _distinct(_name_words(customer.user_name or ""))[:_MOST_NAME_WORDS]
    return _distinct([*names[: MOST_WORDS - len(others)], *others])


def ending_word(code: str) -> str:
    """The word of a stamp's last characters. Its sign keeps it apart from every word that somebody types."""
    return f"-{code[-ENDING_LENGTH:]}"


def terms_of(text: str) -> list[str]:
    """What a text asks for: the beginning of a word each. Digits with signs and spaces between them are one phone number."""
    terms: list[str] = []
    for lettered, pieces in groupby(text.split(), key=_has_letter):
        folded = [fold(with_unicode_domain(piece)) for piece in pieces]
        terms += folded if lettered or _few_digits_among_words(folded, text) else ["".join(folded)]
    return list(dict.fromkeys(term[:LONGEST_WORD] for term in terms if term))[:MOST_TERMS]


def fold(text: str) -> str:
    """The text without differences that nobody types: case, width, accents, and whatever is neither letter nor digit."""
    return "".join(_folded_pieces(text))


def _distinct(words: Iterable[str]) -> list[str]:
    return [word[:LONGEST_WORD] for word in dict.fromkeys(words) if word]


def _name_words(name: str) -> list[str]:
    """Each part between spaces as a whole, then the parts of those that have signs in them: `jeanluc`, `jean`, `luc`.

    Then what names without spaces have in them, and those with spaces without.
    """
    words: list[str] = []
    pieces = [_folded_pieces(piece) for piece in name.split()]
    for parts in pieces:
        words.append("".join(parts))
        words += parts if len(parts) > 1 else []
    return [*words, *names_within([part for parts in pieces for part in parts])]


def _has_letter(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _few_digits_among_words(pieces: Iterable[str], text: str) -> bool:
    return _has_letter(text) and sum(map(len, pieces)) < SHORTEST_NUMBER


def _folded_pieces(text: str) -> list[str]:
    folded = text.casefold() if text.isascii() else _without_accents(text)
    if folded.isalnum():
        return [folded]
    return "".join(_kept(folded)).split()


def _without_accents(text: str) -> str:
    """Folded. Accents are the marks that European scripts have in common; those of other scripts make other letters."""
    if len(text) > _LONGEST_TEXT:
        return text.casefold()
    apart = unicodedata.normalize("NFKD", text).casefold()
    # Folding may put some apart that were one.
    plain = (char for char in unicodedata.normalize("NFKD", apart) if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFKC", "".join(plain))


def _kept(folded: str) -> Iterable[str]:
    # Marks belong to the letters before them in many scripts.
    return (char if unicodedata.category(char)[0] in "LMN" else " " for char in folded)
