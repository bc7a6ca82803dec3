"""Units of work on people and on the links that let them in."""

import unicodedata
from typing import NamedTuple

from stampwell.core.codes import ALPHANUMERIC
from stampwell.core.emails import email_key, is_email_address
from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phrases import english, phrase
from stampwell.core.tokens import digest_of
from stampwell.core.unseen import unseen_or
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.people import link_queries, queries
from stampwell.features.people.errors import InvitationInvalid, LastOwner, LinkSpent, NoSuchPerson, PersonNotFound
from stampwell.features.people.model import AccessLink, LinkKind, Person, Role
from stampwell.features.people.sessions import end_sessions

_HOUR_US = 3_600_000_000
_LIVES_US: dict[LinkKind, int] = {"invitation": 7 * 24 * _HOUR_US, "password": _HOUR_US, "sign_in": 24 * _HOUR_US}
_TOKEN_LENGTH = 43
_LONGEST_EMAIL = 254
_LONGEST_NAME = 100
_NO_EMAIL = phrase("must have the form of an e-mail address, such as name@example.com")
_SHORTEST_PASSWORD, _LONGEST_PASSWORD = 10, 200
# What lists of stolen passwords begin with, as far as it reaches the least length.
_COMMONEST = ("password", "passw0rd", "1234567890", "0123456789", "qwertyuiop", "iloveyou", "abcdefghij", "letmein", "welcome1")


class NewLink(NamedTuple):
    """The token in clear, which exists nowhere else, and what was stored of it."""

    token: str
    stored: AccessLink


def invite(tx: Tx, account_id: int, *, email: str, role: Role, invited_by: int | None, now_us: int) -> NewLink:
    """A link by which somebody joins the account, in place of any that was made for that address before.

    Raises AccountNotFound, or FieldsWrong for an address that is none, or by which somebody signs in to this account.
    """
    key = email_key(email)
    if any(email_key(person.email) == key for person in list_people(tx, account_id)):
        raise FieldsWrong([FieldError("email", phrase("somebody signs in with this address already; use another one"))])
    if len(email) > _LONGEST_EMAIL or not is_email_address(email):
        raise FieldsWrong([FieldError("email", unseen_or(email, _NO_EMAIL))])
    for link in link_queries.list_invitations(tx, account_id, now_us=now_us):
        if email_key(link.email) == key:
            link_queries.revoke(tx, account_id, link.link_id, now_us=now_us)
    return _new_link(tx, "invitation", account_id, email=email, role=role, person=None, invited_by=invited_by, now_us=now_us)


def invite_by_operator(tx: Tx, account_id: int, *, email: str, role: str | None, now_us: int) -> NewLink:
    """The same from the command line; without a role the first one is the owner, others are staff."""
    if role is not None and role not in set(Role):
        raise InvitationInvalid(f"--role: there is no role {role!r}. The roles are: {', '.join(Role)}")
    usual = Role.STAFF if list_people(tx, account_id) else Role.OWNER
    try:
        return invite(tx, account_id, email=email, role=Role(role) if role else usual, invited_by=None, now_us=now_us)
    except FieldsWrong as wrong:
        raise InvitationInvalid(f"EMAIL: {wrong.fields[0].problem.said(english)}") from wrong


def link_for(tx: Tx, kind: LinkKind, email: str, *, now_us: int) -> NewLink:
    """A link to sign in once, or to choose a new password. Raises NoSuchPerson."""
    person = queries.find_by_email(tx, email)
    if person is None:
        raise NoSuchPerson(email)
    return _new_link(
        tx, kind, person.account_id, email=person.email, role=person.role, person=person, invited_by=None, now_us=now_us
    )


def find_link(tx: Tx, kind: LinkKind, token: str, *, now_us: int) -> AccessLink:
    """Raises LinkSpent."""
    return _found(link_queries.find(tx, kind, digest_of(token), now_us=now_us))


