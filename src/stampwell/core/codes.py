"""Random texts from a cryptographic source: stamp codes, generated user ids, the parts of API keys."""

import os
import string

CODE_LENGTH = 16
USER_ID_LENGTH = 12


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


_CODE = Alphabet(string.digits + string.ascii_uppercase)
ALPHANUMERIC = Alphabet(string.ascii_letters + string.digits)


def new_stamp_code() -> str:
    """A stamp's public handle: 16 characters of 0-9A-Z, about 82 bits."""
    return _CODE.draw(CODE_LENGTH)


def new_user_id() -> str:
    """A user id for a stamp whose issuer named none: 12 characters of A-Z a-z 0-9."""
    return ALPHANUMERIC.draw(USER_ID_LENGTH)
