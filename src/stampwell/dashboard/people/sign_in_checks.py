"""Whether somebody knows a password: tries are counted, and all take equally long, whoever is known here."""

from collections.abc import Sequence
from typing import NamedTuple

import structlog

from stampwell.core.errors import DatabaseUnavailable
from stampwell.core.passwords import Passwords
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.people import email_texts
from stampwell.features.people import rules, throttling
from stampwell.features.people.candidates import Candidate, candidate_of, candidates_at
from stampwell.features.people.errors import SignInLocked, SignInRefused
from stampwell.features.people.model import Person
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


async def known(context: DashboardContext, email: str, password: str, *, account_id: int | None = None) -> KnownPerson:
    """Who signs in by that address and password, in that account or in any. Raises SignInRefused, SignInLocked and TooBusy.

    A browser is known for a person, not for an address: whoever else gives the address is compared with as from any browser.
    """
    cookie = read_cookie(context.request, context.deps.browser_cookie) or ""
    candidates = await context.deps.db.read(
        candidates_at, email, cookie=cookie, account_id=account_id, number=_COMPARED, now_us=context.now_us
    )
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
    own = await deps.db.read(candidate_of, stored, person.email, cookie=cookie, now_us=context.now_us)
    if await _try(context, person.email, password, [own], nonce=own.nonce) is None:
        _log_wrong("password refused", context, [own])
        raise SignInRefused
    await _forgiven(context, person.email, own, [own])


async def _try(
    context: DashboardContext,
    email: str,
    password: str,
    compared: Sequence[Candidate],
    *,
    nonce: str = "",
    beside: bool = False,
) -> Candidate | None:
    """Whose password it is; the try is counted before it is looked at. Raises SignInLocked and TooBusy."""
    deps, network = context.deps, client_network(context.request)
    deps.passwords.require_room(by=network)
    locked = await deps.db.write(
        throttling.count_try,
        email,
        network,
        browser=nonce,
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


def _log_wrong(event: str, context: DashboardContext, compared: Sequence[Candidate]) -> None:
    people = [one.person_id for one in compared if one.person is not None]
    _log.info(event, cause="wrong", network=client_network(context.request), people=people)


async def _matches(passwords: Passwords, password: str, person: Person | None, network: str) -> bool:
    stored = _NOBODYS if person is None else person.password_hash or _NOBODYS
    matches = await passwords.matches(rules.normal(password), stored, by=network)
    return matches and person is not None and bool(person.password_hash)


async def _forgiven(
    context: DashboardContext, email: str, found: Candidate, compared: Sequence[Candidate], *, beside: bool = False
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


async def _warn(deps: DashboardDeps, email: str, *, now_us: int) -> None:
    try:
        found = await deps.db.write(throttling.find_to_warn, email, now_us=now_us)
    except DatabaseUnavailable as error:
        _log.warning("email not written", cause=error.cause)
        return
    if found is not None and deps.mailer is not None:
        member, account = found
        language = deps.language_of(account.language, None)
        await deps.mailer.send(email_texts.wrong_passwords(language, to=member.email, shop=account.name, at=deps.dashboard_url))
