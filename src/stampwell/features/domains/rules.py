"""Which origins an account may register for itself."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.model_problems import TOO_LONG
from stampwell.core.origins import canonical_origin
from stampwell.core.phrases import Phrase, phrase
from stampwell.core.unseen import unseen_or

MOST_DOMAINS = 100
"""An account's domains: each is looked for at least once a day."""

# With `_stampwell.` before it, a name has to fit into the 253 characters of RFC 1035.
_LONGEST_HOST = 253 - len("_stampwell.")
# Browsers take a name that ends like this for an IPv4 address, however it is written.
_ENDS_IN_NUMBER = re.compile(r"(.*\.)?(\d+|0x[0-9a-f]*)")


def registrable_origin(text: str, instance_domains: frozenset[str]) -> str:
    """The text as a canonical https origin of a name; `https://` may be left out. Raises FieldsWrong for `domain`."""
    text = text.strip()
    origin = canonical_origin(text if "://" in text else f"https://{text}")
    if origin is None:
        raise _wrong(unseen_or(text, phrase("must be a domain such as https://stamps.example.com, without a path")))
    parts = urlsplit(origin)
    host = parts.hostname or ""
    if parts.scheme != "https":
        raise _wrong(phrase("must begin with https://, because the links of stamps do"))
    if parts.port is not None:
        raise _wrong(phrase("must have no port: certificates are made for the usual one"))
    if _is_address(host) or "." not in host:
        raise _wrong(phrase("must be the full name of a domain such as stamps.example.com, not an address or a short name"))
    if len(host) > _LONGEST_HOST:
        raise _wrong(phrase(TOO_LONG, max_length=_LONGEST_HOST))
    if origin in instance_domains:
        raise _wrong(phrase("is a domain of this Stampwell itself: every account can use it, without registering it"))
    return origin


def require_room(count: int) -> None:
    """Raises FieldsWrong for `domain` when the account has as many as it may."""
    if count >= MOST_DOMAINS:
        raise _wrong(phrase("is one too many: an account can have {most}. Remove one first.", most=MOST_DOMAINS))


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return _ENDS_IN_NUMBER.fullmatch(host) is not None
    return True


def _wrong(problem: Phrase) -> FieldsWrong:
    return FieldsWrong([FieldError("domain", problem)])
