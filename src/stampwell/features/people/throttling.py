"""Tries to sign in are counted in the database before the password is looked at, so that every process knows of them.

`network` is what the client is counted by (`core/addresses.py`).
"""

from hashlib import sha256
from typing import NamedTuple

from stampwell.core.emails import email_key
from stampwell.core.waits import wait_us, whole_minutes
from stampwell.db.database import Tx
from stampwell.features.people import link_queries
from stampwell.features.people.errors import SignInLocked

_MINUTE_US = 60_000_000


class Locked(NamedTuple):
    """What a try is to be refused with. begins: whether it is this try that locked."""

    refusal: SignInLocked
    begins: bool


class _Limit(NamedTuple):
    most: int
    window_us: int


# One browser guessing at one person is stopped early; the others are for guesses spread over many.
_BOTH = _Limit(5, 15 * _MINUTE_US)
_PERSON = _Limit(30, 60 * _MINUTE_US)
_CLIENT = _Limit(100, 60 * _MINUTE_US)
# Nobody's letter box is filled, and nobody tries many addresses.
_LETTERS_TO = _Limit(3, 60 * _MINUTE_US)
_LETTERS_FROM = _Limit(20, 60 * _MINUTE_US)
_WARNING = _Limit(1, 24 * 60 * _MINUTE_US)
# What somebody is told of at their next sign-in, if that comes within these days.
_TOLD_FOR_US = 30 * 24 * 60 * _MINUTE_US


def count_try(tx: Tx, email: str, network: str, *, now_us: int, browser: str = "") -> Locked | None:
    """Counts a try; what it is to be refused with, if it is one too many. A unit that raised would take its count along.

    browser: the nonce of one that is known for this address, which has a count of its own: what others do locks nobody out of
    their own browser. Blank for any other.
    """
    if not browser:
        link_queries.count_try(tx, _told(email), now_us=now_us, window_us=_TOLD_FOR_US)
    return _count(tx, _subjects(email, network, browser), now_us=now_us)


def count_letter(tx: Tx, email: str, network: str, *, now_us: int) -> Locked | None:
    """The same for letters with a new password that somebody asks for, known here or not."""
    named = [(f"letter/{email_key(email)}", _LETTERS_TO), (f"letters/{network}", _LETTERS_FROM)]
    return _count(tx, _hashed(named), now_us=now_us)


def may_warn(tx: Tx, email: str, *, now_us: int) -> bool:
    """Whether to write to that address that signing in is locked; once a day, or whoever locks it fills the letter box."""
    return _count(tx, _hashed([(f"warning/{email_key(email)}", _WARNING)]), now_us=now_us) is None


def forget_tries(tx: Tx, email: str, network: str, *, browser: str) -> int:
    """After a try that went well: what was counted of the person, but not of the client, who may guess at others.

    How many wrong ones there were since the last time, from browsers that are not known.
    """
    for subject, limit in _subjects(email, network, browser):
        if limit is not _CLIENT:
            link_queries.forget_tries(tx, subject)
    tries = link_queries.forget_tries(tx, _told(email))
    return tries if browser else max(0, tries - 1)


def prune_tries(tx: Tx, *, before_us: int) -> int:
    """Deletes counts that began before that instant; how many it were. What somebody is still to be told of stays longer."""
    return link_queries.delete_old_tries(tx, before_us=before_us, told_before_us=before_us - _TOLD_FOR_US)


def _told(email: str) -> str:
    return f"told/{_hash(email_key(email))}"


def _subjects(email: str, network: str, browser: str) -> list[tuple[str, _Limit]]:
    who = email_key(email)
    if browser:
        return _hashed([(f"browser/{who}/{browser}", _BOTH)])
    return _hashed([(f"both/{who}/{network}", _BOTH), (f"person/{who}", _PERSON), (f"client/{network}", _CLIENT)])


def _count(tx: Tx, subjects: list[tuple[str, _Limit]], *, now_us: int) -> Locked | None:
    longest_us, begins = 0, False
    for subject, limit in subjects:
        tries, since = link_queries.count_try(tx, subject, now_us=now_us, window_us=limit.window_us)
        if tries > limit.most:
            longest_us = max(longest_us, wait_us(since, limit.window_us, now_us=now_us))
            begins = begins or tries == limit.most + 1
    if longest_us <= 0:
        return None
    minutes = whole_minutes(longest_us)
    return Locked(SignInLocked(minutes=minutes, headers={"Retry-After": str(minutes * 60)}), begins)


def _hashed(named: list[tuple[str, _Limit]]) -> list[tuple[str, _Limit]]:
    return [(_hash(name), limit) for name, limit in named]


def _hash(name: str) -> str:
    return sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
