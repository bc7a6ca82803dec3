"""Who asks for stamps that are not there: after too many, a network is answered nothing for a while."""

import time
from collections.abc import Callable

from limits.aio.storage import MemoryStorage

from stampwell.stamp_page.errors import TooManyGuesses

MOST_MISSES = 30
WINDOW_S = 600


class Guesses:
    """Counted in this process, by the client's network. `on_miss` is called for every code of nobody, `on_refusal` for every
    request that was not looked at.
    """

    def __init__(self, *, on_miss: Callable[[], None], on_refusal: Callable[[], None]) -> None:
        self._storage = MemoryStorage()
        self._on_miss = on_miss
        self._on_refusal = on_refusal

    async def check(self, network: str) -> None:
        """Raises TooManyGuesses."""
        key = _key(network)
        if await self._storage.get(key) < MOST_MISSES:
            return
        self._on_refusal()

        wait_s = max(1, int(await self._storage.get_expiry(key) - time.time()) + 1)
        raise TooManyGuesses(minutes=-(-wait_s // 60), headers={"Retry-After": str(wait_s)})

    async def miss(self, network: str) -> None:
        self._on_miss()
        await self._storage.incr(_key(network), WINDOW_S)


def _key(network: str) -> str:
    return f"guess/{network}"
