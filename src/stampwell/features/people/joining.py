"""Units of work of whoever opens a link: joining an account, signing in, a new password, the proof of an address."""

from stampwell.core.actors import Actor
from stampwell.core.emails import email_key
from stampwell.db.database import Tx
from stampwell.features.people import link_queries, membership_queries, queries, service
from stampwell.features.people.access_links import use_link
from stampwell.features.people.auditing import actor_of, record_person
from stampwell.features.people.errors import LinkSpent
from stampwell.features.people.model import AccessLink, Member


def join_as_new(tx: Tx, token: str, *, name: str, password_hash: str, now_us: int) -> Member:
    """The invited person, new here, whoever else may give the same address. Raises LinkSpent."""
    link = use_link(tx, "invitation", token, now_us=now_us)
    member = service.add_person(
        tx, link.account_id, email=link.email, name=name, role=link.role, now_us=now_us, password_hash=password_hash
    )
    return _joined(tx, link, member, now_us=now_us)


def join_as(tx: Tx, token: str, person_id: int, *, now_us: int) -> Member:
    """The invited person, who works somewhere already. Raises LinkSpent, also for somebody with another address."""
    link = use_link(tx, "invitation", token, now_us=now_us)
    person = queries.find(tx, person_id)
    if person is None or email_key(person.email) != email_key(link.email):
        raise LinkSpent
    member = service.add_member(tx, link.account_id, person_id, role=link.role, now_us=now_us)
    return _joined(tx, link, member, now_us=now_us)


def enter(tx: Tx, token: str, *, now_us: int) -> Member:
    """Who signs in by that link, which is spent. Raises LinkSpent."""
    link = use_link(tx, "sign_in", token, now_us=now_us)
    return _proved(tx, link, _member_of(tx, link), now_us=now_us)


def set_password_by_link(tx: Tx, token: str, *, password_hash: str, now_us: int) -> Member:
    """Spends the link, and every other one and every session of the person. Raises LinkSpent.

    A link that an owner handed on is good for the owner's shop alone: it makes another person of the member, so that nobody's
    other shops are opened by it.
    """
    link = use_link(tx, "password", token, now_us=now_us)
    member = _member_of(tx, link)
    if not link.proves:
        return _renewed(tx, member, password_hash=password_hash, now_us=now_us)
    service.set_password(tx, member, password_hash=password_hash, but=0, actor=actor_of(member), now_us=now_us)
    return _proved(tx, link, member, now_us=now_us)


def confirm_address(tx: Tx, token: str, member: Member, *, actor: Actor, now_us: int) -> Member:
    """The address of the link is the person's from now on, and whoever else gave it has to give another. Raises LinkSpent, also
    for a link that was made for somebody else.
    """
    link = use_link(tx, "address", token, now_us=now_us)
    if link.person_id != member.person_id or not link.proves:
        raise LinkSpent
    link_queries.spend_of(tx, member.person_id, now_us=now_us)
    _record_address(tx, member, actor=actor, now_us=now_us)
    return _proved(tx, link, member, now_us=now_us)


def change_address(tx: Tx, member: Member, email: str, *, actor: Actor, now_us: int) -> None:
    """At once and unproved: for servers that send no e-mail. Links that were made for the old one open nothing any more."""
    if email == member.email:
        return
    queries.set_address(tx, member.person_id, email)
    link_queries.spend_of(tx, member.person_id, now_us=now_us)
    _record_address(tx, member, actor=actor, now_us=now_us)


def _joined(tx: Tx, link: AccessLink, member: Member, *, now_us: int) -> Member:
    """After an invitation was accepted."""
    joined = _proved(tx, link, member, now_us=now_us)
    changes = {"role": [None, joined.role.value]}
    record_person(tx, joined, "person.joined", actor=actor_of(joined), now_us=now_us, changes=changes)
    return joined


def _record_address(tx: Tx, member: Member, *, actor: Actor, now_us: int) -> None:
    record_person(tx, member, "person.address", actor=actor, now_us=now_us, changes={"email": None})


def _proved(tx: Tx, link: AccessLink, member: Member, *, now_us: int) -> Member:
    if not link.proves:
        return member
    queries.prove(tx, member.person_id, link.email, now_us=now_us)
    return member._replace(email=link.email, proved=True)


def _renewed(tx: Tx, member: Member, *, password_hash: str, now_us: int) -> Member:
    """The membership as another person's, whose address is unproved. It goes on since it began."""
    person = queries.insert(tx, email=member.email, name=member.name, password_hash=password_hash, created_at=now_us)
    renewed = membership_queries.insert(
        tx,
        member.account_id,
        person.person_id,
        member.role,
        joined_at=member.joined_at,
        location_ids=member.location_ids,
    )
    service.leave(tx, member, now_us=now_us)
    record_person(tx, renewed, "person.password", actor=actor_of(renewed), now_us=now_us)
    return renewed


def _member_of(tx: Tx, link: AccessLink) -> Member:
    """Who the link was made for, in its account. Raises LinkSpent."""
    if link.person_id is None:
        raise LinkSpent
    member = service.find_home(tx, link.person_id, account_id=link.account_id)
    if member is None:
        raise LinkSpent
    return member
