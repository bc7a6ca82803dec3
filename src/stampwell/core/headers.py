"""The headers of a request: by name, and what some of them say."""

import random
import re
from collections.abc import Iterable, Mapping

# Of the headers that are read, those whose value is a list: sending them again makes it longer (RFC 9110, 5.3).
_LISTS = frozenset({b"accept-language", b"prefer"})

_SANE_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")
_PLAIN_JSON = b"application/json"
# Split at the semicolons first: one expression for all of it could be made to backtrack for ever.
_JSON = re.compile(rb"application/json", re.IGNORECASE)
_PARAMETER = re.compile(rb"(charset[ \t]{0,8}=[ \t]{0,8}\"?utf-?8\"?)?", re.IGNORECASE)

REPEATED = b"\n"
"""Stands between the values of a header that is no list but came several times; nothing sent over HTTP/1 can hold it."""


def by_name(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Every value of every name, which are in lower case."""
    values: dict[bytes, list[bytes]] = {}
    for name, value in headers:
        values.setdefault(name, []).append(value)
    return {name: (b", " if name in _LISTS else REPEATED).join(several) for name, several in values.items()}


def is_json(content_type: bytes) -> bool:
    """Whether it names JSON in UTF-8."""
    if content_type == _PLAIN_JSON:
        return True
    kind, *parameters = (part.strip() for part in content_type.split(b";"))
    return _JSON.fullmatch(kind) is not None and all(_PARAMETER.fullmatch(parameter) for parameter in parameters)


def request_id_of(headers: Mapping[bytes, bytes]) -> str:
    """The id the client sent, if it sent a sane one, or a fresh one."""
    sent = headers.get(b"x-request-id")
    if sent is not None and _SANE_REQUEST_ID.fullmatch(sent):
        return str(sent, "ascii")
    # Random enough to tell requests apart; it guards nothing, and `secrets` would let go of the interpreter lock.
    return f"{random.getrandbits(96):024x}"
