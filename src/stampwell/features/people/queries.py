"""People, by account."""

from stampwell.core.emails import email_key
from stampwell.db.database import Row, Tx
from stampwell.features.people.model import Person, Role

INSERT = """
INSERT INTO person (account_id, email, email_key, name, role, password_hash, created_at)
VALUES (:account_id, :email, :email_key, :name, :role, :password_hash, :created_at)
RETURNING *
"""
# Of two who join with one address at once, the index lets one in; the other is told.
INSERT_IF_FREE = """
INSERT INTO person (account_id, email, email_key, name, role, password_hash, created_at)
VALUES (:account_id, :email, :email_key, :name, :role, :password_hash, :created_at)
ON CONFLICT (email_key) WHERE removed_at IS NULL DO NOTHING
RETURNING *
"""
FIND = "SELECT * FROM person WHERE account_id = :account_id AND person_id = :person_id"
# At sign-in nothing but the address is known.
FIND_BY_EMAIL = "SELECT * FROM person WHERE email_key = :email_key AND removed_at IS NULL"
LIST = "SELECT * FROM person WHERE account_id = :account_id ORDER BY person_id"
# Whoever takes an owner away waits for whoever else does, so that one is left.
LOCK_OWNERS = {
    "sqlite": "SELECT * FROM person WHERE account_id = :account_id AND role = 'owner' AND removed_at IS NULL",
    "postgresql": """
        SELECT * FROM person WHERE account_id = :account_id AND role = 'owner' AND removed_at IS NULL
        ORDER BY person_id FOR UPDATE
    """,
}
# One column a statement: whoever changes a name has not seen a role that is changed at the same moment.
SET_NAME = "UPDATE person SET name = :name WHERE account_id = :account_id AND person_id = :person_id"
SET_ROLE = "UPDATE person SET role = :role WHERE account_id = :account_id AND person_id = :person_id"
SET_HASH = "UPDATE person SET password_hash = :password_hash WHERE account_id = :account_id AND person_id = :person_id"
REMOVE = "UPDATE person SET removed_at = :now_us WHERE account_id = :account_id AND person_id = :person_id"


def insert(tx: Tx, *, account_id: int, email: str, name: str, role: Role, password_hash: str, created_at: int) -> Person:
    row = tx.one(
        INSERT,
        account_id=account_id,
        email=email,
        email_key=email_key(email),
        name=name,
        role=role.value,
        password_hash=password_hash,
        created_at=created_at,
    )
    return person_of(row)


def insert_if_free(
    tx: Tx, *, account_id: int, email: str, name: str, role: Role, password_hash: str, created_at: int
) -> Person | None:
    """None when somebody signs in with that address already, in any account."""
    row = tx.maybe(
        INSERT_IF_FREE,
        account_id=account_id,
        email=email,
        email_key=email_key(email),
        name=name,
        role=role.value,
        password_hash=password_hash,
        created_at=created_at,
    )
    return _maybe(row)


def find(tx: Tx, account_id: int, person_id: int) -> Person | None:
    return _maybe(tx.maybe(FIND, account_id=account_id, person_id=person_id))


def find_by_email(tx: Tx, email: str) -> Person | None:
    """Who signs in by that address, in any account."""
    # By the letter: one of two whose addresses were told apart by case before.
    keys = dict.fromkeys((email, email_key(email)))
    return next((person for key in keys if (person := _maybe(tx.maybe(FIND_BY_EMAIL, email_key=key))) is not None), None)


def list_all(tx: Tx, account_id: int) -> list[Person]:
    """Those who were removed too, oldest first."""
    return [person_of(row) for row in tx.all(LIST, account_id=account_id)]


def lock_owners(tx: Tx, account_id: int) -> list[Person]:
    """Those who may sign in, locked until the transaction ends."""
    return [person_of(row) for row in tx.all(LOCK_OWNERS[tx.dialect], account_id=account_id)]


def set_name(tx: Tx, account_id: int, person_id: int, name: str) -> None:
    tx.run(SET_NAME, account_id=account_id, person_id=person_id, name=name)


def set_role(tx: Tx, account_id: int, person_id: int, role: Role) -> None:
    tx.run(SET_ROLE, account_id=account_id, person_id=person_id, role=role.value)


def set_password(tx: Tx, account_id: int, person_id: int, password_hash: str) -> None:
    tx.run(SET_HASH, account_id=account_id, person_id=person_id, password_hash=password_hash)


def remove(tx: Tx, account_id: int, person_id: int, *, now_us: int) -> None:
    tx.run(REMOVE, account_id=account_id, person_id=person_id, now_us=now_us)


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
