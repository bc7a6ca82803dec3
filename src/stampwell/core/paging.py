"""Cursors: where a page ended, as an opaque text that nobody can make up.

A cursor holds its position and an HMAC-SHA256 of it, of the account and of the filters: it fits no other list.
"""

import base64
import binascii
import struct

from stampwell.core.signing import is_same, keyed_digest

_SIGNATURE_BYTES = 16
_POSITION = struct.Struct(">qq")


def make_cursor(secret: str, of: str, position: tuple[int, int]) -> str:
    """The cursor of that position in the list that `of` names."""
    packed = _POSITION.pack(*position)
    return base64.urlsafe_b64encode(packed + _signature(secret, of, packed)).decode()


def read_cursor(secret: str, of: str, cursor: str) -> tuple[int, int] | None:
    """The position, or None for a text that is no cursor of that list."""
    try:
        raw = base64.b64decode(cursor, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    packed, signature = raw[: _POSITION.size], raw[_POSITION.size :]
    if not is_same(signature, _signature(secret, of, packed)):
        return None
    first, second = _POSITION.unpack(packed)
    return first, second


def _signature(secret: str, of: str, packed: bytes) -> bytes:
    return keyed_digest(bytes.fromhex(secret), of.encode() + b"\0" + packed)[:_SIGNATURE_BYTES]
