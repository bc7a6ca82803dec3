from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Literal, NamedTuple

from stampwell.features.accounts.model import Account


class Role(StrEnum):
    """What somebody is in an account."""

    OWNER = "owner"
    MANAGER = "manager"
    STAFF = "staff"


class Permission(StrEnum):
    """What a page or an action of the dashboard needs."""

    VIEW = "view"
    OWN = "own"
    ISSUE = "stamp:issue"
    MARK = "stamp:mark"
    STAMPS = "stamp:manage"
    CARDS = "card:manage"
    DOMAINS = "domain:manage"
    AUDIT = "audit:read"
    KEYS = "key:manage"
    PEOPLE = "people:manage"
    ACCOUNT = "account:manage"


_STAFF = frozenset({Permission.VIEW, Permission.OWN, Permission.ISSUE, Permission.MARK})
_MANAGER = _STAFF | {Permission.STAMPS, Permission.CARDS, Permission.DOMAINS, Permission.AUDIT}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {Role.STAFF: _STAFF, Role.MANAGER: _MANAGER, Role.OWNER: frozenset(Permission)}
)
"""What each role may do."""


class Person(NamedTuple):
    """Somebody, whichever shops they work in. Instants are microseconds since 1970 in UTC.

    password_hash: argon2id, or blank for somebody who signs in by links only. proved: whether it was shown that the address
    is theirs; at most one person has an address proved.
    """

    person_id: int
    email: str
    proved: bool
    name: str
    password_hash: str


class Member(NamedTuple):
    """A person in an account. joined_at: instant; removed_at: None for somebody who still may sign in to the account.

    location_ids: where they work, ascending; empty for everywhere.
    """

    person_id: int
    account_id: int
    email: str
    proved: bool
    name: str
    role: Role
    password_hash: str
    joined_at: int
    removed_at: int | None
    location_ids: tuple[int, ...]


class Session(NamedTuple):
    """A browser that somebody is signed in with. `device` and `address` are for its owner to recognise it by.

    account_id: the shop that it shows; whoever works in several switches between them.
    """

    session_id: int
    account_id: int
    person_id: int
    device: str
    address: str
    created_at: int
    seen_at: int
    expires_at: int


class ShopName(NamedTuple):
    """A shop that somebody works in, for the menu."""

    account_id: int
    name: str


class Viewer(NamedTuple):
    """Who looks at a page: a session, its person in the account that it shows, that account, and all shops of the person."""

    session: Session
    person: Member
    account: Account
    shops: tuple[ShopName, ...]

    def may(self, permission: Permission) -> bool:
        """Whether the person's role allows it."""
        return permission in PERMISSIONS[self.person.role]


LinkKind = Literal["invitation", "password", "sign_in", "address"]


class AccessLink(NamedTuple):
    """A link that opens something once: an invitation, a new password, a sign-in, or the proof of an address.

    proves: whether only the address's own mailbox and the operator were given the token that found it, so that whoever opens
    it has shown that the address is theirs. An owner who hands a link on has shown nothing.
    """

    link_id: int
    account_id: int
    kind: LinkKind
    email: str
    role: Role
    person_id: int | None
    invited_by: int | None
    created_at: int
    expires_at: int
    used_at: int | None
    proves: bool