def accept(tx: Tx, token: str, *, email: str, name: str, password_hash: str, now_us: int) -> Person:
    """The invited person, who may sign in from now on. Raises LinkSpent, or FieldsWrong for an address that is in use."""
    link = _found(link_queries.use(tx, "invitation", digest_of(token), now_us=now_us))
    person = queries.insert_if_free(
        tx,
        account_id=link.account_id,
        email=email,
        name=name,
        role=link.role,
        password_hash=password_hash,
        created_at=now_us,
    )
    if person is None:
        problem = phrase("somebody signs in with this address already; use another one")
        raise FieldsWrong([FieldError("email", problem)])
    return person


def add_person(tx: Tx, account_id: int, *, email: str, name: str, role: Role, now_us: int) -> Person:
    """Somebody without a password, who signs in by links only, until one is chosen. The address is nobody's yet."""
    return queries.insert(tx, account_id=account_id, email=email, name=name, role=role, password_hash="", created_at=now_us)


def enter(tx: Tx, token: str, *, now_us: int) -> Person:
    """Who signs in by that link, which is spent. Raises LinkSpent."""
    return _person_of(tx, _found(link_queries.use(tx, "sign_in", digest_of(token), now_us=now_us)))


def set_password_by_link(tx: Tx, token: str, *, password_hash: str, now_us: int) -> Person:
    """Spends the link, and every other one and every session of the person. Raises LinkSpent."""
    person = _person_of(tx, _found(link_queries.use(tx, "password", digest_of(token), now_us=now_us)))
    set_password(tx, person, password_hash=password_hash, but=0, now_us=now_us)
    return person


def set_password(tx: Tx, person: Person, *, password_hash: str, but: int, now_us: int) -> None:
    """Signs the person out everywhere but in the session `but`; links that were made for them open nothing any more."""
    queries.set_password(tx, person.account_id, person.person_id, password_hash)
    end_sessions(tx, person.account_id, person.person_id, but=but)
    link_queries.spend_of(tx, person.account_id, person.person_id, now_us=now_us)


def password_link(tx: Tx, account_id: int, person_id: int, *, now_us: int) -> NewLink:
    """A link for somebody of the account to choose a new password. Raises PersonNotFound."""
    return link_for(tx, "password", get_person(tx, account_id, person_id).email, now_us=now_us)


def rename(tx: Tx, person: Person, name: str) -> None:
    """The new name is shown from now on; what was written down before keeps the old one. Raises FieldsWrong."""
    problems = name_problems(name)
    if problems:
        raise FieldsWrong(problems)
    queries.set_name(tx, person.account_id, person.person_id, name)


def find_by_email(tx: Tx, email: str) -> Person | None:
    """Who signs in by that address, in any account."""
    return queries.find_by_email(tx, email)


def get_person(tx: Tx, account_id: int, person_id: int) -> Person:
    """Somebody who may sign in. Raises PersonNotFound."""
    person = queries.find(tx, account_id, person_id)
    if person is None or person.removed_at is not None:
        raise PersonNotFound
    return person


def list_people(tx: Tx, account_id: int, *, removed: bool = False) -> list[Person]:
    """Those who may sign in, oldest first; with `removed`, those who once did too."""
    get_account(tx, account_id)
    return [person for person in queries.list_all(tx, account_id) if removed or person.removed_at is None]


def list_invitations(tx: Tx, account_id: int, *, now_us: int) -> list[AccessLink]:
    """Invitations that can still be accepted."""
    return link_queries.list_invitations(tx, account_id, now_us=now_us)


def heal_links(tx: Tx, *, now_us: int) -> int:
    """Links of every account that a wrong clock made count as made now; how many it were."""
    return link_queries.heal(tx, now_us=now_us, later_us=now_us + 24 * _HOUR_US)


def prune_links(tx: Tx, *, before_us: int) -> int:
    """Deletes links of every account that were used or ended before that instant; how many it were."""
    return link_queries.delete_old(tx, before_us)


def revoke_invitation(tx: Tx, account_id: int, link_id: int, *, now_us: int) -> AccessLink:
    """The link opens nothing from now on. Raises LinkSpent."""
    return _found(link_queries.revoke(tx, account_id, link_id, now_us=now_us))


