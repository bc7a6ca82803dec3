"""Whether somebody knows a password: tries are counted, and all take equally long, whoever is known here."""

from typing import NamedTuple

import structlog

from stampwell.core.errors import DatabaseUnavailable
from stampwell.core.passwords import Passwords
from stampwell.dashboard.desk import Desk
from stampwell.dashboard.people import letters
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.db.secret import browser_secret
from stampwell.features.accounts.model import Account
from stampwell.features.accounts.service import get_account
from stampwell.features.audit.model import By, Entry
from stampwell.features.audit.service import record
from stampwell.features.people import known_browsers, rules, service, throttling
from stampwell.features.people.errors import SignInRefused
from stampwell.features.people.model import Member, Person
from stampwell.features.people.throttling import Locked
from stampwell.web.client import client_address, client_network
from stampwell.web.cookies import read_cookie

# What an unknown address is compared with, so that it takes as long as a known one. Of a password that was thrown away.
_NOBODYS = "$argon2id$v=19$m=19456,t=2,p=1$CJJFtIGVMEqQmp0Dk8Co8Q$7ldGRFcOVYrNpCQEEfN3qOuJFZ7YBsdEqjrvzsxMYq0"
# Who has proved the address, and one who only gives it: whoever loses an address to its owner still comes in by it. Each try
# compares as many, so that nobody can tell how many there are. More find their way by the sign-in page of their own shop.
_COMPARED = 2

_log = structlog.get_logger("stampwell.dashboard")


class Known(NamedTuple):
    """Who knows the password. wrong_tries: how many others there were at the address since the last time."""

    person: Person
    wrong_tries: int


class _Try(NamedTuple):
    locked: Locked | None
    browser: str


async def known(visit: Visit, email: str, password: str, *, account_id: int | None = None) -> Known:
    """Who signs in by that address and password, in that account or in any. Raises SignInRefused, SignInLocked and TooBusy."""
    browser = await _count(visit, email)
    candidates = await visit.desk.db.read(service.list_candidates, email, account_id=account_id, limit=_COMPARED)
    for place in range(_COMPARED):
        person = candidates[place] if place < len(candidates) else None
        if await _matches(visit.desk.passwords, password, person) and person is not None:
            return Known(person, await _forget(visit, email, browser))
    _log.info(
        "sign-in refused", cause="wrong", network=client_network(visit.request), people=[one.person_id for one in candidates]
    )
    raise SignInRefused


async def require_password(visit: Visit, password: str) -> None:
    """That of the person who is signed in; tries count as those to sign in do. Raises as `known` does."""
    person = visit.person
    browser = await _count(visit, person.email)
    stored = Person(person.person_id, person.email, person.proved, person.name, person.password_hash)
    if not await _matches(visit.desk.passwords, password, stored):
        _log.info("password refused", cause="wrong", network=client_network(visit.request), people=[person.person_id])
        raise SignInRefused
    await _forget(visit, person.email, browser)


async def _count(visit: Visit, email: str) -> str:
    """Counts the try; the browser's nonce, blank for one that is not known. Raises SignInLocked and TooBusy."""
    desk = visit.desk
    desk.passwords.require_room()
    cookie = read_cookie(visit.request, desk.browser_cookie) or ""
    network = client_network(visit.request)
    counted = await desk.db.write(
        _counted, email, network, cookie=cookie, address=client_address(visit.request), now_us=visit.now_us
    )
    if counted.locked is None:
        return counted.browser
    _log.info("sign-in refused", cause="locked", network=network)
    if counted.locked.begins and desk.post is not None:
        # Behind the answer, which so takes equally long whether or not there is somebody to write to.
        desk.post.soon(_warn(desk, email, now_us=visit.now_us))
    raise counted.locked.refusal


async def _matches(passwords: Passwords, password: str, person: Person | None) -> bool:
    stored = _NOBODYS if person is None else person.password_hash or _NOBODYS
    matches = await passwords.matches(rules.normal(password), stored)
    return matches and person is not None and bool(person.password_hash)


async def _forget(visit: Visit, email: str, browser: str) -> int:
    network = client_network(visit.request)
    return await visit.desk.db.write(throttling.forget_tries, email, network, browser=browser)


def _counted(tx: Tx, email: str, network: str, *, cookie: str, address: str, now_us: int) -> _Try:
    """The lock itself is written down, not every try: by the client's address, for nobody knows who it was."""
    browser = known_browsers.find_nonce(cookie, email, secret=browser_secret(tx), now_us=now_us)
    locked = throttling.count_try(tx, email, network, browser=browser, now_us=now_us)
    for member in service.list_members_at(tx, email) if locked is not None and locked.begins else []:
        by = By("person", None, address, "dashboard")
        record(tx, Entry(member.account_id, by, "person.sign-in-locked", member.person_id, member.name, now_us))
    return _Try(locked, browser)


async def _warn(desk: Desk, email: str, *, now_us: int) -> None:
    def unit(tx: Tx) -> tuple[Member, Account] | None:
        member = service.find_by_email(tx, email)
        if not throttling.may_warn(tx, email, now_us=now_us) or member is None:
            return None
        return member, get_account(tx, member.account_id)

    try:
        found = await desk.db.write(unit)
    except DatabaseUnavailable as error:
        _log.warning("letter not written", cause=error.cause)
        return
    if found is not None and desk.post is not None:
        member, account = found
        language = desk.language_of(account.language, None)
        await desk.post.send(letters.wrong_passwords(language, to=member.email, shop=account.name, at=desk.dashboard_url))
