"""The route table of `/api/location/v1`."""

from stampwell.features.keys.model import Scope
from stampwell.features.locations import requests, schemas
from stampwell.features.locations.api import LocationApi
from stampwell.features.locations.errors import LocationNotFound
from stampwell.http.route import NEW_NUMBER, NOTHING, Example, Route, Tag

_TAG = Tag(
    "Locations",
    "A branch, a counter, a market stall. The history of a stamp names the location, so that locations are never deleted.",
)
_SAMPLE_LOCATION_IDX = 307

_LOCATION_SAMPLE: dict[str, object] = {
    "locationIdx": _SAMPLE_LOCATION_IDX,
    "locationNm": "Harbour branch",
    "activeYn": "Y",
    "regYmdt": "2025-01-01 09:00:00",
}


def location_routes(api: LocationApi) -> list[Route]:
    return [
        Route(
            method="POST",
            path="/api/location/v1/create",
            handler=api.create,
            operation_id="createLocation",
            tag=_TAG,
            summary="Create location",
            description=(
                "A new location. `result` is its locationIdx. A name that another location of the account has, in whatever "
                "case, is refused."
            ),
            scope=Scope.LOCATION_WRITE,
            request=requests.CreateLocation,
            result=NEW_NUMBER,
            errors=(),
            examples=(Example("A branch", {"locationNm": "Station kiosk"}, _SAMPLE_LOCATION_IDX + 1),),
        ),
        Route(
            method="PUT",
            path="/api/location/v1/update",
            handler=api.update,
            operation_id="updateLocation",
            tag=_TAG,
            summary="Update location",
            description=(
                "Renames a location, or switches it off and on. One that is switched off takes no new marks or rewards; "
                "what was done there stays in the history."
            ),
            scope=Scope.LOCATION_WRITE,
            request=requests.UpdateLocation,
            result=NOTHING,
            errors=(LocationNotFound,),
            examples=(
                Example("Another name", {"locationIdx": _SAMPLE_LOCATION_IDX, "locationNm": "Old harbour"}, None),
                Example("Switched off", {"locationIdx": _SAMPLE_LOCATION_IDX, "activeYn": "N"}, None),
            ),
        ),
        Route(
            method="GET",
            path="/api/location/v1/list",
            handler=api.list,
            operation_id="listLocations",
            tag=_TAG,
            summary="List locations",
            description="All locations of the account, oldest first, those that are switched off too.",
            scope=Scope.LOCATION_READ,
            request=requests.ListLocations,
            takes="query",
            result=schemas.LOCATIONS,
            errors=(),
            examples=(Example("All of them", {}, {"list": [_LOCATION_SAMPLE]}),),
        ),
    ]
