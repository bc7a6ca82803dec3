"""Units of work that make and take back links: invitations, new passwords, sign-ins, proofs of addresses.

Every link has two tokens. One is for whoever makes the link, to hand on; it lets somebody in. The other is for the address's
own mailbox, or for the operator; whoever opens the link by that has proved the address as well.
"""

from typing import NamedTuple

from stampwell.core.actors import OPERATOR, Actor
from stampwell.core.api_keys import digest_of
from stampwell.core.codes import ALPHANUMERIC
from stampwell.core.emails import email_key
from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phrases import english, phrase
from stampwell.core.units import DAY_US, HOUR_US
from stampwell.db.database import Tx
from stampwell.features.accounts.model import Account
from stampwell.features.accounts.service import get_account
from stampwell.features.people import link_queries, service
from stampwell.features.people.auditing import record_invitation, record_link
from stampwell.features.people.errors import AddressInvalid, InvitationInvalid, LinkSpent
from stampwell.features.people.model import AccessLink, LinkKind, Member, Role
from stampwell.features.people.rules import email_problems, role_of

_LIVES_US: dict[LinkKind, int] = {
    "invitation": 7 * DAY_US,
    "password": HOUR_US,
    "sign_in": DAY_US,
    "address": DAY_US,
}
_TOKEN_LENGTH = 43


class NewLink(NamedTuple):
    """The two tokens in clear, which exist nowhere else, and what was stored of them."""

    token: str
    proof_token: str
    stored: AccessLink


def invite(tx: Tx, account_id: int, *, email: str, role: str, actor: Actor, now_us: int) -> NewLink:
    """A link by which whoever has that address joins the account, in place of any that was made for it before.

    Raises FieldsWrong for a role or an address that is none, or an address by which somebody signs in to this account.
    """
    wanted = role_of(role)
    key = email_key(email)
    if any(email_key(member.email) == key for member in service.list_people(tx, account_id)):
        raise FieldsWrong([FieldError("email", phrase("somebody signs in with this address already; use another one"))])
    problems = email_problems(email)
    if problems:
        raise FieldsWrong(problems)
    for link in link_queries.list_invitations(tx, account_id, now_us=now_us):
        if email_key(link.email) == key:
            link_queries.revoke(tx, account_id, link.link_id, now_us=now_us)
    invited_by = actor.actor_id if actor.kind == "staff" else None
    new = _new(tx, "invitation", account_id, email=email, role=wanted, person_id=None, invited_by=invited_by, now_us=now_us)
    changes = {"role": [None, wanted.value]}
    record_invitation(tx, new.stored, "person.invited", actor=actor, now_us=now_us, changes=changes)
    return new


def invite_by_operator(tx: Tx, account_id: int, *, email: str, role: str | None, now_us: int) -> NewLink:
    """The same from the command line; without a role the first one is the owner, others are staff.

    Raises AccountNotFound and InvitationInvalid.
    """
    get_account(tx, account_id)
    if role is not None and role not in set(Role):
        raise InvitationInvalid(f"--role: there is no role {role!r}. The roles are: {', '.join(Role)}")
    usual = Role.STAFF if service.list_people(tx, account_id) else Role.OWNER
    try:
        return invite(tx, account_id, email=email, role=role or usual, actor=OPERATOR, now_us=now_us)
    except FieldsWrong as wrong:
        raise InvitationInvalid(f"EMAIL: {wrong.fields[0].problem.said(english)}") from wrong


def link_for(tx: Tx, kind: LinkKind, email: str, *, now_us: int, account_id: int | None = None) -> NewLink:
    """The operator's link for whoever signs in by that address. Raises NoSuchPerson and SeveralPeople."""
    new = link_of(tx, kind, service.get_by_operator(tx, email, account_id=account_id), now_us=now_us)
    record_link(tx, new.stored, new.stored.email, actor=OPERATOR, now_us=now_us)
    return new


def link_of(tx: Tx, kind: LinkKind, member: Member, *, now_us: int) -> NewLink:
    """A link for somebody who is known. Nothing of it is in the audit log: who makes a link for somebody else records it."""
    return _new(
        tx,
        kind,
        member.account_id,
        email=member.email,
        role=member.role,
        person_id=member.person_id,
        invited_by=None,
        now_us=now_us,
    )


