"""Counters in a Redis or Valkey that several processes share. Imported only where one is set: its client is 6 MiB."""

from typing import Any

from limits.aio.storage import RedisStorage
from redis import RedisError
from redis.asyncio import ConnectionPool

_TIMEOUT_S = 0.25

FAULTS: tuple[type[Exception], ...] = (RedisError,)
"""What calls may raise beside the errors of the library of limits."""


class SharedStorage(RedisStorage):
    """Counters of that Redis; `close` lets go of its connections."""

    def __init__(self, redis_url: str) -> None:
        self._connections = ConnectionPool.from_url(redis_url, socket_timeout=_TIMEOUT_S, socket_connect_timeout=_TIMEOUT_S)
        # The library names the pool's type by its scalar options only.
        options: dict[str, Any] = {"connection_pool": self._connections}
        super().__init__(f"async+{redis_url}", implementation="redispy", wrap_exceptions=True, **options)

    async def close(self) -> None:
        await self._connections.aclose()
