"""Phone numbers that a spreadsheet took for numbers: what can be known again, and what is lost."""

import re
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType

from stampwell.core.phones import phone_digits
from stampwell.core.phrases import Phrase, translatable
from stampwell.features.imports.damage import narrowed, without_exponent, without_fraction

_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){2,}")
_SUBTRACTED = re.compile(r"-[0-9]+")
_LONGER_THAN_AT_HOME = 12
# The field's own rule refuses shorter texts than that.
_LONGEST = 100
_BARE = re.compile(r"[0-9]{7,15}")

_HAS_NO_DIGITS = translatable("{text} isn't a phone number; write one with digits, or leave the cell empty")
_IS_SUBTRACTED = translatable(
    "the spreadsheet took the hyphens for minus signs and made {text} of the number; format the column as text, enter the "
    "number again and export again"
)
_IS_EITHER = translatable(
    "{text} has lost its beginning and may be {first} or {second}; format the column as text and write the number with its "
    "plus or its zero"
)


class PhoneRead(NamedTuple):
    """A number as it is kept, or why it cannot be known."""

    text: str
    problem: Phrase | None = None


def read_phone(text: str, *, region: str | None) -> PhoneRead:
    """As typed, but for what a spreadsheet has done to it; blank for a hyphen or the like, which says that there is none.

    region: the country (ISO 3166) of the shop, if it is known.
    """
    if len(text) > _LONGEST:
        return PhoneRead(text)
    if not phone_digits(text):
        return _without_digits(text)
    number = without_exponent(without_fraction(narrowed(text)), phone=True)
    if number.problem is not None:
        return PhoneRead(text, number.problem)
    if _SUBTRACTED.fullmatch(number.text):
        return PhoneRead(text, Phrase(_IS_SUBTRACTED, {"text": text}))
    plain = number.text.replace(",", "") if _GROUPED.fullmatch(number.text) else number.text
    if not _BARE.fullmatch(plain):
        return PhoneRead(plain)
    return _with_plus(plain) if region is None else _with_beginning(plain, region)


def _without_digits(text: str) -> PhoneRead:
    if any(char.isalnum() for char in text):
        return PhoneRead(text, Phrase(_HAS_NO_DIGITS, {"text": text}))
    return PhoneRead("")


def _with_plus(digits: str) -> PhoneRead:
    """Of a shop in no country. Numbers of so many digits have a country code; of shorter ones nobody knows."""
    number = _valid(f"+{digits}", None) if len(digits) >= _LONGER_THAN_AT_HOME else None
    return PhoneRead(digits if number is None else _international(number))


def _with_beginning(digits: str, region: str) -> PhoneRead:
    """Digits alone, with the plus or the zero that they lost, if there can have been one only."""
    at_home, with_zero, with_plus = _valid(digits, region), _valid(f"0{digits}", region), _valid(f"+{digits}", None)
    if with_zero is not None and _at_home(with_zero) != f"0{digits}":
        with_zero = None
    if at_home is not None and _is_whole(digits, at_home, with_zero):
        return PhoneRead(digits)
    found = [number for number in (with_zero, with_plus) if number is not None]
    mobile = [number for number in found if phonenumbers.number_type(number) == PhoneNumberType.MOBILE]
    # Customers give the numbers of their mobiles.
    likely = mobile if len(mobile) == 1 else found
    if len(likely) > 1:
        first, second = map(_international, likely)
        return PhoneRead(digits, Phrase(_IS_EITHER, {"text": digits, "first": first, "second": second}))
    return PhoneRead(_international(likely[0]) if likely else digits)


def _is_whole(digits: str, number: PhoneNumber, with_zero: PhoneNumber | None) -> bool:
    """Whether that is how the number is written inside its country."""
    if _at_home(number) == digits:
        return True
    international = f"{number.country_code}{phonenumbers.national_significant_number(number)}"
    return with_zero is None and (digits != international or number.country_code == _NANP)


def _valid(text: str, region: str | None) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None


def _at_home(number: PhoneNumber) -> str:
    return phone_digits(phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))


def _international(number: PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


# North America dials its country code before long-distance numbers.
_NANP = 1
