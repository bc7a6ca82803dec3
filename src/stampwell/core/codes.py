"""Random texts from a cryptographic source: stamp codes, generated user ids, the parts of API keys."""

import os
import string

CODE_LENGTH = 16
USER_ID_LENGTH = 12
_CODES_AT_ONCE = 100


class Alphabet:
    """Draws evenly from up to 256 ASCII characters.

    Bytes beyond the last whole multiple of the alphabet's length are thrown away, so that no character is likelier.
    """

    def __init__(self, characters: str) -> None:
        count = len(characters)
        usable = 256 - 256 % count
        self._table = bytes(ord(characters[byte % count]) for byte in range(256))
        self._unusable = bytes(range(usable, 256))

    def draw(self, length: int) -> str:
        """A random text of that many characters."""
        drawn = b""
        while len(drawn) < length:
            drawn += os.urandom(length + 8).translate(self._table, self._unusable)
        return drawn[:length].decode("ascii")


class CodeSource:
    """Stamp codes, drawn a hundred at a time: asking the system for each would let go of the interpreter lock each time,
    and getting it back from a busy database thread costs more than the code. Not for secrets that outlive a fork.
    """

    def __init__(self) -> None:
        self._drawn: list[str] = []

    def __call__(self) -> str:
        """A stamp's public handle: 16 characters of 0-9A-Z, about 82 bits."""
        if not self._drawn:
            text = _CODE.draw(CODE_LENGTH * _CODES_AT_ONCE)
            self._drawn = [text[start : start + CODE_LENGTH] for start in range(0, len(text), CODE_LENGTH)]
        return self._drawn.pop()


_CODE = Alphabet(string.digits + string.ascii_uppercase)
ALPHANUMERIC = Alphabet(string.ascii_letters + string.digits)


def new_stamp_code() -> str:
    """A stamp's public handle: 16 characters of 0-9A-Z, about 82 bits."""
    return _CODE.draw(CODE_LENGTH)


def looks_drawn(user_id: str) -> bool:
    """Whether a user id is one that `new_user_id` may have drawn: nobody knows a customer by it.

    A shop's own numbers rarely have twelve characters, large letters and small ones.
    """
    return (
        len(user_id) == USER_ID_LENGTH
        and user_id.isascii()
        and user_id.isalnum()
        and user_id != user_id.lower()
        and user_id != user_id.upper()
    )


def new_user_id() -> str:
    """A user id for a stamp whose issuer named none: 12 characters of A-Z a-z 0-9."""
    return ALPHANUMERIC.draw(USER_ID_LENGTH)
