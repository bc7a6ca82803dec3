"""Units of work on the people of an account."""

from collections.abc import Mapping
from typing import Any

from stampwell.core.actors import OPERATOR, Actor
from stampwell.core.errors import FieldsWrong
from stampwell.db.database import Tx
from stampwell.features.people import link_queries, membership_queries, queries, session_queries
from stampwell.features.people.auditing import record_person
from stampwell.features.people.errors import LastOwner, NoSuchPerson, PersonNotFound, SeveralPeople
from stampwell.features.people.model import Member, Person, Role
from stampwell.features.people.rules import name_problems, role_of

# An address that more people give is one of a test or of an attack.
_MOST_AT_AN_ADDRESS = 20


def add_person(tx: Tx, account_id: int, *, email: str, name: str, role: Role, now_us: int, password_hash: str = "") -> Member:
    """A new person in the account, their address unproved. Without a password they sign in by links, until they choose one."""
    person = queries.insert(tx, email=email, name=name, password_hash=password_hash, created_at=now_us)
    return membership_queries.insert(tx, account_id, person.person_id, role, joined_at=now_us)


def add_member(tx: Tx, account_id: int, person_id: int, *, role: Role, now_us: int) -> Member:
    """The person works in the account from now on; whoever does so already stays what they are."""
    known = membership_queries.find(tx, account_id, person_id)
    if known is not None and known.removed_at is None:
        return known
    return membership_queries.insert(tx, account_id, person_id, role, joined_at=now_us)


def get_person(tx: Tx, account_id: int, person_id: int) -> Member:
    """Somebody who may sign in to the account. Raises PersonNotFound."""
    member = membership_queries.find(tx, account_id, person_id)
    if member is None or member.removed_at is not None:
        raise PersonNotFound
    return member


def list_people(tx: Tx, account_id: int, *, removed: bool = False) -> list[Member]:
    """Those who may sign in, oldest first; with `removed`, those who once did too."""
    return [member for member in membership_queries.list_all(tx, account_id) if removed or member.removed_at is None]


def list_candidates(tx: Tx, email: str, *, account_id: int | None = None, limit: int) -> list[Person]:
    """Who may mean themselves by that address, in that account or in any: first who has proved that it is theirs, if anybody
    has, then those who only say so.
    """
    return queries.find_by_email(tx, email, account_id=account_id, limit=limit)


def find_home(tx: Tx, person_id: int, *, account_id: int | None = None) -> Member | None:
    """Where somebody who signs in comes to: that account, or the one that they went into last. None when they work nowhere."""
    return next(
        (one for one in membership_queries.list_of_person(tx, person_id) if account_id is None or one.account_id == account_id),
        None,
    )


def find_by_email(tx: Tx, email: str) -> Member | None:
    """Who signs in by that address, in the account that they went into last; of several, who has proved it."""
    for person in list_candidates(tx, email, limit=1):
        return find_home(tx, person.person_id)
    return None


def list_members_at(tx: Tx, email: str) -> list[Member]:
    """Everybody who signs in by that address, in each of their accounts."""
    people = list_candidates(tx, email, limit=_MOST_AT_AN_ADDRESS)
    return [member for person in people for member in membership_queries.list_of_person(tx, person.person_id)]


def get_by_operator(tx: Tx, email: str, *, account_id: int | None) -> Member:
    """The one person that the operator means, in that account if it is named. Raises NoSuchPerson and SeveralPeople."""
    found = [one for one in list_members_at(tx, email) if account_id is None or one.account_id == account_id]
    if not found:
        raise NoSuchPerson(email)
    if len({one.person_id for one in found}) > 1:
        raise SeveralPeople(email, [one.account_id for one in found])
    return found[0]


def rename(tx: Tx, person: Member, name: str, *, actor: Actor, now_us: int) -> None:
    """The new name is shown from now on, in every shop; what was written down before keeps the old one. Raises FieldsWrong."""
    problems = name_problems(name)
    if problems:
        raise FieldsWrong(problems)
    queries.set_name(tx, person.person_id, name)
    if name != person.name:
        changes = {"name": [person.name, name]}
        record_person(tx, person._replace(name=name), "person.renamed", actor=actor, now_us=now_us, changes=changes)


