"""Web origins (scheme, host, port), in one spelling so that they can be compared."""

import ipaddress
import re
from functools import lru_cache
from urllib.parse import urlsplit

import idna

_DEFAULT_PORTS = {"http": 80, "https": 443}
# Brackets are around an IPv6 address and nowhere else; the standard parser throws away what stands beside them.
_NETLOC = re.compile(r"[^\[\]]*|\[[0-9A-Fa-f:.]+\](:[0-9]+)?")
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
# Also those that nobody sees. Joiners are not among them: an emoji in a path may be made with one.
_BLANK = re.compile(r"[\s\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_LONGEST = 512
_LONGEST_NAME = 253  # RFC 1035


@lru_cache(maxsize=4096)
def canonical_origin(text: str) -> str | None:
    """`https://Café.example:443/` becomes `https://xn--caf-dma.example`.

    Scheme and host in lower case, host as ASCII (IDNA 2008), no default port, no trailing slash.
    None when the text is no http or https origin: a path, query, fragment, user or a host that cannot exist.
    """
    if len(text) > _LONGEST or not text.isprintable() or " " in text or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    scheme = parts.scheme
    if scheme not in _DEFAULT_PORTS or parts.path not in ("", "/") or "@" in parts.netloc or text.endswith(("?", "#")):
        return None
    if parts.query or parts.fragment or parts.netloc.endswith(":"):
        return None
    host = None if _NETLOC.fullmatch(parts.netloc) is None else _ascii_host(parts.hostname or "")
    if host is None:
        return None
    return f"{scheme}://{host}" if port in (None, _DEFAULT_PORTS[scheme]) else f"{scheme}://{host}:{port}"


def readable_host(host: str) -> str:
    """The host of a canonical origin in the letters it was registered with."""
    try:
        return idna.decode(host)
    except idna.IDNAError:
        return host


def is_https_url(text: str) -> bool:
    """Whether the text is a URL of the web's secure kind: any path and query, no blanks, a host that can exist."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and _BLANK.search(text) is None and canonical_origin(f"https://{parts.netloc}") is not None


def _ascii_host(host: str) -> str | None:
    if ":" in host:
        try:
            return f"[{ipaddress.IPv6Address(host).compressed}]"
        except ValueError:
            return None
    try:
        name = idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return None
    labels = name.split(".")
    if len(name) > _LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        return None
    return name
