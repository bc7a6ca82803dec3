"""E-mail addresses: their form, and what two spellings of one have in common. Whether one exists is not asked."""

import re
from string import ascii_lowercase, ascii_uppercase

import idna
from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from stampwell.core.text import normalized

# The everyday form, at a fiftieth of the library's 15 µs. A test holds that the library takes all that this takes.
_EVERYDAY = re.compile(
    r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9]|-(?!-)){0,40}[A-Za-z0-9]\.){1,3}[A-Za-z]{2,20}"
)
_LONGEST_ADDRESS = 254
_LONGEST_LOCAL_PART = 64
_LONGEST_DOMAIN = 253  # RFC 1035
_ASCII_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)
_PUNYCODE_LABEL = re.compile(r"xn--([a-z0-9-]{1,59})", re.IGNORECASE)

# The library refuses reserved names such as .test and .local; the form is all that is asked for here. Emptying the list
# is the way its documentation gives.
SPECIAL_USE_DOMAIN_NAMES.clear()


def is_email_address(text: str) -> bool:
    """Whether the text has the form `name@host.tld` of RFC 5322 and RFC 6531, without a look-up."""
    if _EVERYDAY.fullmatch(text) and text.index("@") <= _LONGEST_LOCAL_PART:
        return True
    try:
        parsed = validate_email(text, check_deliverability=False, globally_deliverable=False, strict=True)
    except EmailNotValidError:
        return False
    return "." in parsed.domain


def email_key(text: str) -> str:
    """What every spelling of an address has in common: without case, its domain as the DNS has it.

    Of plain ASCII it is what both databases' `lower` makes of it (PostgreSQL's with the collation "C"). Of what is too long to
    be an address it is nothing but small letters.
    """
    if text.isascii() or len(text) > _LONGEST_ADDRESS:
        return text.lower()
    local, at, domain = _composed(text).rpartition("@")
    return f"{_composed(local.casefold())}{at}{_ascii_domain(domain)}"


def stored_email_key(text: str | None) -> str | None:
    """The key to store beside an address; None where the database can make it of the address itself."""
    return None if text is None or text.isascii() else email_key(text)


def email_candidates(text: str) -> tuple[str, ...]:
    """The keys by which that address may be stored; beside its own, those that it had before keys were kept."""
    if text.isascii():
        return (text.lower(),)
    return tuple(dict.fromkeys((email_key(text), ascii_lower(text), text.lower())))


def ascii_lower(text: str) -> str:
    """What both databases' `lower` makes of it: of A to Z, and of no other letter."""
    return text.translate(_ASCII_LOWER)


def with_unicode_domain(text: str) -> str:
    """The text with the labels of domains in it as people read them: `bücher` for `xn--bcher-kva`."""
    return _PUNYCODE_LABEL.sub(_unicode_label, text)


def _composed(text: str) -> str:
    # Folding makes three characters of one at most.
    return normalized("NFC", text, longest=3 * _LONGEST_ADDRESS)


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode() if len(domain) <= _LONGEST_DOMAIN else domain.casefold()
    except UnicodeError:
        return domain.casefold()


def _unicode_label(label: re.Match[str]) -> str:
    try:
        return label[1].encode().decode("punycode")
    except UnicodeError:
        return label[0]
