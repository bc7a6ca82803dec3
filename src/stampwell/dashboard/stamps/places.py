"""Where stamps are added and rewards handed out: the locations that somebody at the dashboard may choose from."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from starlette.responses import Response

from stampwell.core.units import DAY_S
from stampwell.dashboard.context import DashboardContext
from stampwell.features.locations.model import Location
from stampwell.features.locations.staffing import open_workplaces
from stampwell.features.stamps.model import Stamp
from stampwell.web.cookies import read_cookie

_COOKIE = "stampwell_location"
_REMEMBERED_S = 180 * DAY_S


class Places(NamedTuple):
    """What the select has. options: number and name; none where the account has no locations, or the person none of the card's.

    chosen: the number, blank for none. required: one has to be chosen.
    """

    options: list[tuple[str, str]]
    chosen: str
    required: bool


def places_for(context: DashboardContext, stamp: Stamp | None, locations: Sequence[Location]) -> Places:
    """Locations that are switched on, where the person works and the stamp's card is valid; None: of one yet to be issued.

    Chosen is what was sent, or the only one there is, or what this browser chose last.
    """
    valid_at: list[int] = [] if stamp is None else json.loads(stamp.card_location_ids)
    options = [(str(one.location_id), one.name) for one in open_workplaces(context.person, locations, valid_at)]
    required = bool(context.person.location_ids or valid_at)
    if context.form.has("locationIdx"):
        chosen = context.form.text("locationIdx")
    elif required and len(options) == 1:
        chosen = options[0][0]
    else:
        chosen = read_cookie(context.request, _COOKIE) or ""
    return Places(options, chosen if chosen in dict(options) else "", required)


def remember_place(context: DashboardContext, response: Response, location_id: int | None) -> Response:
    """The response, with which the browser keeps the choice for the next stamp."""
    if location_id is not None:
        context.set_cookie(response, _COOKIE, str(location_id), max_age_s=_REMEMBERED_S)
    return response
