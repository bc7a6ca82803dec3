"""Where the people of a shop work: at some of its locations, or everywhere."""

from collections.abc import Collection, Iterable

from stampwell.core.actors import Actor
from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phrases import phrase
from stampwell.db.database import Tx
from stampwell.features.locations.model import Location
from stampwell.features.locations.service import names_of
from stampwell.features.people import service as people
from stampwell.features.people.model import Member


def assign(tx: Tx, account_id: int, person_id: int, location_ids: Iterable[int], *, actor: Actor, now_us: int) -> Member:
    """The person works at those locations from now on, everywhere for none. The person as they are now.

    The audit log keeps the names that the locations have now. Raises PersonNotFound, and LocationNotFound for a number that is
    no location of the account.
    """
    wanted = tuple(sorted(set(location_ids)))
    after = names_of(tx, account_id, wanted)
    before = names_of(tx, account_id, people.locations_of(tx, account_id, person_id))
    changes = {"locations": [before, after]}
    return people.set_locations(tx, account_id, person_id, wanted, changes=changes, actor=actor, now_us=now_us)


def open_workplaces(person: Member, locations: Iterable[Location], valid_at: Collection[int]) -> list[Location]:
    """Of those locations the ones that are switched on, where the person works and a card is valid.

    valid_at: the locations of the card, none for everywhere.
    """
    return [
        one
        for one in locations
        if one.active
        and (not person.location_ids or one.location_id in person.location_ids)
        and (not valid_at or one.location_id in valid_at)
    ]


def require_workplace(tx: Tx, person: Member, location_id: int | None) -> None:
    """Returns where the person may mark stamps and hand out rewards: everywhere, unless they are bound to locations.

    Raises FieldsWrong for `locationIdx`.
    """
    if not person.location_ids or location_id in person.location_ids:
        return
    names = ", ".join(names_of(tx, person.account_id, person.location_ids))
    if location_id is None:
        problem = phrase("Choose where you are: {locations}.", locations=names)
    else:
        problem = phrase("You work at other locations: {locations}. Choose one of these.", locations=names)
    raise FieldsWrong([FieldError("locationIdx", problem)])
