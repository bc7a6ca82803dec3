"""The handlers of `/api/location/v1`."""

from functools import partial

from stampwell.core.actors import key_actor
from stampwell.db.database import Database, Tx
from stampwell.features.idempotency.api import Idempotency
from stampwell.features.keys.model import Principal
from stampwell.features.locations import service
from stampwell.features.locations.requests import CreateLocation, ListLocations, UpdateLocation
from stampwell.http.context import Context


class LocationApi:
    """The handlers of the location endpoints."""

    def __init__(self, db: Database, *, once: Idempotency) -> None:
        self._db = db
        self._once = once

    async def create(self, context: Context[Principal], request: CreateLocation) -> object:
        """The new locationIdx."""
        principal = context.principal

        def unit(tx: Tx) -> int:
            location = service.create_location(
                tx,
                principal.account_id,
                name=request.locationNm,
                actor=key_actor(principal.key_id),
                now_us=context.now_us,
            )
            return location.location_id

        return await self._once.run(context, request, unit)

    async def update(self, context: Context[Principal], request: UpdateLocation) -> object:
        """None."""
        principal = context.principal

        def unit(tx: Tx) -> None:
            service.change_location(
                tx,
                principal.account_id,
                request.locationIdx,
                name=request.locationNm,
                active=None if request.activeYn is None else request.activeYn == "Y",
                actor=key_actor(principal.key_id),
                now_us=context.now_us,
            )

        return await self._once.run(context, request, unit)

    async def list(self, context: Context[Principal], _request: ListLocations) -> object:
        """Every location object."""
        principal = context.principal
        locations = await self._db.read(partial(service.list_locations, account_id=principal.account_id))
        return {"list": [location.as_json(principal.time_zone) for location in locations]}
