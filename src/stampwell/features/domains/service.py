"""Units of work on custom domains. What people do to one is a line of the audit log."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from stampwell.core.actors import Actor
from stampwell.core.codes import ALPHANUMERIC
from stampwell.core.origins import canonical_origin
from stampwell.core.phrases import phrase
from stampwell.core.units import DAY_US, MINUTE_US
from stampwell.core.waits import SKEW_US
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.audit.service import record
from stampwell.features.domains import queries
from stampwell.features.domains.errors import DomainInvalid, NoSuchDomain
from stampwell.features.domains.model import Domain, Outcome
from stampwell.features.domains.rules import registrable_origin, require_room
from stampwell.features.plans.errors import PlanLacksCustomDomains
from stampwell.features.plans.model import PlanTable

_TOKEN_LENGTH = 32

_DAILY_US = DAY_US
_OFTEN_US = 10 * MINUTE_US
_YOUNG_US = 7 * DAY_US
# A turn of the worker's: with every domain as slow as it may be, a turn is still over before the next.
_DUE_AT_ONCE = 100


class Registered(NamedTuple):
    """A domain, and whether the call made it."""

    domain: Domain
    is_new: bool


def register(
    tx: Tx,
    account_id: int,
    *,
    origin: str,
    plans: PlanTable,
    instance_domains: frozenset[str],
    actor: Actor,
    now_us: int,
) -> Registered:
    """The account's own domain, unverified at first; registering it again answers the one there is.

    Raises PlanLacksCustomDomains, or FieldsWrong for `domain`: no https origin of a public name, one of this instance,
    or one too many.
    """
    plan = plans.get_plan(get_account(tx, account_id).plan)
    if not plan.custom_domains:
        raise PlanLacksCustomDomains(plan=plan.name, needed=plans.cheapest_with(lambda one: one.custom_domains))
    canonical = registrable_origin(origin, instance_domains)
    known = queries.find_by_origin(tx, account_id, canonical)
    if known is not None:
        return Registered(known, is_new=False)
    require_room(queries.count(tx, account_id))
    domain = _upsert(tx, account_id, canonical, now_us)
    _record(tx, domain, "domain.added", actor=actor, now_us=now_us)
    return Registered(domain, is_new=True)


def add(tx: Tx, account_id: int, *, origin: str, verified: bool, actor: Actor, now_us: int) -> Domain:
    """Registers the origin on the operator's word; adding it again changes nothing but may verify it.

    Raises AccountNotFound, or DomainInvalid for a wrong origin or one that another account has verified.
    """
    get_account(tx, account_id)
    canonical = _canonical(origin)
    domain = _upsert(tx, account_id, canonical, now_us)
    if verified and domain.verified_at is None:
        queries.lock_origin(tx, canonical)
        if queries.is_verified_elsewhere(tx, account_id, canonical):
            raise DomainInvalid(f"{canonical} is verified for another account. Remove it there first.")
        domain = queries.verify(tx, domain, verified_by="operator", now_us=now_us)
    _record(tx, domain, "domain.verified" if verified else "domain.added", actor=actor, now_us=now_us)
    return domain


def note_check(tx: Tx, account_id: int, domain_id: int, *, outcome: Outcome, actor: Actor | None, now_us: int) -> Domain | None:
    """The domain after a check, or None when it was removed meanwhile.

    A proof verifies it, unless another account has it verified. A verified domain stays verified, whatever was found.
    actor: who asked for the check; None for the daily ones, which are no line of the audit log.
    """
    before = queries.find(tx, account_id, domain_id)
    if before is None:
        return None
    after = _noted(tx, before, outcome, now_us=now_us)
    if actor is not None and before.verified_at is None and after.verified_at is not None:
        changes = {"verifiedBy": [None, after.verified_by]}
        _record(tx, after, "domain.verified", actor=actor, now_us=now_us, changes=changes)
    return after


def is_domain_verified(tx: Tx, account_id: int, origin: str) -> bool:
    """Whether stamps of the account may be on that canonical origin."""
    return queries.is_verified(tx, account_id, origin)


def is_host_verified(tx: Tx, host: str) -> bool:
    """Whether any account has that host verified as an https origin on the usual port."""
    origin = canonical_origin(f"https://{host}")
    return origin == f"https://{host}" and queries.is_verified_by_anybody(tx, origin)


def accounts_of_host(tx: Tx, host: str) -> list[int]:
    """Who has the host, with its port if it is not the usual one, verified as a custom domain."""
    return queries.list_accounts(tx, secure=f"https://{host}", plain=f"http://{host}")


def find_domain(tx: Tx, account_id: int, domain_id: int) -> Domain | None:
    return queries.find(tx, account_id, domain_id)


def get_by_origin(tx: Tx, account_id: int, *, origin: str) -> Domain:
    """Raises AccountNotFound, DomainInvalid or NoSuchDomain."""
    get_account(tx, account_id)
    canonical = _canonical(origin)
    domain = queries.find_by_origin(tx, account_id, canonical)
    if domain is None:
        raise NoSuchDomain(canonical)
    return domain


def list_domains(tx: Tx, account_id: int | None) -> list[Domain]:
    """The domains of the account, or of all accounts for None."""
    if account_id is not None:
        get_account(tx, account_id)
    return queries.list_all(tx, account_id)


def claim_due(tx: Tx, *, now_us: int) -> list[Domain]:
    """The domains of every account that are to be checked now; no other process is given them too.

    Every domain once a day, an unverified one every ten minutes in its first week, none on the operator's word.
    """
    due = queries.list_due(
        tx,
        daily_before=now_us - _DAILY_US,
        young_after=now_us - _YOUNG_US,
        often_before=now_us - _OFTEN_US,
        latest=now_us + SKEW_US,
        limit=_DUE_AT_ONCE,
    )
    return [domain for domain in due if queries.claim(tx, domain, now_us=now_us)]


def remove_domain(tx: Tx, account_id: int, domain_id: int, *, actor: Actor, now_us: int) -> Domain | None:
    """The domain that was removed, if it was there; stamps issued on it keep it."""
    domain = queries.find(tx, account_id, domain_id)
    if domain is None or not queries.delete(tx, account_id, domain_id):
        return None
    _record(tx, domain, "domain.removed", actor=actor, now_us=now_us)
    return domain


def remove(tx: Tx, account_id: int, *, origin: str, actor: Actor, now_us: int) -> str:
    """The canonical origin that was removed; stamps issued on it keep it. Raises NoSuchDomain."""
    domain = get_by_origin(tx, account_id, origin=origin)
    if remove_domain(tx, account_id, domain.domain_id, actor=actor, now_us=now_us) is None:
        raise NoSuchDomain(domain.origin)
    return domain.origin


def _noted(tx: Tx, domain: Domain, outcome: Outcome, *, now_us: int) -> Domain:
    if outcome.verified_by is None:
        return queries.note_problems(tx, domain, problems=outcome.problems, now_us=now_us)
    queries.lock_origin(tx, domain.origin)
    if queries.is_verified_elsewhere(tx, domain.account_id, domain.origin):
        taken = phrase(
            "The proof is there, but another account of this Stampwell has {domain} verified already. "
            "Have it removed there, or ask the operator of this Stampwell.",
            domain=domain.host,
        )
        return queries.note_problems(tx, domain, problems=(taken,), now_us=now_us)
    return queries.verify(tx, domain, verified_by=outcome.verified_by, now_us=now_us)


def _record(
    tx: Tx, domain: Domain, action: str, *, actor: Actor, now_us: int, changes: Mapping[str, Any] | None = None
) -> None:
    record(tx, NewAuditEntry(domain.account_id, actor, action, domain.domain_id, domain.name, now_us, changes))


def _upsert(tx: Tx, account_id: int, origin: str, now_us: int) -> Domain:
    token = ALPHANUMERIC.draw(_TOKEN_LENGTH)
    return queries.upsert(tx, account_id=account_id, origin=origin, token=token, created_at=now_us)


def _canonical(origin: str) -> str:
    canonical = canonical_origin(origin)
    if canonical is None:
        raise DomainInvalid(f"{origin!r} is no origin. Write it as https://stamps.example.com, with no path.")
    return canonical
