"""API keys: `sk_live_`, 12 characters to find the key by, 32 secret ones (about 190 bits).

Only the SHA-256 of a key is stored. A plain hash is enough because the secret is random, not chosen by a person.
"""

import hashlib

from stampwell.core.codes import ALPHANUMERIC
from stampwell.core.signing import is_same

_MARK = "sk_live_"
_PREFIX_LENGTH = len(_MARK) + 12
_KEY_LENGTH = _PREFIX_LENGTH + 32


def new_api_key() -> str:
    """A fresh key, to be shown once."""
    return _MARK + ALPHANUMERIC.draw(_KEY_LENGTH - len(_MARK))


def prefix_of(api_key: str) -> str | None:
    """The part a key is found by; None for a text that cannot be a key of ours."""
    if len(api_key) != _KEY_LENGTH or not api_key.startswith(_MARK):
        return None
    return api_key[:_PREFIX_LENGTH]


def digest_of(api_key: str) -> str:
    """SHA-256 in hexadecimal: what is stored."""
    return hashlib.sha256(api_key.encode("utf-8", "surrogatepass")).hexdigest()


def matches(api_key: str, digest: str) -> bool:
    """Whether the stored digest is that key's, in a time that tells nothing."""
    return is_same(digest_of(api_key), digest)
