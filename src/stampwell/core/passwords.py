"""Passwords that people choose, as argon2id hashes; the event loop runs on while one is computed."""

from argon2.exceptions import InvalidHashError
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from stampwell.core.threads import BoundedThreads

# OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane. A small server has the memory for two at once.
_MEMORY_KIB, _PASSES, _LANES = 19_456, 2, 1
_AT_ONCE = 2
# A second or two. Later ones are refused with a Retry-After: anybody may have passwords compared, as often as they like.
_MOST_WAITING = 40
# A third: whoever has passwords compared all the time, such as the PIN of their own card, keeps nobody else out.
_MOST_OF_ONE = 14


class Passwords:
    """Hashes and checks. Both raise TooBusy when too many wait already, or too many of that client. Close it.

    by: the network of the client that it is done for; blank for whoever is not counted apart.
    memory_kib, passes: what a new hash costs. A stored one is checked at the cost it was made with.
    """

    def __init__(self, *, memory_kib: int = _MEMORY_KIB, passes: int = _PASSES) -> None:
        hasher = Argon2Hasher(time_cost=passes, memory_cost=memory_kib, parallelism=_LANES)
        self._hash = PasswordHash((hasher,))
        self._threads = BoundedThreads("passwords", at_once=_AT_ONCE, most_waiting=_MOST_WAITING, most_of_one=_MOST_OF_ONE)

    def require_room(self, *, by: str = "") -> None:
        """Raises TooBusy. Ask before a try is counted: one that was not looked at is no wrong one."""
        self._threads.require_room(by=by)

    async def hash(self, password: str, *, by: str = "") -> str:
        """The hash to store: an argon2id string with its salt and parameters."""
        return await self._threads.run_for(by, self._hash.hash, password)

    async def matches(self, password: str, stored: str, *, by: str = "") -> bool:
        """Whether the stored hash is that password's; what is no hash is nobody's."""
        try:
            return await self._threads.run_for(by, self._hash.verify, password, stored)
        except (UnknownHashError, InvalidHashError):
            return False

    def close(self) -> None:
        self._threads.close()
