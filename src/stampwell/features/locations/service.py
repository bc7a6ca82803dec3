"""Units of work on locations. Each change writes its line of the audit log."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from stampwell.core.actors import Actor
from stampwell.core.errors import FieldsWrong
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.locations import queries
from stampwell.features.locations.auditing import record_change, record_creation
from stampwell.features.locations.errors import LocationNotFound
from stampwell.features.locations.model import Location
from stampwell.features.locations.rules import MOST_LOCATIONS, name_key, name_problems, name_taken, no_room

LocationKey = tuple[int, int]
"""The account's number and the location's."""


def create_location(tx: Tx, account_id: int, *, name: str, actor: Actor, now_us: int) -> Location:
    """A new location, switched on.

    Raises AccountNotFound, or FieldsWrong for `locationNm`: no name, one that another location of the account has, or one
    location too many.
    """
    get_account(tx, account_id)
    queries.lock_names(tx, account_id)
    _require_free(tx, account_id, name, location_id=None)
    if queries.count(tx, account_id) >= MOST_LOCATIONS:
        raise FieldsWrong([no_room()])
    location = queries.insert(tx, account_id, name=name, name_key=name_key(name), created_at=now_us)
    record_creation(tx, location, actor=actor)
    return location


def change_location(
    tx: Tx,
    account_id: int,
    location_id: int,
    *,
    name: str | None = None,
    active: bool | None = None,
    actor: Actor,
    now_us: int,
) -> Location:
    """The location as it is now; what is None stays as it is.

    Raises LocationNotFound, or FieldsWrong for `locationNm`: no name, or one that another location of the account has.
    """
    queries.lock_names(tx, account_id)
    before = get_location(tx, account_id, location_id)
    if name is not None:
        _require_free(tx, account_id, name, location_id=location_id)
    after = replace(before, name=before.name if name is None else name, active=before.active if active is None else active)
    if after != before:
        queries.update(tx, after, name_key=name_key(after.name))
        record_change(tx, before, after, actor=actor, now_us=now_us)
    return after


def get_location(tx: Tx, account_id: int, location_id: int) -> Location:
    """Raises LocationNotFound."""
    location = queries.find(tx, account_id, location_id)
    if location is None:
        raise LocationNotFound(field="locationIdx", location_id=location_id)
    return location


def find_locations(tx: Tx, keys: Sequence[LocationKey]) -> dict[LocationKey, Location]:
    """Those that there are, by their keys; one statement, whichever accounts they are of."""
    found = queries.find_all(tx, sorted(set(keys))) if keys else []
    return {(location.account_id, location.location_id): location for location in found}


def require_locations(
    tx: Tx, account_id: int, location_ids: Iterable[int], *, field: str = "locationIdxs"
) -> tuple[Location, ...]:
    """The account's locations of those numbers, in that order.

    Raises LocationNotFound for the first that there is not, given as `field`.
    """
    numbers = list(location_ids)
    found = find_locations(tx, [(account_id, number) for number in numbers])
    for number in numbers:
        if (account_id, number) not in found:
            raise LocationNotFound(field=field, location_id=number)
    return tuple(found[account_id, number] for number in numbers)


def names_of(tx: Tx, account_id: int, location_ids: Iterable[int]) -> list[str]:
    """What the account's locations of those numbers are called now, in that order. Raises LocationNotFound."""
    return [location.name for location in require_locations(tx, account_id, location_ids)]


def list_locations(tx: Tx, account_id: int) -> list[Location]:
    """Oldest first, those that are switched off too."""
    return queries.list_all(tx, account_id)


def _require_free(tx: Tx, account_id: int, name: str, *, location_id: int | None) -> None:
    """Raises FieldsWrong for a name that is none, or that another location than `location_id` has."""
    problems = name_problems(name)
    if not problems:
        other = queries.find_by_key(tx, account_id, name_key(name))
        if other is not None and other.location_id != location_id:
            problems = [name_taken(other.name, other.location_id)]
    if problems:
        raise FieldsWrong(problems)
