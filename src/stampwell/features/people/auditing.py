"""The lines of the audit log about the people of an account."""

from collections.abc import Mapping
from typing import Any

from stampwell.core.actors import Actor, staff_actor
from stampwell.db.database import Tx
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.audit.service import record
from stampwell.features.people.model import AccessLink, Member

_LINK_ACTIONS = {
    "password": "person.password-link",
    "sign_in": "person.sign-in-link",
    "address": "person.address-link",
}


def actor_of(member: Member) -> Actor:
    """The member as the one who acts, at the dashboard."""
    return staff_actor(member.person_id, member.name)


def record_person(
    tx: Tx, member: Member, action: str, *, actor: Actor, now_us: int, changes: Mapping[str, Any] | None = None
) -> None:
    """action: what was done, such as `person.role`. changes: field -> [before, after], None for a personal one."""
    record(tx, NewAuditEntry(member.account_id, actor, action, member.person_id, member.name, now_us, changes))


def record_link(tx: Tx, link: AccessLink, subject_name: str, *, actor: Actor, now_us: int) -> None:
    """That the link was made for somebody who is known. subject_name: who it is, as the actor calls them."""
    record(tx, NewAuditEntry(link.account_id, actor, _LINK_ACTIONS[link.kind], link.person_id, subject_name, now_us))


def record_invitation(
    tx: Tx, link: AccessLink, action: str, *, actor: Actor, now_us: int, changes: Mapping[str, Any] | None = None
) -> None:
    """About an invitation, which is for an address."""
    record(tx, NewAuditEntry(link.account_id, actor, action, link.link_id, link.email, now_us, changes))
