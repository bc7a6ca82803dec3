"""Browsers that somebody signed in with before: a signed cookie says so, one entry for each person and address.

Whoever brings one is not held up by wrong tries that others make at the address. It opens nothing by itself, and counts for
nobody else who gives the same address: anybody may give it who has not proved it.
"""

import re

from stampwell.core.codes import ALPHANUMERIC
from stampwell.core.emails import email_key
from stampwell.core.signing import SIGNATURE_LENGTH, is_same, sign
from stampwell.core.units import DAY_S, SECOND_US

REMEMBERED_S = 365 * DAY_S
"""How long a browser is known after somebody signed in with it."""

# People who share a till take turns at one browser.
_MOST = 6
_NONCE_LENGTH = 16
_ENTRY = re.compile(rf"([0-9]{{1,12}})\.([A-Za-z0-9]{{{_NONCE_LENGTH}}})\.([0-9a-f]{{{SIGNATURE_LENGTH}}})")


def find_nonce(cookie: str, email: str, person_id: int, *, secret: str, now_us: int) -> str:
    """What tries at that person from this browser are counted by; blank for a browser that is not known for them."""
    found = (entry for entry in _entries(cookie) if _is_of(entry, email, person_id, secret=secret))
    return next((nonce for until_s, nonce, _ in found if int(until_s) * SECOND_US > now_us), "")


def remember(cookie: str, email: str, person_id: int, *, secret: str, now_us: int) -> str:
    """The cookie of a browser with which that person has just signed in by that address. Entries of others stay."""
    until_s, nonce = str(now_us // SECOND_US + REMEMBERED_S), ALPHANUMERIC.draw(_NONCE_LENGTH)
    fresh = (until_s, nonce, _signature(secret, email, person_id, until_s, nonce))
    others = [entry for entry in _entries(cookie) if not _is_of(entry, email, person_id, secret=secret)]
    return "~".join(".".join(entry) for entry in [fresh, *others][:_MOST])


def _entries(cookie: str) -> list[tuple[str, str, str]]:
    """Until when, nonce and signature of each, whoever wrote them."""
    found = [_ENTRY.fullmatch(entry) for entry in cookie.split("~", _MOST)[:_MOST]]
    return [(entry[1], entry[2], entry[3]) for entry in found if entry is not None]


def _is_of(entry: tuple[str, str, str], email: str, person_id: int, *, secret: str) -> bool:
    until_s, nonce, signature = entry
    return is_same(signature, _signature(secret, email, person_id, until_s, nonce))


def _signature(secret: str, email: str, person_id: int, until_s: str, nonce: str) -> str:
    # Neither a number nor a nonce holds a newline, and the address comes last.
    text = f"{until_s}\n{nonce}\n{person_id}\n{email_key(email)}".encode("utf-8", "surrogatepass")
    return sign(bytes.fromhex(secret), text)
