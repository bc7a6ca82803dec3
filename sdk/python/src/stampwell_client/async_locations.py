"""`AsyncStampwell.locations`: the calls of `/api/location/v1`."""

from typing import Unpack

from stampwell_client import location_calls
from stampwell_client.async_stamps import AsyncRun
from stampwell_client.fields import Key, LocationChanges
from stampwell_client.models import Location


class AsyncLocations:
    """`idempotency_key` is a fresh one for every call unless it is given."""

    def __init__(self, run: AsyncRun) -> None:
        self._run = run

    async def create(self, *, locationNm: str, idempotency_key: Key = None) -> int:
        """Makes a location: its locationIdx."""
        return await self._run(location_calls.create(locationNm, idempotency_key=idempotency_key))

    async def update(self, locationIdx: int, *, idempotency_key: Key = None, **fields: Unpack[LocationChanges]) -> None:
        """Renames the location, or switches it off or on."""
        return await self._run(location_calls.update(locationIdx, fields, idempotency_key=idempotency_key))

    async def list(self) -> tuple[Location, ...]:
        """Every location of the account, oldest first."""
        return await self._run(location_calls.list_locations())
