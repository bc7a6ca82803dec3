import json

from stampwell.core.phrases import Phrase, from_plain, to_plain
from stampwell.db.database import Row, Tx
from stampwell.features.domains.model import Domain, VerifiedBy

# Who registers it again finds the row as it was; the conflict has to change something, or it would answer no row.
UPSERT = """
INSERT INTO domain (account_id, origin, token, created_at) VALUES (:account_id, :origin, :token, :created_at)
ON CONFLICT (account_id, origin) DO UPDATE SET origin = excluded.origin
RETURNING *
"""
# One at a time for an origin: two that verify it at once would both find that nobody has.
LOCK_ORIGIN = "SELECT pg_advisory_xact_lock(4, hashtext(:origin))"
VERIFY = """
UPDATE domain SET verified_at = COALESCE(verified_at, :now_us), verified_by = :verified_by, checked_at = :now_us, problem = NULL
WHERE account_id = :account_id AND domain_id = :domain_id
RETURNING *
"""
# The operator's word stands, whatever a check finds.
NOTE_PROBLEMS = """
UPDATE domain SET checked_at = :now_us,
    problem = CASE WHEN verified_by = 'operator' AND verified_at IS NOT NULL THEN NULL ELSE :problem END
WHERE account_id = :account_id AND domain_id = :domain_id
RETURNING *
"""
FIND_VERIFIED_ELSEWHERE = """
SELECT domain_id FROM domain WHERE origin = :origin AND account_id <> :account_id AND verified_at IS NOT NULL
"""
FIND_VERIFIED = """
SELECT domain_id FROM domain WHERE account_id = :account_id AND origin = :origin AND verified_at IS NOT NULL
"""
FIND_VERIFIED_BY_ANYBODY = "SELECT domain_id FROM domain WHERE origin = :origin AND verified_at IS NOT NULL"
LIST_ACCOUNTS = "SELECT account_id FROM domain WHERE verified_at IS NOT NULL AND origin IN (:secure, :plain)"
FIND = "SELECT * FROM domain WHERE account_id = :account_id AND domain_id = :domain_id"
FIND_BY_ORIGIN = "SELECT * FROM domain WHERE account_id = :account_id AND origin = :origin"
COUNT = "SELECT COUNT(*) AS n FROM domain WHERE account_id = :account_id"
LIST = "SELECT * FROM domain WHERE account_id = :account_id ORDER BY origin"
LIST_ALL = "SELECT * FROM domain ORDER BY account_id, origin"
LIST_DUE = """
SELECT * FROM domain
WHERE (verified_by IS NULL OR verified_by <> 'operator') AND (
    COALESCE(checked_at, 0) < :daily_before OR checked_at > :latest
    OR (verified_at IS NULL AND created_at > :young_after AND checked_at < :often_before)
)
ORDER BY COALESCE(checked_at, 0), domain_id LIMIT :limit
"""
CLAIM = """
UPDATE domain SET checked_at = :now_us
WHERE account_id = :account_id AND domain_id = :domain_id AND COALESCE(checked_at, 0) = :seen
"""
DELETE = "DELETE FROM domain WHERE account_id = :account_id AND domain_id = :domain_id"


def upsert(tx: Tx, *, account_id: int, origin: str, token: str, created_at: int) -> Domain:
    """The account's domain of that origin, which a later call leaves as it is."""
    return _domain(tx.one(UPSERT, account_id=account_id, origin=origin, token=token, created_at=created_at))


def lock_origin(tx: Tx, origin: str) -> None:
    """Until the transaction ends nobody else verifies that origin."""
    if tx.dialect == "postgresql":
        tx.one(LOCK_ORIGIN, origin=origin)


def verify(tx: Tx, domain: Domain, *, verified_by: VerifiedBy, now_us: int) -> Domain:
    keys = {"account_id": domain.account_id, "domain_id": domain.domain_id}
    return _domain(tx.one(VERIFY, **keys, verified_by=verified_by, now_us=now_us))


def note_problems(tx: Tx, domain: Domain, *, problems: tuple[Phrase, ...], now_us: int) -> Domain:
    keys = {"account_id": domain.account_id, "domain_id": domain.domain_id}
    return _domain(
        tx.one(
            NOTE_PROBLEMS,
            **keys,
            problem=json.dumps([to_plain(problem) for problem in problems], ensure_ascii=False),
            now_us=now_us,
        )
    )


def is_verified(tx: Tx, account_id: int, origin: str) -> bool:
    return tx.maybe(FIND_VERIFIED, account_id=account_id, origin=origin) is not None


def is_verified_elsewhere(tx: Tx, account_id: int, origin: str) -> bool:
    return tx.maybe(FIND_VERIFIED_ELSEWHERE, account_id=account_id, origin=origin) is not None


def is_verified_by_anybody(tx: Tx, origin: str) -> bool:
    return tx.maybe(FIND_VERIFIED_BY_ANYBODY, origin=origin) is not None


def list_accounts(tx: Tx, *, secure: str, plain: str) -> list[int]:
    """Who has either origin verified."""
    return [row["account_id"] for row in tx.all(LIST_ACCOUNTS, secure=secure, plain=plain)]


def find(tx: Tx, account_id: int, domain_id: int) -> Domain | None:
    return _maybe(tx.maybe(FIND, account_id=account_id, domain_id=domain_id))


def find_by_origin(tx: Tx, account_id: int, origin: str) -> Domain | None:
    return _maybe(tx.maybe(FIND_BY_ORIGIN, account_id=account_id, origin=origin))


def count(tx: Tx, account_id: int) -> int:
    return int(tx.one(COUNT, account_id=account_id)["n"])


def list_all(tx: Tx, account_id: int | None) -> list[Domain]:
    rows = tx.all(LIST_ALL) if account_id is None else tx.all(LIST, account_id=account_id)
    return [_domain(row) for row in rows]


def list_due(tx: Tx, *, daily_before: int, young_after: int, often_before: int, latest: int, limit: int) -> list[Domain]:
    """Those not checked since `daily_before`, or unverified, made after `young_after` and not checked since `often_before`.

    A check after `latest` was none.
    """
    rows = tx.all(
        LIST_DUE, daily_before=daily_before, young_after=young_after, often_before=often_before, latest=latest, limit=limit
    )
    return [_domain(row) for row in rows]


def claim(tx: Tx, domain: Domain, *, now_us: int) -> bool:
    """Whether nobody has checked it since it was read."""
    keys = {"account_id": domain.account_id, "domain_id": domain.domain_id}
    return tx.run(CLAIM, **keys, now_us=now_us, seen=domain.checked_at or 0) > 0


def delete(tx: Tx, account_id: int, domain_id: int) -> bool:
    return tx.run(DELETE, account_id=account_id, domain_id=domain_id) > 0


def _maybe(row: Row | None) -> Domain | None:
    return None if row is None else _domain(row)


def _domain(row: Row) -> Domain:
    return Domain(
        domain_id=row["domain_id"],
        account_id=row["account_id"],
        origin=row["origin"],
        verified_at=row["verified_at"],
        created_at=row["created_at"],
        token=row["token"],
        verified_by=row["verified_by"],
        checked_at=row["checked_at"],
        problems=tuple(from_plain(problem) for problem in json.loads(row["problem"] or "[]")),
    )
