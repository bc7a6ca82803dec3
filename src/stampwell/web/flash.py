"""What the next page is to say of what was just done: in a cookie that nobody else can write."""

import base64
import binascii
import json
from typing import NamedTuple

from stampwell.core.phrases import Phrase, from_plain, to_plain
from stampwell.core.signing import SIGNATURE_LENGTH, is_same, sign

FLASH_S = 60
"""How long the next page has to come, in seconds."""


class Flash(NamedTuple):
    """The sentence, and the path that undoes what it tells of; blank where nothing does."""

    said: Phrase
    undo: str


def sign_flash(said: Phrase, *, undo: str, token: str) -> str:
    """The cookie's value; `token` is of the session that it is for."""
    content = base64.urlsafe_b64encode(json.dumps([to_plain(said), undo]).encode()).decode()
    return _signature(content, token) + content


def read_flash(value: str, *, token: str) -> Flash | None:
    """None for a value that this session was not given."""
    signature, content = value[:SIGNATURE_LENGTH], value[SIGNATURE_LENGTH:]
    if not is_same(signature, _signature(content, token)):
        return None
    try:
        said, undo = json.loads(base64.urlsafe_b64decode(content))
    except (binascii.Error, ValueError):
        return None
    return Flash(from_plain(said), undo)


def _signature(content: str, token: str) -> str:
    return sign(token.encode(), b"notice" + content.encode())
