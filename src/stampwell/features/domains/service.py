"""Units of work on custom domains."""

from stampwell.core.origins import canonical_origin
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.domains import queries
from stampwell.features.domains.errors import DomainInvalid, NoSuchDomain
from stampwell.features.domains.model import Domain


def add(tx: Tx, account_id: int, *, origin: str, verified: bool, now_us: int) -> Domain:
    """Registers the origin; adding it again changes nothing but may verify it.

    Raises AccountNotFound, or DomainInvalid for a wrong origin or one that another account has verified.
    """
    get_account(tx, account_id)
    canonical = _canonical(origin)
    if verified and queries.is_verified_elsewhere(tx, account_id, canonical):
        raise DomainInvalid(f"{canonical} is verified for another account. Remove it there first.")
    return queries.upsert(
        tx, account_id=account_id, origin=canonical, verified_at=now_us if verified else None, created_at=now_us
    )


def is_domain_verified(tx: Tx, account_id: int, origin: str) -> bool:
    """Whether stamps of the account may be on that canonical origin."""
    return queries.is_verified(tx, account_id, origin)


def list_domains(tx: Tx, account_id: int | None) -> list[Domain]:
    """The domains of the account, or of all accounts for None."""
    if account_id is not None:
        get_account(tx, account_id)
    return queries.list_all(tx, account_id)


def remove(tx: Tx, account_id: int, *, origin: str) -> str:
    """The canonical origin that was removed; stamps issued on it keep it. Raises NoSuchDomain."""
    get_account(tx, account_id)
    canonical = _canonical(origin)
    if not queries.delete(tx, account_id, canonical):
        raise NoSuchDomain(canonical)
    return canonical


def _canonical(origin: str) -> str:
    canonical = canonical_origin(origin)
    if canonical is None:
        raise DomainInvalid(f"{origin!r} is no origin. Write it as https://stamps.example.com, with no path.")
    return canonical
