"""Signatures of what we hand out and get back: cookies, cursors, fields of forms. HMAC-SHA256.

What is signed begins with what it is for, or is signed with a key for that alone, so that no signature fits another purpose.
Browsers and clients hold what earlier versions signed: what is signed, and how long a signature is, stays as it is.
"""

import hmac

SIGNATURE_LENGTH = 32
"""Characters of a signature: 128 bits in hexadecimal."""


def sign(key: bytes, message: bytes) -> str:
    """The signature, in hexadecimal."""
    return keyed_digest(key, message).hex()[:SIGNATURE_LENGTH]


def keyed_digest(key: bytes, message: bytes) -> bytes:
    """All 32 bytes, for whoever writes them otherwise."""
    return hmac.digest(key, message, "sha256")


def is_same(given: bytes | str, expected: bytes | str) -> bool:
    """Whether somebody gave what was expected, in a time that does not tell how much of it is right."""
    return hmac.compare_digest(_bytes(given), _bytes(expected))


def _bytes(value: bytes | str) -> bytes:
    # What was sent may hold anything, also halves of characters.
    return value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
