from dataclasses import dataclass

from stampwell.db.database import Row, Tx
from stampwell.features.keys.model import ApiKey, Scope

INSERT = """
INSERT INTO api_key (account_id, prefix, digest, name, scopes, created_at, expires_at)
VALUES (:account_id, :prefix, :digest, :name, :scopes, :created_at, :expires_at)
RETURNING *
"""
# Found by the key itself, before any account is known: the one query of this table that cannot name the account.
FIND_WITH_ACCOUNT = """
SELECT k.key_id, k.account_id, k.digest, k.scopes, k.expires_at, k.revoked_at, k.last_used_at,
       a.plan, a.time_zone, a.country_code, a.stamp_idx_format, a.suspended_at
FROM api_key k JOIN account a ON a.account_id = k.account_id
WHERE k.prefix = :prefix
"""
LIST = "SELECT * FROM api_key WHERE account_id = :account_id ORDER BY key_id"
LIST_ALL = "SELECT * FROM api_key ORDER BY key_id"
REVOKE = """
UPDATE api_key SET revoked_at = COALESCE(revoked_at, :revoked_at)
WHERE account_id = :account_id AND key_id = :key_id RETURNING *
"""
FIND = "SELECT * FROM api_key WHERE account_id = :account_id AND key_id = :key_id"
# For the operator, who names a key of any account.
FIND_ANYWHERE = "SELECT * FROM api_key WHERE key_id = :key_id"
TOUCH = "UPDATE api_key SET last_used_at = :used_at WHERE account_id = :account_id AND key_id = :key_id"


@dataclass(frozen=True, slots=True)
class StoredKey:
    """What authenticating needs of a key and its account, as stored."""

    key_id: int
    account_id: int
    digest: str
    scopes: frozenset[Scope]
    expires_at: int | None
    revoked_at: int | None
    last_used_at: int | None
    plan: str
    time_zone: str
    country_code: str
    stamp_idx_format: str
    suspended: bool


def insert(
    tx: Tx,
    *,
    account_id: int,
    prefix: str,
    digest: str,
    name: str,
    scopes: frozenset[Scope],
    created_at: int,
    expires_at: int | None,
) -> ApiKey:
    row = tx.one(
        INSERT,
        account_id=account_id,
        prefix=prefix,
        digest=digest,
        name=name,
        scopes=" ".join(sorted(scopes)),
        created_at=created_at,
        expires_at=expires_at,
    )
    return _key(row)


def find_with_account(tx: Tx, prefix: str) -> StoredKey | None:
    row = tx.maybe(FIND_WITH_ACCOUNT, prefix=prefix)
    if row is None:
        return None
    return StoredKey(
        key_id=row["key_id"],
        account_id=row["account_id"],
        digest=row["digest"],
        scopes=_scopes(row),
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        last_used_at=row["last_used_at"],
        plan=row["plan"],
        time_zone=row["time_zone"],
        country_code=row["country_code"],
        stamp_idx_format=row["stamp_idx_format"],
        suspended=row["suspended_at"] is not None,
    )


def list_all(tx: Tx, account_id: int | None) -> list[ApiKey]:
    rows = tx.all(LIST_ALL) if account_id is None else tx.all(LIST, account_id=account_id)
    return [_key(row) for row in rows]


def find(tx: Tx, account_id: int, key_id: int) -> ApiKey | None:
    row = tx.maybe(FIND, account_id=account_id, key_id=key_id)
    return None if row is None else _key(row)


def find_anywhere(tx: Tx, key_id: int) -> ApiKey | None:
    row = tx.maybe(FIND_ANYWHERE, key_id=key_id)
    return None if row is None else _key(row)


def revoke(tx: Tx, account_id: int, key_id: int, revoked_at: int) -> ApiKey | None:
    row = tx.maybe(REVOKE, account_id=account_id, key_id=key_id, revoked_at=revoked_at)
    return None if row is None else _key(row)


def touch(tx: Tx, account_id: int, key_id: int, used_at: int) -> None:
    tx.run(TOUCH, account_id=account_id, key_id=key_id, used_at=used_at)


def _key(row: Row) -> ApiKey:
    return ApiKey(
        key_id=row["key_id"],
        account_id=row["account_id"],
        prefix=row["prefix"],
        name=row["name"],
        scopes=_scopes(row),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
        last_used_at=row["last_used_at"],
    )


def _scopes(row: Row) -> frozenset[Scope]:
    return frozenset(Scope(scope) for scope in row["scopes"].split())
