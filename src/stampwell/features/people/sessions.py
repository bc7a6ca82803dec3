"""Units of work on sessions: a random token in a cookie, its SHA-256 in the database. Who is signed in and out: sign_ins.py."""

from typing import NamedTuple

from stampwell.core.api_keys import digest_of
from stampwell.core.codes import ALPHANUMERIC
from stampwell.core.units import DAY_US, MINUTE_US
from stampwell.core.waits import counted_at, is_due
from stampwell.db.database import Tx
from stampwell.features.people import membership_queries, session_queries
from stampwell.features.people.model import Member, Session, Viewer

IDLE_US = 30 * DAY_US
"""A session ends when it was not used for so long."""

LONGEST_US = 90 * DAY_US
"""However much it is used."""

# "Last seen" is for people: five minutes are exact enough, and spare a write a page.
_TOUCH_EVERY_US = 5 * MINUTE_US

_TOKEN_LENGTH = 43
_LONGEST_DEVICE = 200


class Opened(NamedTuple):
    """A fresh session. `token` is for the cookie, and exists nowhere else."""

    token: str
    session_id: int


def open_session(tx: Tx, person: Member, *, device: str, address: str, now_us: int) -> Opened:
    """Signs the person in to that account. The token is always a new one, so that nobody can have planted it."""
    membership_queries.enter(tx, person.account_id, person.person_id, now_us=now_us)
    token = ALPHANUMERIC.draw(_TOKEN_LENGTH)
    session_id = session_queries.insert(
        tx,
        account_id=person.account_id,
        person_id=person.person_id,
        digest=digest_of(token),
        device=device[:_LONGEST_DEVICE],
        address=address,
        now_us=now_us,
        expires_at=now_us + IDLE_US,
    )
    return Opened(token, session_id)


def find_viewer(tx: Tx, token: str, *, now_us: int) -> Viewer | None:
    """Whose token it is, unless the session has ended."""
    return session_queries.find_viewer(tx, digest_of(token), now_us=now_us)


def needs_touch(session: Session, *, now_us: int) -> bool:
    """Whether it is time to note that the session was used."""
    return is_due(session.seen_at, _TOUCH_EVERY_US, now_us=now_us)


def touch(tx: Tx, session: Session, *, now_us: int) -> None:
    """The session was used now."""
    created_at = counted_at(session.created_at, now_us=now_us)
    expires_at = min(now_us + IDLE_US, created_at + LONGEST_US)
    session_queries.touch(tx, session, created_at=created_at, seen_at=now_us, expires_at=expires_at)


def list_sessions(tx: Tx, person_id: int, *, now_us: int) -> list[Session]:
    """Where the person is signed in, whichever shop it shows, last used first."""
    return session_queries.list_of(tx, person_id, now_us=now_us)


def last_seen(tx: Tx, account_id: int, *, now_us: int) -> dict[int, int]:
    """When people were last seen in the account, by person; without those whose browsers show other shops, or none."""
    return session_queries.last_seen(tx, account_id, now_us=now_us)


def newest_session_us(tx: Tx) -> int | None:
    """When a session of any account was last used; None when there is none."""
    return session_queries.newest_seen(tx)


def heal_sessions(tx: Tx, *, now_us: int) -> int:
    """Sessions of every account that a wrong clock opened count as opened now; how many it were."""
    return session_queries.heal(tx, now_us=now_us, later_us=now_us + DAY_US, expires_at=now_us + IDLE_US)


def prune_sessions(tx: Tx, *, before_us: int) -> int:
    """Deletes sessions of every account that ended before that instant; how many it were."""
    return session_queries.delete_old(tx, before_us)
