"""Tries to sign in are counted in the database before the password is looked at, so that every process knows of them.

`network` is what the client is counted by (`core/ip_addresses.py`).
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from stampwell.core.actors import staff_actor
from stampwell.core.emails import email_key
from stampwell.core.units import DAY_US, HOUR_US, MINUTE_US
from stampwell.core.waits import wait_us, whole_minutes
from stampwell.db.database import Tx
from stampwell.features.accounts.model import Account
from stampwell.features.accounts.service import get_account
from stampwell.features.people import link_queries, service
from stampwell.features.people.auditing import record_person
from stampwell.features.people.errors import SignInLocked
from stampwell.features.people.model import Member


class Locked(NamedTuple):
    """What a try is to be refused with. begins: whether it is this try that locked."""

    refusal: SignInLocked
    begins: bool


class _Limit(NamedTuple):
    most: int
    window_us: int


# One browser guessing at one person is stopped early; the others are for guesses spread over many.
_BOTH = _Limit(5, 15 * MINUTE_US)
_PERSON = _Limit(30, HOUR_US)
_CLIENT = _Limit(100, HOUR_US)
# So that nobody fills a mailbox or tries many addresses.
_EMAILS_TO = _Limit(3, HOUR_US)
_EMAILS_FROM = _Limit(20, HOUR_US)
_WARNING = _Limit(1, DAY_US)
# What somebody is shown at their next sign-in, if that comes within these days.
_TOLD_FOR_US = 30 * DAY_US


def count_try(
    tx: Tx,
    email: str,
    network: str,
    *,
    address: str,
    now_us: int,
    browser: str = "",
    beside: bool = False,
    compared: Sequence[int | None] = (),
) -> Locked | None:
    """Counts a try; what it is to be refused with, if it is one too many. A unit that raised would take its count along.

    What is refused is not looked at, and so not counted any further: one network that goes on and on locks itself alone. The
    lock itself is in the audit log of everybody who gives that email, not every try.

    address: the client's, by which the audit log names who tried: nobody knows who it was.

    browser: the nonce of one that is known for the person whom the try is at, which has a count of its own: what others do
    locks nobody out of their own browser. Blank for any other. beside: whether the browser is known for another person who
    gives that address: their slips in it do not lock other browsers. compared: whom the password is compared with; None stands
    for nobody, whom counting takes as long.
    """
    locked = _count(tx, _subjects(email, network, browser, beside=beside), now_us=now_us)
    if locked is None and not browser:
        for subject in _told(email, compared):
            link_queries.count_try(tx, subject, now_us=now_us, window_us=_TOLD_FOR_US)
    if locked is not None and locked.begins:
        for member in service.list_members_at(tx, email):
            record_person(tx, member, "person.sign-in-locked", actor=staff_actor(None, address), now_us=now_us)
    return locked


def count_reset(tx: Tx, email: str, network: str, *, now_us: int) -> Locked | None:
    """The same for e-mails with a link to a new password that somebody asks for, known here or not."""
    return _count_email(tx, f"letter/{email_key(email)}", network, now_us=now_us)


def count_confirmation(tx: Tx, person_id: int, network: str, *, now_us: int) -> Locked | None:
    """The same for e-mails that somebody who is signed in asks for, to whichever address: by who asks, or strangers who ask for
    new passwords at an address would keep its owner from ever confirming it.
    """
    return _count_email(tx, f"confirmation/{person_id}", network, now_us=now_us)


def find_to_warn(tx: Tx, email: str, *, now_us: int) -> tuple[Member, Account] | None:
    """Whom to write to, at that address, that signing in is locked, and where they work.

    None when nobody signs in by it, or after one such e-mail within a day, so that locking it does not fill the mailbox.
    """
    member = service.find_by_email(tx, email)
    warned = _count(tx, _hashed([(f"warning/{email_key(email)}", _WARNING)]), now_us=now_us)
    return None if member is None or warned is not None else (member, get_account(tx, member.account_id))


def forgive_try(
    tx: Tx,
    email: str,
    network: str,
    *,
    person_id: int,
    browser: str = "",
    beside: bool = False,
    compared: Sequence[int | None] = (),
) -> int:
    """After a try of that person that went well; browser, beside and compared: as it was counted with.

    It takes back its own count and no other: more than one may give the address, and who knows one password could else guess
    at another's for ever. A browser's own count is forgotten, because it is that person's alone. Answers how many wrong tries
    there were at the person since the last time.
    """
    if browser:
        for subject, _ in _subjects(email, network, browser, beside=False):
            link_queries.forget_tries(tx, subject)
    else:
        for subject, _ in _subjects(email, network, "", beside=beside):
            link_queries.take_back_try(tx, subject)
        for subject in _told(email, compared):
            link_queries.take_back_try(tx, subject)
    return link_queries.forget_tries(tx, _told_to(person_id))


def prune_tries(tx: Tx, *, before_us: int) -> int:
    """Deletes counts that began before that instant; how many it were. What somebody is still to be told of stays longer."""
    return link_queries.delete_old_tries(tx, before_us=before_us, told_before_us=before_us - _TOLD_FOR_US)


def _count_email(tx: Tx, subject: str, network: str, *, now_us: int) -> Locked | None:
    return _count(tx, _hashed([(f"letters/{network}", _EMAILS_FROM), (subject, _EMAILS_TO)]), now_us=now_us)


def _told(email: str, compared: Sequence[int | None]) -> list[str]:
    return [
        _hash(f"nobody/{email_key(email)}/{place}") if person_id is None else _told_to(person_id)
        for place, person_id in enumerate(compared)
    ]


def _told_to(person_id: int) -> str:
    return f"told/{person_id}"


def _subjects(email: str, network: str, browser: str, *, beside: bool) -> list[tuple[str, _Limit]]:
    """In the order in which they are counted: those of the client first, which are nobody else's."""
    who = email_key(email)
    if browser:
        return _hashed([(f"browser/{who}/{browser}", _BOTH)])
    both = f"{'beside' if beside else 'both'}/{who}/{network}"
    return _hashed([(f"client/{network}", _CLIENT), (both, _BOTH), (f"person/{who}", _PERSON)])


def _count(tx: Tx, subjects: Sequence[tuple[str, _Limit]], *, now_us: int) -> Locked | None:
    for subject, limit in subjects:
        tries, since = link_queries.count_try(tx, subject, now_us=now_us, window_us=limit.window_us)
        wait = wait_us(since, limit.window_us, now_us=now_us) if tries > limit.most else 0
        if wait > 0:
            minutes = whole_minutes(wait)
            refusal = SignInLocked(minutes=minutes, headers={"Retry-After": str(minutes * 60)})
            return Locked(refusal, begins=tries == limit.most + 1)
    return None


def _hashed(named: list[tuple[str, _Limit]]) -> list[tuple[str, _Limit]]:
    return [(_hash(name), limit) for name, limit in named]


def _hash(name: str) -> str:
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
