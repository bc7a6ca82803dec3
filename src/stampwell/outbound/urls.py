"""Reads URLs in one way alone, so that what was judged is what is requested; and says which may be a webhook's."""

import re
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urlsplit

from stampwell.core.errors import FieldError
from stampwell.core.ip_addresses import written
from stampwell.core.origins import canonical_origin
from stampwell.core.phrases import Phrase, counted, english, phrase
from stampwell.core.unseen import unseen_in
from stampwell.outbound.reach import Address, Reach

LONGEST_URL = 2048

_DEFAULT_PORTS = {"http": 80, "https": 443}
# What follows such a label is an IPv4 address to the C library and to browsers: 2130706433, 0x7f.1, 0177.0.0.1, 127.1.
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
# Everything of ASCII that is printed, but for the blank: only other letters are percent-encoded.
_AS_IT_IS = "".join(map(chr, range(0x21, 0x7F)))

_TOO_LONG = counted("max_length", "must have at most {max_length} character", "must have at most {max_length} characters")
_MALFORMED = phrase("must be a URL such as https://shop.example/stampwell")


class Target(NamedTuple):
    """A URL in its parts. `host` is in ASCII and without brackets, and `address` what it says if it is no name.

    `authority` is the Host header, `path` the path with its query, percent-encoded.
    """

    scheme: str
    host: str
    port: int
    path: str
    address: Address | None
    authority: str


class WrongUrl(Exception):
    """What is wrong with a URL: `problem` goes after the name of the field."""

    def __init__(self, problem: Phrase) -> None:
        super().__init__(problem.said(english))
        self.problem = problem


@lru_cache(maxsize=4096)
def read_url(text: str) -> Target:
    """The parts of an http or https URL. Raises WrongUrl."""
    parts = _split(text)
    if parts.scheme not in _DEFAULT_PORTS:
        raise WrongUrl(phrase("must begin with https://"))
    if "#" in text:
        raise WrongUrl(phrase("must not have a fragment: remove the # and what follows it"))
    if "@" in parts.netloc:
        raise WrongUrl(phrase("must not have a user name or a password: remove the @ and what stands before it"))
    port = _port(parts)
    origin = canonical_origin(f"{parts.scheme}://{parts.netloc}")
    if origin is None:
        raise WrongUrl(_MALFORMED)
    canonical = urlsplit(origin)
    host = canonical.hostname or ""
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, quote(path, safe=_AS_IT_IS), _address(host), canonical.netloc)


def _split(text: str) -> SplitResult:
    """The parts as they stand there: characters that the standard parser would leave out are refused."""
    if len(text) > LONGEST_URL:
        raise WrongUrl(Phrase(_TOO_LONG, {"max_length": LONGEST_URL}))
    unseen = unseen_in(text)
    if unseen is not None:
        raise WrongUrl(unseen)
    try:
        parts = urlsplit(text)
    except ValueError:
        raise WrongUrl(_MALFORMED) from None
    # A backslash is a slash to browsers, and ends the host there.
    if " " in text or "\\" in text or not text.isprintable():
        raise WrongUrl(_MALFORMED)
    return parts


def _port(parts: SplitResult) -> int:
    try:
        port = _DEFAULT_PORTS[parts.scheme] if parts.port is None else parts.port
    except ValueError:
        port = 0
    if not port:
        raise WrongUrl(phrase("must have a port from 1 to 65535, or none"))
    return port


def _address(host: str) -> Address | None:
    """The address that the host is, or None for a name."""
    if ":" not in host and _NUMBER.fullmatch(host.rpartition(".")[2]) is None:
        return None
    try:
        return ip_address(host)
    except ValueError:
        raise WrongUrl(phrase("must have its IP address as four decimal numbers, such as 192.0.2.1")) from None


def endpoint_url_error(url: str, reach: Reach) -> FieldError | None:
    """Why that cannot be the `url` of a webhook; None if it can. A name is judged again at each attempt, by its addresses."""
    try:
        problem = _not_allowed(read_url(url), reach)
    except WrongUrl as error:
        problem = error.problem
    return None if problem is None else FieldError("url", problem)


def _not_allowed(target: Target, reach: Reach) -> Phrase | None:
    if target.address is not None and not reach.allows(str(target.address), scheme="https"):
        return phrase(
            "must not be an address that is not public: {address} has to be listed in {setting} by the operator of this server",
            address=written(target.address),
            setting="STAMPWELL_WEBHOOK_ALLOW",
        )
    if target.scheme == "https":
        return None
    if not reach.listed:
        return phrase("must begin with https://")
    if target.address is not None and not reach.lists(target.address):
        return phrase(
            "must begin with https://: by http only those addresses are reached that {setting} lists",
            setting="STAMPWELL_WEBHOOK_ALLOW",
        )
    return None
