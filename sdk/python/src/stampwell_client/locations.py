"""`Stampwell.locations`: the calls of `/api/location/v1`."""

from typing import Unpack

from stampwell_client import location_calls
from stampwell_client.fields import Key, LocationChanges
from stampwell_client.models import Location
from stampwell_client.stamps import Run


class Locations:
    """`idempotency_key` is a fresh one for every call unless it is given."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def create(self, *, locationNm: str, idempotency_key: Key = None) -> int:
        """Makes a location: its locationIdx."""
        return self._run(location_calls.create(locationNm, idempotency_key=idempotency_key))

    def update(self, locationIdx: int, *, idempotency_key: Key = None, **fields: Unpack[LocationChanges]) -> None:
        """Renames the location, or switches it off or on."""
        return self._run(location_calls.update(locationIdx, fields, idempotency_key=idempotency_key))

    def list(self) -> tuple[Location, ...]:
        """Every location of the account, oldest first."""
        return self._run(location_calls.list_locations())
