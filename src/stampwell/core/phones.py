"""Phone numbers as people write them: the digits that identify one, and every form in which the same one may be stored.

Stored are the digits of what was typed, because reading a number takes the library longer than a fifth of issuing a stamp.
Whoever looks a number up asks for all the forms that it may have been typed in (docs/decisions/0027-phones-by-candidates.md).
"""

import re
import unicodedata
from typing import NamedTuple

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumber, PhoneNumberFormat, ValidationResult

from stampwell.core.text import normalized

# Fewer digits are more likely the end of a number, unless the country has numbers as short.
SHORTEST_NUMBER = 7
_SHORTEST_ANYWHERE = 4

_EVERYDAY = re.compile(r"[0-9+\-(). ]*")
_NOT_DIGITS = re.compile(r"[^0-9]+")

# RFC 3966. A context that is a host name says nothing about the number.
_LINK = re.compile(r"\s*tel:(?P<number>[^;]*)(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
_CONTEXT = re.compile(r";phone-context=(?P<prefix>\+[0-9.\-]+)", re.IGNORECASE)
_EXTENSION = re.compile(
    r"(?P<mark>extension|extn|e?xt|x|#|~|int|anexo|poste|доб\w{0,8}|내선번호|내선|内線|分機|分机|转|轉|;|,)"
    r"[\s.:=#-]{0,5}[0-9]{1,9}[\s)\]#]{0,5}\Z",
    re.IGNORECASE,
)
# What stands before an extension has so many digits or letters at least; `#135` is no extension.
_SHORTEST_BEFORE_EXTENSION = 5
_TRUNK_ZERO = re.compile(r"[(\[]\s?0\s?[)\]]")
# The longest country code, behind 00 or 011.
_MOST_BEFORE_TRUNK_ZERO = 6

# 1-800-FLOWERS: letters behind too few digits for a number of their own. Seven may be one, with a remark behind it.
_VANITY = re.compile(r"\s*[+(]*(?P<digits>[0-9][0-9()+\-. ]*?)(?P<joint>[-. )]*)(?P<letters>[A-Za-z][A-Za-z0-9\-. ]*)\Z")
_MOST_BEFORE_LETTERS = 6
_FEWEST_LETTERS = 3
_LONGEST_NUMBER = 15
# A number with whatever people put around it.
_LONGEST_TEXT = 300
_LONGEST_VANITY = 40
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")

# The ways out of most countries, also where they are not this one's.
_WAYS_OUT = ("00", "011")


class _Dialled(NamedTuple):
    """The digits of a number, and whether a plus before them says that the first are a country code."""

    plus: bool
    digits: str


def phone_digits(text: str) -> str:
    """The digits 0-9 that identify a number as it was typed, without an extension; blank where there are none."""
    # Most are typed so; issuing pays for each a quarter of a microsecond.
    plain = text.replace("-", "").replace(" ", "").removeprefix("+")
    if plain.isdigit() and plain.isascii():
        return plain
    if _EVERYDAY.fullmatch(text) and "(0)" not in text:
        return _NOT_DIGITS.sub("", text)
    return _dialled(text).digits


def parse_phone(text: str, region: str | None) -> PhoneNumber | None:
    """The number, or None for a text that can be none. `region`: the country (ISO 3166) of one without a country code."""
    dialled = _dialled(text)
    if len(dialled.digits) < _SHORTEST_ANYWHERE:
        return None
    readings = [number for spelling in _readings(dialled, region) if (number := _parsed(*spelling)) is not None]
    # The numbers of some countries begin as the way out of others does.
    likely = (*_with_own_code(dialled, region), *readings)
    valid = next((number for number in likely if phonenumbers.is_valid_number(number)), None)
    return valid or (readings[0] if readings and len(dialled.digits) >= SHORTEST_NUMBER else None)


def phone_candidates(text: str, region: str | None) -> tuple[str, ...]:
    """All the digits under which the same number may be stored, as typed first; none for a text without digits.

    Forms without a country code are among them only where the number is of that region, or no region is known.
    """
    typed = phone_digits(text)
    number = parse_phone(text, region)
    if number is None:
        return (typed,) if typed else ()
    country, significant = str(number.country_code), phonenumbers.national_significant_number(number)
    national = _national_forms(number, significant)
    # +82 010-…, which is wrong and common.
    after_country = [f"{country}{form}" for form in (significant, *national)]
    at_home = (*national, significant, significant.lstrip("0")) if _is_at_home(number, region) else ()
    with_way_out = [f"{way_out}{form}" for way_out in _ways_out(region) for form in after_country]
    return tuple(dict.fromkeys((typed, after_country[0], *at_home, *after_country, *with_way_out)))


def phone_spellings(text: str, region: str | None) -> tuple[str, ...]:
    """The digits as typed, then as dialled inside the country, if that is the region or none is known, and from abroad."""
    typed = phone_digits(text)
    number = parse_phone(text, region)
    if number is None:
        return (typed,) if typed else ()
    significant = phonenumbers.national_significant_number(number)
    national = (_national_forms(number, significant)[0],) if _is_at_home(number, region) else ()
    return tuple(dict.fromkeys((typed, *national, f"{number.country_code}{significant}")))


def is_phone(text: str) -> bool:
    """Whether the text is meant as a number: digits with signs between them, maybe in a link or with an extension."""
    plain = _without_extension(_without_link(_plain(text)))
    return _count_digits(plain) > 0 and not any(char.isalpha() for char in plain)


def has_keypad_letters(text: str) -> bool:
    """Whether letters in it stand for digits, as in 1-800-FLOWERS; it may be meant as words all the same."""
    plain = _without_extension(_without_link(_plain(text)))
    return _with_keypad_digits(plain) != plain


def _dialled(text: str) -> _Dialled:
    plain = _without_extension(_without_link(_plain(text)))
    trunk_zero = _TRUNK_ZERO.search(plain)
    if trunk_zero is not None and 0 < _count_digits(plain[: trunk_zero.start()]) <= _MOST_BEFORE_TRUNK_ZERO:
        plain = f"{plain[: trunk_zero.start()]} {plain[trunk_zero.end() :]}"
    head, plus, _ = plain.partition("+")
    digits = _NOT_DIGITS.sub("", _with_keypad_digits(plain))
    # What has digits keeps some, also where it is no number.
    return _Dialled(bool(plus) and not _count_digits(head), digits or _NOT_DIGITS.sub("", _plain(text)))


def _plain(text: str) -> str:
    """Digits of every script as 0-9, letters of full width as usual; without what cannot be seen."""
    if text.isascii():
        return text
    return "".join(_plain_char(char) for char in normalized("NFC", text, longest=_LONGEST_TEXT))


def _plain_char(char: str) -> str:
    if char.isascii():
        return char
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    # Figures in circles and the like are decoration, also those that are one sign with a letter.
    return "".join(part for part in unicodedata.normalize("NFKC", char) if category[0] != "N" and not part.isdecimal())


def _without_link(plain: str) -> str:
    link = _LINK.match(plain)
    if link is None:
        return plain
    number, context = link["number"], _CONTEXT.search(link["rest"])
    return number if context is None or "+" in number else f"{context['prefix']} {number}"


def _without_extension(plain: str) -> str:
    found = _EXTENSION.search(plain)
    if found is None:
        return plain
    before = plain[: found.start()]
    # Commas that are in it more than once group the digits.
    if found["mark"] == "," and "," in before.rstrip(", "):
        return plain
    count = sum(char.isascii() and char.isalnum() for char in before)
    return before if count >= _SHORTEST_BEFORE_EXTENSION else plain


def _with_keypad_digits(plain: str) -> str:
    # The pattern looks at short texts only: it takes the square of their length.
    found = _VANITY.match(plain) if len(plain) <= _LONGEST_VANITY else None
    if found is None:
        return plain
    digits, letters = _count_digits(found["digits"]), sum(char.isalpha() for char in found["letters"])
    most = _MOST_BEFORE_LETTERS + (found["joint"] == "-")
    in_all = digits + sum(char.isalnum() for char in found["letters"])
    if digits > most or letters < _FEWEST_LETTERS or not SHORTEST_NUMBER - 1 <= in_all <= _LONGEST_NUMBER:
        return plain
    return found["digits"] + found["letters"].lower().translate(_KEYPAD)


def _count_digits(plain: str) -> int:
    return sum(char.isdigit() for char in plain)


def _readings(dialled: _Dialled, region: str | None) -> list[tuple[str, str | None]]:
    """What the digits may stand for, and where: the likeliest first."""
    plus, digits = dialled
    if plus:
        return [(f"+{digits.lstrip('0')}", None)]
    at_home = [] if region is None else [(digits, region)]
    return [*at_home, *((f"+{digits.removeprefix(way_out)}", None) for way_out in _WAYS_OUT if digits.startswith(way_out))]


def _with_own_code(dialled: _Dialled, region: str | None) -> list[PhoneNumber]:
    """With the country code of the region, but without the plus, as spreadsheets leave it, or with 00 for it."""
    if dialled.plus or region is None:
        return []
    digits, code = dialled.digits, str(phonenumbers.country_code_for_region(region))
    behind = [digits.removeprefix(before) for before in ("", "00") if digits.startswith(before + code)]
    return [number for spelling in behind if (number := _parsed(f"+{spelling}", None)) is not None]


def _parsed(spelling: str, region: str | None) -> PhoneNumber | None:
    try:
        number = phonenumbers.parse(spelling, region)
    except NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return number if possible else None


def _national_forms(number: PhoneNumber, significant: str) -> list[str]:
    """As it is dialled inside its country: as people write it, and with what is dialled first there."""
    country = number.country_code or 0
    forms = [_NOT_DIGITS.sub("", phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL))]
    trunk = phonenumbers.ndd_prefix_for_region(phonenumbers.region_code_for_country_code(country), True) or ""  # noqa: FBT003
    # Where it is the country code (+1), the international form has it.
    if trunk and trunk != str(country):
        forms.append(f"{trunk}{significant}")
    return list(dict.fromkeys(forms))


def _is_at_home(number: PhoneNumber, region: str | None) -> bool:
    return region is None or number.country_code == phonenumbers.country_code_for_region(region)


def _ways_out(region: str | None) -> list[str]:
    """00, and the region's own where it is one and not many."""
    metadata = None if region is None else PhoneMetadata.metadata_for_region(region, None)
    own = "" if metadata is None else metadata.preferred_international_prefix or metadata.international_prefix or ""
    own = own.replace("~", "")
    return ["00", own] if own.isdecimal() and own != "00" else ["00"]
