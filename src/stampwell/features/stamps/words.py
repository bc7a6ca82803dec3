"""The words by which a stamp is found, and what somebody may mean who types one. Pure: no SQL, no clock."""

import unicodedata
from collections.abc import Iterable
from itertools import groupby

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from stampwell.core.text import digits_of
from stampwell.features.stamps.model import Customer

MOST_WORDS = 12
LONGEST_WORD = 100
MOST_TERMS = 5
MOST_SPELLINGS = 4

_MOST_NAME_WORDS = 6
_LAST_DIGITS = 4
# A shorter text of digits is more likely the end of a number than one with a country and a national spelling.
_SHORTEST_NUMBER = 7


def words_of(customer: Customer, region: str | None) -> list[str]:
    """What a stamp of that customer is found by: at most MOST_WORDS, of letters and digits alone, folded.

    region: where a phone number without a country code belongs (ISO 3166), if that is known.
    """
    words = _name_words(customer.user_name or "")[:_MOST_NAME_WORDS]
    words += [fold(customer.user_id), fold(customer.user_email or "")]
    if customer.user_phone:
        spellings = phone_spellings(customer.user_phone, region)
        words += [*spellings, *(spelling[-_LAST_DIGITS:] for spelling in spellings[:1])]
    return [word[:LONGEST_WORD] for word in dict.fromkeys(words) if word][:MOST_WORDS]


def terms_of(text: str) -> list[str]:
    """What a text asks for: the beginning of a word each. Digits with signs and spaces between them are one phone number."""
    terms: list[str] = []
    for lettered, pieces in groupby(text.split(), key=_has_letter):
        folded = [fold(piece) for piece in pieces]
        terms += folded if lettered or _few_digits_among_words(folded, text) else ["".join(folded)]
    return list(dict.fromkeys(term[:LONGEST_WORD] for term in terms if term))[:MOST_TERMS]


def fold(text: str) -> str:
    """The text without differences that nobody types: case, width, accents, and whatever is neither letter nor digit."""
    return "".join(_folded_pieces(text))


def phone_spellings(text: str, region: str | None) -> list[str]:
    """The digits of a phone number as they were typed, then as typed inside its country and from outside."""
    typed = digits_of(text)
    if len(typed) < _SHORTEST_NUMBER:
        return [typed] if typed else []
    number = _number(text, region)
    if number is None:
        return [typed]
    national = digits_of(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))
    international = f"{number.country_code}{phonenumbers.national_significant_number(number)}"
    return list(dict.fromkeys((typed, national, international)))[:MOST_SPELLINGS]


def _name_words(name: str) -> list[str]:
    """Each part between spaces as a whole, then the parts of those that have signs in them: `jeanluc`, `jean`, `luc`."""
    words: list[str] = []
    for piece in name.split():
        parts = _folded_pieces(piece)
        words.append("".join(parts))
        words += parts if len(parts) > 1 else []
    return words


def _has_letter(text: str) -> bool:
    return any(char.isalpha() for char in text)


def _few_digits_among_words(pieces: Iterable[str], text: str) -> bool:
    return _has_letter(text) and sum(map(len, pieces)) < _SHORTEST_NUMBER


def _folded_pieces(text: str) -> list[str]:
    folded = text.casefold() if text.isascii() else _without_accents(text)
    if folded.isalnum():
        return [folded]
    return "".join(_kept(folded)).split()


def _without_accents(text: str) -> str:
    """Folded. Accents are the marks that European scripts have in common; those of other scripts make other letters."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    # Folding may put some apart that were one.
    plain = (char for char in unicodedata.normalize("NFKD", apart) if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFKC", "".join(plain))


def _kept(folded: str) -> Iterable[str]:
    # Marks belong to the letters before them in many scripts.
    return (char if unicodedata.category(char)[0] in "LMN" else " " for char in folded)


def _number(text: str, region: str | None) -> PhoneNumber | None:
    typed = text.strip()
    # The way out of most countries, also where it is not this one's.
    for spelling in (typed, f"+{typed.removeprefix('00')}") if typed.startswith("00") else (typed,):
        try:
            return phonenumbers.parse(spelling, region)
        except NumberParseException:
            continue
    return None