def change_role(tx: Tx, account_id: int, person_id: int, role: Role) -> tuple[Person, Person]:
    """The person before and after. Raises PersonNotFound and LastOwner."""
    owners = queries.lock_owners(tx, account_id)
    before = get_person(tx, account_id, person_id)
    if role is not Role.OWNER:
        _require_another(owners, before)
    queries.set_role(tx, account_id, person_id, role)
    return before, before._replace(role=role)


def remove(tx: Tx, account_id: int, person_id: int, *, now_us: int) -> Person:
    """Signs the person out for good; the ledger keeps the name. Raises PersonNotFound and LastOwner."""
    owners = queries.lock_owners(tx, account_id)
    person = get_person(tx, account_id, person_id)
    _require_another(owners, person)
    queries.remove(tx, account_id, person_id, now_us=now_us)
    end_sessions(tx, account_id, person_id)
    link_queries.spend_of(tx, account_id, person_id, now_us=now_us)
    return person


def remove_by_operator(tx: Tx, email: str, *, now_us: int) -> Person:
    """The same for whoever signs in by that address, in any account. Raises NoSuchPerson and LastOwner."""
    person = queries.find_by_email(tx, email)
    if person is None:
        raise NoSuchPerson(email)
    return remove(tx, person.account_id, person.person_id, now_us=now_us)


def problems_of(*, email: str, name: str, password: str) -> list[FieldError]:
    """What is wrong with what somebody chose at joining."""
    problems = name_problems(name)
    if len(email) > _LONGEST_EMAIL or not is_email_address(email):
        problems.append(FieldError("email", unseen_or(email, _NO_EMAIL)))
    return problems + password_problems(password, email=email)


def name_problems(name: str) -> list[FieldError]:
    """What is wrong with a person's name."""
    if name and len(name) <= _LONGEST_NAME and name.isprintable():
        return []
    problem = phrase("must have 1 to {most} printable characters", most=_LONGEST_NAME)
    return [FieldError("name", unseen_or(name, problem))]


def password_problems(password: str, *, email: str) -> list[FieldError]:
    """What is wrong with a new password."""
    if not _SHORTEST_PASSWORD <= len(password) <= _LONGEST_PASSWORD:
        problem = phrase("must have {least} to {most} characters", least=_SHORTEST_PASSWORD, most=_LONGEST_PASSWORD)
        return [FieldError("password", problem)]
    folded = password.casefold()
    if folded == email.casefold() or len(set(password)) <= _SHORTEST_PASSWORD // 3 or folded.startswith(_COMMONEST):
        return [FieldError("password", phrase("is too easy to guess; a few words that only you know do well"))]
    return []


def normal(password: str) -> str:
    """The password in one spelling, whichever keyboard it is typed on."""
    return unicodedata.normalize("NFKC", password)


def _require_another(owners: list[Person], person: Person) -> None:
    if person.role is Role.OWNER and len(owners) == 1:
        raise LastOwner(name=person.name)


def _person_of(tx: Tx, link: AccessLink) -> Person:
    person = None if link.person_id is None else queries.find(tx, link.account_id, link.person_id)
    if person is None or person.removed_at is not None:
        raise LinkSpent
    return person


def _found(link: AccessLink | None) -> AccessLink:
    if link is None:
        raise LinkSpent
    return link


def _new_link(
    tx: Tx,
    kind: LinkKind,
    account_id: int,
    *,
    email: str,
    role: Role,
    person: Person | None,
    invited_by: int | None,
    now_us: int,
) -> NewLink:
    token = ALPHANUMERIC.draw(_TOKEN_LENGTH)
    stored = link_queries.insert(
        tx,
        account_id=account_id,
        kind=kind,
        digest=digest_of(token),
        email=email,
        role=role,
        person_id=None if person is None else person.person_id,
        invited_by=invited_by,
        created_at=now_us,
        expires_at=now_us + _LIVES_US[kind],
    )
    return NewLink(token, stored)
