from stampwell.db.database import Row, Tx
from stampwell.features.domains.model import Domain

UPSERT = """
INSERT INTO domain (account_id, origin, verified_at, created_at)
VALUES (:account_id, :origin, :verified_at, :created_at)
ON CONFLICT (account_id, origin) DO UPDATE SET verified_at = COALESCE(domain.verified_at, excluded.verified_at)
RETURNING *
"""
FIND_VERIFIED_ELSEWHERE = """
SELECT domain_id FROM domain WHERE origin = :origin AND account_id <> :account_id AND verified_at IS NOT NULL
"""
FIND_VERIFIED = """
SELECT domain_id FROM domain WHERE account_id = :account_id AND origin = :origin AND verified_at IS NOT NULL
"""
LIST = "SELECT * FROM domain WHERE account_id = :account_id ORDER BY origin"
LIST_ALL = "SELECT * FROM domain ORDER BY account_id, origin"
DELETE = "DELETE FROM domain WHERE account_id = :account_id AND origin = :origin"


def upsert(tx: Tx, *, account_id: int, origin: str, verified_at: int | None, created_at: int) -> Domain:
    return _domain(tx.one(UPSERT, account_id=account_id, origin=origin, verified_at=verified_at, created_at=created_at))


def is_verified(tx: Tx, account_id: int, origin: str) -> bool:
    return tx.maybe(FIND_VERIFIED, account_id=account_id, origin=origin) is not None


def is_verified_elsewhere(tx: Tx, account_id: int, origin: str) -> bool:
    return tx.maybe(FIND_VERIFIED_ELSEWHERE, account_id=account_id, origin=origin) is not None


def list_all(tx: Tx, account_id: int | None) -> list[Domain]:
    rows = tx.all(LIST_ALL) if account_id is None else tx.all(LIST, account_id=account_id)
    return [_domain(row) for row in rows]


def delete(tx: Tx, account_id: int, origin: str) -> bool:
    return tx.run(DELETE, account_id=account_id, origin=origin) > 0


def _domain(row: Row) -> Domain:
    return Domain(
        domain_id=row["domain_id"],
        account_id=row["account_id"],
        origin=row["origin"],
        verified_at=row["verified_at"],
        created_at=row["created_at"],
    )
