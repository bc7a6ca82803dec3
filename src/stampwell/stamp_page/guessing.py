"""Who asks for stamps that are not there: after too many, an address is answered nothing for a while."""

import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from limits.aio.storage import MemoryStorage

from stampwell.stamp_page.errors import TooManyGuesses

MOST_MISSES = 30
WINDOW_S = 600


class Guesses:
    """Counted in this process. `on_miss` is told of every code of nobody, `on_refusal` of every request not looked at."""

    def __init__(self, *, on_miss: Callable[[], None], on_refusal: Callable[[], None]) -> None:
        self._storage = MemoryStorage()
        self._on_miss = on_miss
        self._on_refusal = on_refusal

    async def check(self, address: str) -> None:
        """Raises TooManyGuesses."""
        key = _key(address)
        if await self._storage.get(key) < MOST_MISSES:
            return
        self._on_refusal()

        wait_s = max(1, int(await self._storage.get_expiry(key) - time.time()) + 1)
        raise TooManyGuesses(minutes=-(-wait_s // 60), headers={"Retry-After": str(wait_s)})

    async def miss(self, address: str) -> None:
        self._on_miss()
        await self._storage.incr(_key(address), WINDOW_S)


def _key(address: str) -> str:
    """One for a whole IPv6 network of the size that a household is given."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return f"guess/{address}"
    if isinstance(parsed, IPv6Address):
        return f"guess/{int(parsed) >> 64}"
    return f"guess/{parsed}"
