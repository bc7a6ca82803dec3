"""People, whichever accounts they work in."""

from stampwell.core.emails import email_key
from stampwell.db.database import Row, Tx
from stampwell.features.people.model import Person

INSERT = """
INSERT INTO person (email, email_key, name, password_hash, created_at)
VALUES (:email, :email_key, :name, :password_hash, :created_at)
RETURNING *
"""
FIND = "SELECT * FROM person WHERE person_id = :person_id"
_AT_AN_ADDRESS = """
SELECT p.* FROM person p
WHERE p.email_key IN (:typed, :email_key) AND EXISTS (
    SELECT 1 FROM membership m WHERE m.person_id = p.person_id AND m.removed_at IS NULL {}
)
ORDER BY CASE WHEN p.proved_at IS NULL THEN 1 ELSE 0 END, p.person_id
LIMIT :limit
"""
FIND_BY_EMAIL = _AT_AN_ADDRESS.format("")
FIND_BY_EMAIL_IN_ACCOUNT = _AT_AN_ADDRESS.format("AND m.account_id = :account_id")
# One column a statement: whoever changes a name has not seen an address that is changed at the same moment.
SET_NAME = "UPDATE person SET name = :name WHERE person_id = :person_id"
SET_HASH = "UPDATE person SET password_hash = :password_hash WHERE person_id = :person_id"
SET_ADDRESS = "UPDATE person SET email = :email, email_key = :email_key, proved_at = NULL WHERE person_id = :person_id"
# Two who prove one address at the same moment do it one after the other; SQLite has one writer anyway.
LOCK_ADDRESS = {
    "sqlite": "SELECT 1",
    "postgresql": "SELECT pg_advisory_xact_lock(hashtextextended('person address ' || :email_key, 0))",
}
UNPROVE = "UPDATE person SET proved_at = NULL WHERE email_key = :email_key AND proved_at IS NOT NULL"
PROVE = """
UPDATE person SET email = :email, email_key = :email_key, proved_at = :now_us WHERE person_id = :person_id RETURNING *
"""
FORGET = """
UPDATE person SET email = '', email_key = '', proved_at = NULL, password_hash = '' WHERE person_id = :person_id
"""


def insert(tx: Tx, *, email: str, name: str, password_hash: str, created_at: int) -> Person:
    row = tx.one(INSERT, email=email, email_key=email_key(email), name=name, password_hash=password_hash, created_at=created_at)
    return _person(row)


def find(tx: Tx, person_id: int) -> Person | None:
    row = tx.maybe(FIND, person_id=person_id)
    return None if row is None else _person(row)


def find_by_email(tx: Tx, email: str, *, account_id: int | None, limit: int) -> list[Person]:
    """Who works in that account, or in any, and gives that address: who has proved it, then who has given it longest."""
    given: dict[str, object] = {"typed": email, "email_key": email_key(email), "limit": limit}
    if account_id is None:
        rows = tx.all(FIND_BY_EMAIL, **given)
    else:
        rows = tx.all(FIND_BY_EMAIL_IN_ACCOUNT, account_id=account_id, **given)
    return [_person(row) for row in rows]


def set_name(tx: Tx, person_id: int, name: str) -> None:
    tx.run(SET_NAME, person_id=person_id, name=name)


def set_password(tx: Tx, person_id: int, password_hash: str) -> None:
    tx.run(SET_HASH, person_id=person_id, password_hash=password_hash)


def set_address(tx: Tx, person_id: int, email: str) -> None:
    """Unproved, as every new address is."""
    tx.run(SET_ADDRESS, person_id=person_id, email=email, email_key=email_key(email))


def prove(tx: Tx, person_id: int, email: str, *, now_us: int) -> Person:
    """The address is that person's from now on, and nobody else's."""
    key = email_key(email)
    if tx.dialect == "sqlite":
        tx.one(LOCK_ADDRESS["sqlite"])
    else:
        tx.one(LOCK_ADDRESS["postgresql"], email_key=key)
    tx.run(UNPROVE, email_key=key)
    return _person(tx.one(PROVE, person_id=person_id, email=email, email_key=key, now_us=now_us))


def forget(tx: Tx, person_id: int) -> None:
    """All but the name, which the history has."""
    tx.run(FORGET, person_id=person_id)


def _person(row: Row) -> Person:
    return Person(
        person_id=row["person_id"],
        email=row["email"],
        proved=row["proved_at"] is not None,
        name=row["name"],
        password_hash=row["password_hash"],
    )
