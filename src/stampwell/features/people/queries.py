"""People, by account."""

from stampwell.db.database import Row, Tx
from stampwell.features.people.model import Person, Role

INSERT = """
INSERT INTO person (account_id, email, name, role, password_hash, created_at)
VALUES (:account_id, :email, :name, :role, :password_hash, :created_at)
RETURNING *
"""
FIND = "SELECT * FROM person WHERE account_id = :account_id AND person_id = :person_id"
# At sign-in nothing but the address is known.
FIND_BY_EMAIL = "SELECT * FROM person WHERE lower(email) = lower(:email) AND removed_at IS NULL"
LIST = "SELECT * FROM person WHERE account_id = :account_id ORDER BY person_id"
# Whoever takes an owner away waits for whoever else does, so that one is left.
LOCK_OWNERS = {
    "sqlite": "SELECT * FROM person WHERE account_id = :account_id AND role = 'owner' AND removed_at IS NULL",
    "postgresql": """
        SELECT * FROM person WHERE account_id = :account_id AND role = 'owner' AND removed_at IS NULL
        ORDER BY person_id FOR UPDATE
    """,
}
SAVE = """
UPDATE person SET name = :name, role = :role, password_hash = :password_hash, removed_at = :removed_at
WHERE account_id = :account_id AND person_id = :person_id
"""


def insert(tx: Tx, *, account_id: int, email: str, name: str, role: Role, password_hash: str, created_at: int) -> Person:
    row = tx.one(
        INSERT,
        account_id=account_id,
        email=email,
        name=name,
        role=role.value,
        password_hash=password_hash,
        created_at=created_at,
    )
    return person_of(row)


def find(tx: Tx, account_id: int, person_id: int) -> Person | None:
    return _maybe(tx.maybe(FIND, account_id=account_id, person_id=person_id))


def find_by_email(tx: Tx, email: str) -> Person | None:
    """Who signs in by that address, in any account."""
    return _maybe(tx.maybe(FIND_BY_EMAIL, email=email))


def list_all(tx: Tx, account_id: int) -> list[Person]:
    """Those who were removed too, oldest first."""
    return [person_of(row) for row in tx.all(LIST, account_id=account_id)]


def lock_owners(tx: Tx, account_id: int) -> list[Person]:
    """Those who may sign in, locked until the transaction ends."""
    return [person_of(row) for row in tx.all(LOCK_OWNERS[tx.dialect], account_id=account_id)]


def save(tx: Tx, person: Person) -> None:
    tx.run(
        SAVE,
        account_id=person.account_id,
        person_id=person.person_id,
        name=person.name,
        role=person.role.value,
        password_hash=person.password_hash,
        removed_at=person.removed_at,
    )


def _maybe(row: Row | None) -> Person | None:
    return None if row is None else person_of(row)


def person_of(row: Row) -> Person:
    return Person(
        person_id=row["person_id"],
        account_id=row["account_id"],
        email=row["email"],
        name=row["name"],
        role=Role(row["role"]),
        password_hash=row["password_hash"],
        created_at=row["created_at"],
        removed_at=row["removed_at"],
    )
