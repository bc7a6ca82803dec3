"""Units of work that sign people in and out, and write it in the audit log."""

from typing import NamedTuple

from stampwell.core.actors import Actor
from stampwell.db.database import Tx
from stampwell.db.secret import browser_secret
from stampwell.features.people import known_browsers, membership_queries, session_queries
from stampwell.features.people.auditing import actor_of, record_person
from stampwell.features.people.errors import SessionNotFound, ShopNotFound
from stampwell.features.people.model import Member, Session
from stampwell.features.people.service import get_person
from stampwell.features.people.sessions import Opened, open_session

_SIGNED_IN = "person.signed-in"
_SIGNED_OUT = "person.signed-out"


class SignedIn(NamedTuple):
    """browser: the cookie by which the browser is known from now on."""

    opened: Opened
    browser: str


def sign_in(
    tx: Tx,
    member: Member,
    *,
    replaced: Session | None,
    cookie: str,
    device: str,
    address: str,
    recorded: bool,
    now_us: int,
) -> SignedIn:
    """Opens a session, in place of the one that the browser had, whosever it was.

    cookie: the one by which the browser is known, or blank. recorded: whether the audit log has what led here already, such as
    that they joined.
    """
    if replaced is not None:
        session_queries.end(tx, replaced.person_id, replaced.session_id)
    if not recorded:
        record_person(tx, member, _SIGNED_IN, actor=actor_of(member), now_us=now_us)
    opened = open_session(tx, member, device=device, address=address, now_us=now_us)
    secret = browser_secret(tx)
    browser = known_browsers.remember(cookie, member.email, member.person_id, secret=secret, now_us=now_us)
    return SignedIn(opened, browser)


def switch(tx: Tx, session: Session, account_id: int, *, now_us: int) -> None:
    """The session shows that account from now on. Raises ShopNotFound where the person does not work."""
    member = membership_queries.find(tx, account_id, session.person_id)
    if member is None or member.removed_at is not None:
        raise ShopNotFound
    session_queries.switch(tx, session, account_id)
    membership_queries.enter(tx, account_id, session.person_id, now_us=now_us)
    if account_id != session.account_id:
        record_person(tx, member, _SIGNED_IN, actor=actor_of(member), now_us=now_us)


def sign_out(tx: Tx, member: Member, session_id: int, *, actor: Actor, now_us: int) -> bool:
    """Ends one session of the member; False when it has ended before, or is somebody else's."""
    ended = session_queries.end(tx, member.person_id, session_id)
    if ended:
        record_person(tx, member, _SIGNED_OUT, actor=actor, now_us=now_us)
    return ended


def sign_out_there(tx: Tx, member: Member, session_id: int, *, actor: Actor, now_us: int) -> None:
    """As `sign_out`, but raises SessionNotFound when there is nothing to end."""
    if not sign_out(tx, member, session_id, actor=actor, now_us=now_us):
        raise SessionNotFound


def sign_out_others(tx: Tx, member: Member, *, here: int, actor: Actor, now_us: int) -> None:
    """Ends every session of the member but the one with the id `here`, in every shop."""
    ended = session_queries.end_all(tx, member.person_id, but=here)
    if ended:
        record_person(tx, member, _SIGNED_OUT, actor=actor, now_us=now_us, changes={"sessions": [ended, 0]})


def sign_out_everywhere(tx: Tx, account_id: int, person_id: int, *, but: int = 0, actor: Actor, now_us: int) -> Member:
    """An owner's act: ends every session of the person but the one with the id `but`. Raises PersonNotFound.

    The log does not say how many there were: they may have been in other shops.
    """
    member = get_person(tx, account_id, person_id)
    session_queries.end_all(tx, person_id, but=but)
    record_person(tx, member, _SIGNED_OUT, actor=actor, now_us=now_us)
    return member