def password_link(tx: Tx, account_id: int, person_id: int, *, actor: Actor, now_us: int) -> NewLink:
    """An owner's link for somebody of the account to choose a new password. Raises PersonNotFound."""
    person = service.get_person(tx, account_id, person_id)
    new = link_of(tx, "password", person, now_us=now_us)
    record_link(tx, new.stored, person.name, actor=actor, now_us=now_us)
    return new


def reset_links(tx: Tx, email: str, *, most: int, now_us: int) -> list[tuple[NewLink, Account]]:
    """Links for new passwords and the accounts they are for: one for each, of at most so many, who may mean themselves by that
    address.
    """
    people = service.list_candidates(tx, email, limit=most)
    homes = [service.find_home(tx, person.person_id) for person in people]
    return [
        (link_of(tx, "password", home, now_us=now_us), get_account(tx, home.account_id)) for home in homes if home is not None
    ]


def address_link(tx: Tx, member: Member, email: str, *, now_us: int) -> NewLink:
    """A link by which the person proves that address, and has it from then on. Raises FieldsWrong."""
    problems = email_problems(email)
    if problems:
        raise FieldsWrong(problems)
    return link_of(tx, "address", member._replace(email=email), now_us=now_us)


def address_link_by_operator(tx: Tx, email: str, new: str | None, *, account_id: int | None, now_us: int) -> NewLink:
    """The same for whoever signs in by that address, for it or for the new one."""
    member = service.get_by_operator(tx, email, account_id=account_id)
    try:
        link = address_link(tx, member, member.email if new is None else new, now_us=now_us)
    except FieldsWrong as wrong:
        raise AddressInvalid(f"--new: {wrong.fields[0].problem.said(english)}") from wrong
    record_link(tx, link.stored, email, actor=OPERATOR, now_us=now_us)
    return link


def find_link(tx: Tx, kind: LinkKind, token: str, *, now_us: int) -> AccessLink:
    """Raises LinkSpent."""
    return _found(link_queries.find(tx, kind, digest_of(token), now_us=now_us))


def use_link(tx: Tx, kind: LinkKind, token: str, *, now_us: int) -> AccessLink:
    """Spends the link, both its tokens. Raises LinkSpent."""
    return _found(link_queries.use(tx, kind, digest_of(token), now_us=now_us))


def list_invitations(tx: Tx, account_id: int, *, now_us: int) -> list[AccessLink]:
    """Invitations that can still be accepted."""
    return link_queries.list_invitations(tx, account_id, now_us=now_us)


def revoke_invitation(tx: Tx, account_id: int, link_id: int, *, actor: Actor, now_us: int) -> AccessLink:
    """The link opens nothing from now on. Raises LinkSpent."""
    revoked = _found(link_queries.revoke(tx, account_id, link_id, now_us=now_us))
    record_invitation(tx, revoked, "person.invitation-revoked", actor=actor, now_us=now_us)
    return revoked


def heal_links(tx: Tx, *, now_us: int) -> int:
    """Links of every account that a wrong clock made count as made now; how many it were."""
    return link_queries.heal(tx, now_us=now_us, later_us=now_us + DAY_US)


def prune_links(tx: Tx, *, before_us: int) -> int:
    """Deletes links of every account that were used or ended before that instant; how many it were."""
    return link_queries.delete_old(tx, before_us)


def _found(link: AccessLink | None) -> AccessLink:
    if link is None:
        raise LinkSpent
    return link


def _new(
    tx: Tx,
    kind: LinkKind,
    account_id: int,
    *,
    email: str,
    role: Role,
    person_id: int | None,
    invited_by: int | None,
    now_us: int,
) -> NewLink:
    token, proof_token = ALPHANUMERIC.draw(_TOKEN_LENGTH), ALPHANUMERIC.draw(_TOKEN_LENGTH)
    stored = link_queries.insert(
        tx,
        account_id=account_id,
        kind=kind,
        digest=digest_of(token),
        proof_digest=digest_of(proof_token),
        email=email,
        role=role,
        person_id=person_id,
        invited_by=invited_by,
        created_at=now_us,
        expires_at=now_us + _LIVES_US[kind],
    )
    return NewLink(token, proof_token, stored)
