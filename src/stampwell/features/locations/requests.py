"""What the location endpoints are sent: `/api/location/v1`."""

from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from stampwell.core.fields import PLAIN, Integer, YesNo, not_only_spaces, plain_name_schema
from stampwell.core.validation import RequestModel
from stampwell.features.locations.rules import LONGEST_NAME

_NAME = "What the merchant calls the location; each name once, whatever its case."

LocationName = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_NAME, pattern=PLAIN, description=_NAME),
    AfterValidator(not_only_spaces),
    WithJsonSchema(plain_name_schema(LONGEST_NAME, _NAME)),
]


class CreateLocation(RequestModel):
    """A location."""

    locationNm: LocationName


class UpdateLocation(RequestModel):
    """What is left out, or null, stays as it is."""

    locationIdx: Integer = Field(description="The location.")
    locationNm: LocationName | None = None
    activeYn: YesNo | None = Field(default=None, description="`N`: it takes no new marks or rewards.")


class ListLocations(RequestModel):
    """All of them."""
