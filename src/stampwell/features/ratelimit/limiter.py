"""Fixed windows per account, counted in this process's memory or in a Redis or Valkey that several share.

Headers: `RateLimit-Policy` and `RateLimit`, draft-ietf-httpapi-ratelimit-headers-10. A plan without limits has none.
"""

import math
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import structlog
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.errors import StorageError

from stampwell.core.phrases import Phrase, phrase
from stampwell.core.units import HOUR_S
from stampwell.features.plans.model import Plan
from stampwell.features.ratelimit.errors import RateLimited
from stampwell.features.ratelimit.model import Usage, Verdict, WindowName

# After a fault Redis is left alone for this long, so that a dead one costs a request nothing.
_PAUSE_S = 1.0


class _Window(NamedTuple):
    name: WindowName
    words: Phrase
    seconds: int


_MINUTE = _Window("minute", phrase("a minute"), 60)
_HOUR = _Window("hour", phrase("an hour"), HOUR_S)


class RateLimiter:
    """Counts requests. `on_fault` is called for every request that was served uncounted because Redis failed."""

    def __init__(self, *, redis_url: str | None, on_fault: Callable[[], None]) -> None:
        self._storage: MemoryStorage | RedisStorage = MemoryStorage()
        self._faults: tuple[type[Exception], ...] = (StorageError, OSError)
        self._close: Callable[[], Awaitable[None]] | None = None
        if redis_url:
            from stampwell.features.ratelimit.shared import FAULTS, SharedStorage  # noqa: PLC0415 - see there

            self._storage = storage = SharedStorage(redis_url)
            self._faults += FAULTS
            self._close = storage.close
        self._on_fault = on_fault
        self._paused_until_s = 0.0
        self._log = structlog.get_logger("stampwell.ratelimit")

    async def hit(self, account_id: int, plan: Plan) -> Verdict:
        """Counts one request of the account against both windows of its plan."""
        windows = _windows_of(plan)
        if not windows:
            return Verdict(None, {})
        policy = ", ".join(f'"{window.name}";q={quota};w={window.seconds}' for window, quota in windows)
        try:
            return await self._count(account_id, plan, windows, policy)
        except self._faults as error:
            self._log.error("rate limits not counted", cause=str(error), account_id=account_id)
            self._on_fault()
            self._paused_until_s = time.monotonic() + _PAUSE_S
            return Verdict(None, {"RateLimit-Policy": policy})

    async def usage(self, account_id: int, plan: Plan) -> list[Usage] | None:
        """What the account has used of each window of its plan; counts nothing. None when Redis does not answer."""
        if time.monotonic() < self._paused_until_s:
            return None
        try:
            return [await self._used(account_id, window, quota) for window, quota in _windows_of(plan)]
        except self._faults as error:
            self._log.error("rate limits not read", cause=str(error), account_id=account_id)
            self._paused_until_s = time.monotonic() + _PAUSE_S
            return None

    async def close(self) -> None:
        """Lets go of the connections to Redis."""
        if self._close is not None:
            await self._close()

    async def _used(self, account_id: int, window: _Window, quota: int) -> Usage:
        key = _key(account_id, window)
        used = await self._storage.get(key)
        return Usage(window.name, quota, used, min(window.seconds, await self._resets_in_s(key)) if used else 0)

    async def _resets_in_s(self, key: str) -> int:
        return max(0, math.ceil(await self._storage.get_expiry(key) - time.time()))

    async def _count(self, account_id: int, plan: Plan, windows: list[tuple[_Window, int]], policy: str) -> Verdict:
        if time.monotonic() < self._paused_until_s:
            self._on_fault()
            return Verdict(None, {"RateLimit-Policy": policy})
        states: list[str] = []
        refusal: RateLimited | None = None
        longest_s = 0
        for window, quota in windows:
            key = _key(account_id, window)
            used = await self._storage.incr(key, window.seconds)
            resets_in_s = await self._resets_in_s(key)
            if resets_in_s > window.seconds:
                # A clock that was ahead has begun this window. No window is longer than it is.
                await self._storage.clear(key)
                used, resets_in_s = await self._storage.incr(key, window.seconds), window.seconds
            states.append(f'"{window.name}";r={max(0, quota - used)};t={resets_in_s}')
            wait_s = max(1, resets_in_s)
            if used > quota and wait_s > longest_s:
                longest_s = wait_s
                refusal = RateLimited(
                    plan=plan.name,
                    quota=quota,
                    window=window.words,
                    retry_after_s=wait_s,
                    headers={"Retry-After": str(wait_s)},
                )
        return Verdict(refusal, {"RateLimit-Policy": policy, "RateLimit": ", ".join(states)})


def _windows_of(plan: Plan) -> list[tuple[_Window, int]]:
    quotas = ((_MINUTE, plan.requests_per_minute), (_HOUR, plan.requests_per_hour))
    return [(window, quota) for window, quota in quotas if quota is not None]


def _key(account_id: int, window: _Window) -> str:
    return f"stampwell/{account_id}/{window.name}"
