"""Whether somebody knows a password: tries are counted, and all take equally long, whoever is known here."""

from collections.abc import Sequence
from typing import NamedTuple

import structlog

from stampwell.core.actors import staff_actor
from stampwell.core.errors import DatabaseUnavailable
from stampwell.core.passwords import Passwords
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.people import emails
from stampwell.db.database import Tx
from stampwell.db.secret import browser_secret
from stampwell.features.accounts.model import Account
from stampwell.features.accounts.service import get_account
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.audit.service import record
from stampwell.features.people import known_browsers, rules, service, throttling
from stampwell.features.people.errors import SignInLocked, SignInRefused
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


class KnownPerson(NamedTuple):
    """Who knows the password. wrong_tries: how many others there were at the address since the last time."""

    person: Person
    wrong_tries: int


class _Candidate(NamedTuple):
    """Whom a password is compared with; nobody, so that every try compares as many. nonce: of a browser that is known for them,
    or blank.
    """

    person: Person | None
    nonce: str = ""

    @property
    def person_id(self) -> int | None:
        return None if self.person is None else self.person.person_id


async def known(context: DashboardContext, email: str, password: str, *, account_id: int | None = None) -> KnownPerson:
    """Who signs in by that address and password, in that account or in any. Raises SignInRefused, SignInLocked and TooBusy.

    A browser is known for a person, not for an address: whoever else gives the address is compared with as from any browser.
    """
    cookie = read_cookie(context.request, context.deps.browser_cookie) or ""
    candidates = await context.deps.db.read(_candidates, email, cookie=cookie, account_id=account_id, now_us=context.now_us)
    at_home = [one for one in candidates if one.nonce]
    for one in at_home:
        if await _try(context, email, password, [one], nonce=one.nonce):
            return KnownPerson(*await _forgiven(context, email, one, [one]))
    others = [one for one in candidates if not one.nonce]
    try:
        found = await _try(context, email, password, others, beside=bool(at_home)) if others else None
    except SignInLocked:
        if at_home:
            # It is the browser's own person who is refused, and not locked.
            raise SignInRefused from None
        raise
    if found is not None:
        return KnownPerson(*await _forgiven(context, email, found, others, beside=bool(at_home)))
    _log_wrong("sign-in refused", context, candidates)
    raise SignInRefused


async def require_password(context: DashboardContext, password: str) -> None:
    """That of the person who is signed in; tries count as those to sign in do. Raises as `known` does."""
    deps, person = context.deps, context.person
    cookie = read_cookie(context.request, deps.browser_cookie) or ""
    stored = Person(person.person_id, person.email, person.proved, person.name, person.password_hash)
    own = await deps.db.read(_candidate, stored, person.email, cookie=cookie, now_us=context.now_us)
    if await _try(context, person.email, password, [own], nonce=own.nonce) is None:
        _log_wrong("password refused", context, [own])
        raise SignInRefused
    await _forgiven(context, person.email, own, [own])


async def _try(
    context: DashboardContext,
    email: str,
    password: str,
    compared: Sequence[_Candidate],
    *,
    nonce: str = "",
    beside: bool = False,
) -> _Candidate | None:
    """Whose password it is; the try is counted before it is looked at. Raises SignInLocked and TooBusy."""
    deps, network = context.deps, client_network(context.request)
    deps.passwords.require_room(by=network)
    locked = await deps.db.write(
        _counted,
        email,
        network,
        nonce=nonce,
        beside=beside,
        compared=[one.person_id for one in compared],
        address=client_address(context.request),
        now_us=context.now_us,
    )
    if locked is not None:
        _log.info("sign-in refused", cause="locked", network=network)
        if locked.begins and deps.mailer is not None:
            # Behind the answer, which so takes equally long whether or not there is somebody to write to.
            deps.mailer.soon(_warn(deps, email, now_us=context.now_us))
        raise locked.refusal
    for one in compared:
        if await _matches(deps.passwords, password, one.person, network):
            return one
    return None


def _log_wrong(event: str, context: DashboardContext, compared: Sequence[_Candidate]) -> None:
    people = [one.person_id for one in compared if one.person is not None]
    _log.info(event, cause="wrong", network=client_network(context.request), people=people)


async def _matches(passwords: Passwords, password: str, person: Person | None, network: str) -> bool:
    stored = _NOBODYS if person is None else person.password_hash or _NOBODYS
    matches = await passwords.matches(rules.normal(password), stored, by=network)
    return matches and person is not None and bool(person.password_hash)


async def _forgiven(
    context: DashboardContext, email: str, found: _Candidate, compared: Sequence[_Candidate], *, beside: bool = False
) -> tuple[Person, int]:
    """Who it is, and how many wrong tries there were at them since the last time."""
    if found.person is None:
        raise SignInRefused
    tries = await context.deps.db.write(
        throttling.forgive_try,
        email,
        client_network(context.request),
        person_id=found.person.person_id,
        browser=found.nonce,
        beside=beside,
        compared=[one.person_id for one in compared],
    )
    return found.person, tries


def _candidates(tx: Tx, email: str, *, cookie: str, account_id: int | None, now_us: int) -> list[_Candidate]:
    people = service.list_candidates(tx, email, account_id=account_id, limit=_COMPARED)
    found = [_candidate(tx, person, email, cookie=cookie, now_us=now_us) for person in people]
    return found + [_Candidate(None)] * (_COMPARED - len(found))


def _candidate(tx: Tx, person: Person, email: str, *, cookie: str, now_us: int) -> _Candidate:
    secret = browser_secret(tx)
    return _Candidate(person, known_browsers.find_nonce(cookie, email, person.person_id, secret=secret, now_us=now_us))


def _counted(
    tx: Tx,
    email: str,
    network: str,
    *,
    nonce: str,
    beside: bool,
    compared: Sequence[int | None],
    address: str,
    now_us: int,
) -> Locked | None:
    """The lock itself is written down, not every try: by the client's address, for nobody knows who it was."""
    locked = throttling.count_try(tx, email, network, browser=nonce, beside=beside, compared=compared, now_us=now_us)
    for member in service.list_members_at(tx, email) if locked is not None and locked.begins else []:
        by = staff_actor(None, address)
        record(tx, NewAuditEntry(member.account_id, by, "person.sign-in-locked", member.person_id, member.name, now_us))
    return locked


async def _warn(deps: DashboardDeps, email: str, *, now_us: int) -> None:
    def unit(tx: Tx) -> tuple[Member, Account] | None:
        member = service.find_by_email(tx, email)
        if not throttling.may_warn(tx, email, now_us=now_us) or member is None:
            return None
        return member, get_account(tx, member.account_id)

    try:
        found = await deps.db.write(unit)
    except DatabaseUnavailable as error:
        _log.warning("letter not written", cause=error.cause)
        return
    if found is not None and deps.mailer is not None:
        member, account = found
        language = deps.language_of(account.language, None)
        await deps.mailer.send(emails.wrong_passwords(language, to=member.email, shop=account.name, at=deps.dashboard_url))
