"""Passwords that people choose, as argon2id hashes; the event loop runs on while one is computed."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2.exceptions import InvalidHashError
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

# OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane. A small server has the memory for two at once.
_MEMORY_KIB, _PASSES, _LANES = 19_456, 2, 1
_AT_ONCE = 2


class Passwords:
    """Hashes and checks. Close it.

    memory_kib, passes: what a new hash costs. A stored one is checked at the cost it was made with.
    """

    def __init__(self, *, memory_kib: int = _MEMORY_KIB, passes: int = _PASSES) -> None:
        hasher = Argon2Hasher(time_cost=passes, memory_cost=memory_kib, parallelism=_LANES)
        self._hash = PasswordHash((hasher,))
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="passwords")

    async def hash(self, password: str) -> str:
        """The hash to store: an argon2id string with its salt and parameters."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hash.hash, password)

    async def matches(self, password: str, stored: str) -> bool:
        """Whether the stored hash is that password's; what is no hash is nobody's."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._hash.verify, password, stored)
        except (UnknownHashError, InvalidHashError):
            return False

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
