"""Ticks for some of a shop's locations, on pages about something else."""

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from stampwell.features.locations.model import Location
from stampwell.web.forms import Form

_NUMBER = re.compile("[0-9]{1,18}")


class LocationChoice(NamedTuple):
    """A location to tick. value: as the form has it."""

    value: str
    name: str
    active: bool


def location_choices(locations: Iterable[Location], ticked: Collection[int]) -> list[LocationChoice]:
    """Those that are switched on, and those that are ticked already."""
    return [
        LocationChoice(str(one.location_id), one.name, one.active)
        for one in locations
        if one.active or one.location_id in ticked
    ]


def ticked_locations(form: Form, name: str) -> list[int]:
    """The numbers that are ticked, in the order of the form; what is no number is left out."""
    return list(dict.fromkeys(int(value) for value in form.all(name) if _NUMBER.fullmatch(value)))
