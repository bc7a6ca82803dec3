"""What the location endpoints answer, as JSON Schema."""

from typing import Any

from stampwell.core.result_schemas import IDX, INSTANT, YES_NO, named, text, whole
from stampwell.http.route import Result

LOCATION = whole(
    {
        "locationIdx": {**IDX, "description": "The location's number."},
        "locationNm": text("What the merchant calls it."),
        "activeYn": {**YES_NO, "description": "Whether it takes new marks and rewards."},
        "regYmdt": {**INSTANT, "description": "When it was made, in the account's time zone."},
    },
    "A branch, a counter, a market stall.",
)
LOCATION_LIST = whole(
    {"list": {"type": "array", "items": named("Location"), "description": "Oldest first."}}, "All locations of the account."
)

LOCATION_SCHEMAS: dict[str, dict[str, Any]] = {"Location": LOCATION, "LocationList": LOCATION_LIST}
"""For components/schemas of the document."""

LOCATIONS = Result("LocationList", named("LocationList"))