def set_password(tx: Tx, person: Member, *, password_hash: str, but: int, actor: Actor, now_us: int) -> None:
    """Signs the person out everywhere but in the session `but`; links that were made for them open nothing any more."""
    queries.set_password(tx, person.person_id, password_hash)
    session_queries.end_all(tx, person.person_id, but=but)
    link_queries.spend_of(tx, person.person_id, now_us=now_us)
    record_person(tx, person, "person.password", actor=actor, now_us=now_us)


def change_role(tx: Tx, account_id: int, person_id: int, role: str, *, actor: Actor, now_us: int) -> Member:
    """The person as they are now. Raises FieldsWrong for a role that there is not, PersonNotFound and LastOwner."""
    wanted = role_of(role)
    owners = membership_queries.lock_owners(tx, account_id)
    before = get_person(tx, account_id, person_id)
    if wanted is not Role.OWNER:
        _require_another(owners, before)
    membership_queries.set_role(tx, account_id, person_id, wanted)
    if wanted is not before.role:
        changes = {"role": [before.role.value, wanted.value]}
        record_person(tx, before, "person.role", actor=actor, now_us=now_us, changes=changes)
    return before._replace(role=wanted)


def locations_of(tx: Tx, account_id: int, person_id: int) -> tuple[int, ...]:
    """Numbers of the locations where the person works, ascending; none for everywhere. Raises PersonNotFound."""
    return get_person(tx, account_id, person_id).location_ids


def set_locations(
    tx: Tx,
    account_id: int,
    person_id: int,
    location_ids: tuple[int, ...],
    *,
    changes: Mapping[str, Any],
    actor: Actor,
    now_us: int,
) -> Member:
    """The person, who works at those locations of the account from now on. Whether there are such is the caller's to know.

    changes: what the audit log says of it. Raises PersonNotFound.
    """
    before = get_person(tx, account_id, person_id)
    if location_ids != before.location_ids:
        membership_queries.set_locations(tx, account_id, person_id, location_ids)
        record_person(tx, before, "person.locations", actor=actor, now_us=now_us, changes=changes)
    return before._replace(location_ids=location_ids)


def remove(tx: Tx, account_id: int, person_id: int, *, actor: Actor, now_us: int) -> Member:
    """Takes the person out of the account for good; the ledger keeps the name. Raises PersonNotFound and LastOwner."""
    owners = membership_queries.lock_owners(tx, account_id)
    member = get_person(tx, account_id, person_id)
    _require_another(owners, member)
    leave(tx, member, now_us=now_us)
    record_person(tx, member, "person.removed", actor=actor, now_us=now_us, changes={"role": [member.role.value, None]})
    return member


def remove_by_operator(tx: Tx, email: str, *, account_id: int | None, now_us: int) -> Member:
    """The same for whoever signs in by that address. Raises NoSuchPerson, LastOwner, and SeveralPeople also for one person in
    several accounts, as long as none is named.
    """
    member = get_by_operator(tx, email, account_id=account_id)
    accounts = [one.account_id for one in membership_queries.list_of_person(tx, member.person_id)]
    if account_id is None and len(accounts) > 1:
        raise SeveralPeople(email, accounts)
    return remove(tx, member.account_id, member.person_id, actor=OPERATOR, now_us=now_us)


def leave(tx: Tx, member: Member, *, now_us: int) -> None:
    """Ends the membership. Whoever has others is signed in there; of whoever has none only the name stays, for the history."""
    membership_queries.remove(tx, member.account_id, member.person_id, now_us=now_us)
    other = find_home(tx, member.person_id)
    if other is not None:
        session_queries.move(tx, member.account_id, member.person_id, to=other.account_id)
        link_queries.spend_of_member(tx, member.account_id, member.person_id, now_us=now_us)
        return
    session_queries.end_all(tx, member.person_id)
    link_queries.spend_of(tx, member.person_id, now_us=now_us)
    queries.forget(tx, member.person_id)


def _require_another(owners: list[Member], member: Member) -> None:
    if member.role is Role.OWNER and len(owners) == 1:
        raise LastOwner(name=member.name)
