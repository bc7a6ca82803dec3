"""Limits requests for stamps that do not exist: after too many, a network gets 429 instead of 404.

A card that is there is shown to everybody: whoever shares a network with somebody who guesses has done nothing.
"""

import time
from collections.abc import Callable

from limits.aio.storage import MemoryStorage

from stampwell.core.units import SECOND_US
from stampwell.core.waits import whole_minutes
from stampwell.stamp_page.errors import TooManyMisses

MOST_MISSES = 30
WINDOW_S = 600


class MissLimiter:
    """Counted in this process, by the client's network. `on_miss` is called for every code of nobody, `on_refusal` for every
    one that came after too many.
    """

    def __init__(self, *, on_miss: Callable[[], None], on_refusal: Callable[[], None]) -> None:
        self._storage = MemoryStorage()
        self._on_miss = on_miss
        self._on_refusal = on_refusal

    async def miss(self, network: str) -> None:
        """The code was nobody's. Raises TooManyGuesses."""
        key = _key(network)
        misses = await self._storage.get(key)
        wait_s = int(await self._storage.get_expiry(key) - time.time()) + 1 if misses else 0
        if wait_s > WINDOW_S + 1:
            # A clock that was ahead has begun this window.
            await self._storage.clear(key)
            misses = 0
        if misses >= MOST_MISSES:
            self._on_refusal()
            wait_s = min(max(1, wait_s), WINDOW_S)
            raise TooManyMisses(minutes=whole_minutes(wait_s * SECOND_US), headers={"Retry-After": str(wait_s)})
        self._on_miss()
        await self._storage.incr(key, WINDOW_S)


def _key(network: str) -> str:
    return f"guess/{network}"
