"""Units of work on API keys."""

from collections.abc import Iterable
from typing import NamedTuple

from stampwell.core.actors import Actor
from stampwell.core.api_keys import digest_of, new_api_key, prefix_of
from stampwell.core.unseen import unseen_or_in_english
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.audit.service import record
from stampwell.features.keys import queries
from stampwell.features.keys.errors import KeyInvalid, KeyNotFound, NoSuchKey
from stampwell.features.keys.model import ALL_SCOPES, ApiKey, Scope

_LONGEST_NAME = 100


class NewKey(NamedTuple):
    """The key in clear, which exists nowhere else, and what was stored of it."""

    api_key: str
    stored: ApiKey


def parse_scopes(names: Iterable[str]) -> frozenset[Scope]:
    """The scopes of those names, all of them for none. Raises KeyInvalid."""
    scopes = set()
    for name in names:
        try:
            scopes.add(Scope(name))
        except ValueError:
            known = ", ".join(Scope)
            raise KeyInvalid(f"--scope: there is no scope {name!r}. The scopes are: {known}") from None
    return frozenset(scopes) or ALL_SCOPES


def create(
    tx: Tx, account_id: int, *, name: str, scopes: frozenset[Scope], expires_at: int | None, actor: Actor, now_us: int
) -> NewKey:
    """A fresh key of the account. Raises AccountNotFound, or KeyInvalid for a wrong name or an expiry in the past."""
    get_account(tx, account_id)
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise KeyInvalid(f"--name: {unseen_or_in_english(name, f'at most {_LONGEST_NAME} printable characters')}.")
    if expires_at is not None and expires_at <= now_us:
        raise KeyInvalid("--expires: that day is over; a key made with it could never be used.")
    api_key = new_api_key()
    stored = queries.insert(
        tx,
        account_id=account_id,
        prefix=prefix_of(api_key) or "",
        digest=digest_of(api_key),
        name=name,
        scopes=scopes,
        created_at=now_us,
        expires_at=expires_at,
    )
    changes = {"scopes": [None, sorted(scopes)]}
    record(tx, NewAuditEntry(account_id, actor, "key.created", stored.key_id, _shown_name(stored), now_us, changes))
    return NewKey(api_key, stored)


def list_keys(tx: Tx, account_id: int | None) -> list[ApiKey]:
    """The keys of the account, or of all accounts for None, oldest first."""
    return queries.list_all(tx, account_id)


def get_key(tx: Tx, account_id: int, key_id: int) -> ApiKey:
    """Raises NoSuchKey."""
    found = queries.find(tx, account_id, key_id)
    if found is None:
        raise NoSuchKey
    return found


def get_any_key(tx: Tx, key_id: int) -> ApiKey:
    """A key of any account: for the operator. Raises KeyNotFound."""
    found = queries.find_anywhere(tx, key_id)
    if found is None:
        raise KeyNotFound(key_id)
    return found


def revoke(tx: Tx, account_id: int, key_id: int, *, actor: Actor, now_us: int) -> ApiKey:
    """No request with the key is served from now on. Revoking twice is no error. Raises NoSuchKey."""
    revoked = queries.revoke(tx, account_id, key_id, now_us)
    if revoked is None:
        raise NoSuchKey
    record(tx, NewAuditEntry(account_id, actor, "key.revoked", key_id, _shown_name(revoked), now_us))
    return revoked


def _shown_name(key: ApiKey) -> str:
    return key.name or key.prefix
