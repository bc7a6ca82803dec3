"""From the key in a request to its principal, with a cache so short-lived that revocation needs no message."""

import asyncio
import time
from dataclasses import dataclass

import structlog

from stampwell.core.api_keys import digest_of, matches, prefix_of
from stampwell.core.clock import Clock
from stampwell.core.days import stored_zone
from stampwell.core.errors import AppError
from stampwell.core.regions import region_for
from stampwell.core.units import MINUTE_US
from stampwell.core.waits import is_due
from stampwell.db.database import Database
from stampwell.features.keys import queries
from stampwell.features.keys.errors import KeyRefused
from stampwell.features.keys.model import Principal
from stampwell.features.plans.model import PlanTable

# A revoked key must be refused within a second on every process; the rest of the second is for the look-up itself.
_CACHE_LIFE_S = 0.5
_CACHE_SIZE = 10_000

# "Last use" is for people: a minute is exact enough, and spares a write a request.
_TOUCH_EVERY_US = MINUTE_US


@dataclass(frozen=True, slots=True)
class _Cached:
    principal: Principal
    until_s: float
    expires_at: int | None


class Authenticator:
    """Callable: API key -> Principal; raises KeyRefused."""

    def __init__(self, db: Database, *, plans: PlanTable, clock: Clock) -> None:
        self._db = db
        self._plans = plans
        self._clock = clock
        self._cache: dict[str, _Cached] = {}
        self._looking: dict[str, asyncio.Task[Principal]] = {}
        self._touching: set[asyncio.Task[None]] = set()
        self._log = structlog.get_logger("stampwell.keys")

    async def __call__(self, api_key: str) -> Principal:
        cached = self._cache.get(api_key)
        if cached is not None and cached.until_s > time.monotonic():
            if cached.expires_at is not None and cached.expires_at < self._clock.now_us():
                raise KeyRefused
            return cached.principal
        # Requests that come while the key is being looked up wait for that one look-up.
        looking = self._looking.get(api_key)
        if looking is None:
            looking = asyncio.ensure_future(self._look_up(api_key))
            self._looking[api_key] = looking
            looking.add_done_callback(lambda _: self._looking.pop(api_key, None))
        return await asyncio.shield(looking)

    async def drain(self) -> None:
        """Waits for the "last use" notes under way."""
        await asyncio.gather(*self._touching, return_exceptions=True)

    async def _look_up(self, api_key: str) -> Principal:
        self._cache.pop(api_key, None)
        prefix = prefix_of(api_key)
        if prefix is None:
            raise KeyRefused
        asked_s = time.monotonic()
        stored = await self._db.read(queries.find_with_account, prefix)
        now_us = self._clock.now_us()
        # Compared even for an unknown prefix, so that the answer takes as long.
        if not matches(api_key, stored.digest if stored else digest_of("")) or stored is None:
            raise KeyRefused
        if stored.revoked_at is not None or (stored.expires_at is not None and stored.expires_at < now_us):
            raise KeyRefused
        principal = Principal(
            account_id=stored.account_id,
            key_id=stored.key_id,
            plan=self._plans.get_plan(stored.plan),
            scopes=stored.scopes,
            time_zone=stored_zone(stored.time_zone),
            region=region_for(stored.country_code, stored.time_zone),
            stamp_idx_format="code" if stored.stamp_idx_format == "code" else "integer",
            suspended=stored.suspended,
        )
        if len(self._cache) >= _CACHE_SIZE:
            self._cache.clear()
        self._cache[api_key] = _Cached(principal, asked_s + _CACHE_LIFE_S, stored.expires_at)
        if is_due(stored.last_used_at, _TOUCH_EVERY_US, now_us=now_us):
            touching = asyncio.ensure_future(self._touch(principal, now_us))
            self._touching.add(touching)
            touching.add_done_callback(self._touching.discard)
        return principal

    async def _touch(self, principal: Principal, now_us: int) -> None:
        try:
            await self._db.write(queries.touch, principal.account_id, principal.key_id, now_us)
        except AppError as error:
            self._log.warning("last use not noted", key_id=principal.key_id, cause=str(error.__cause__ or error))
