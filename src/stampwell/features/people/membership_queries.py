"""Memberships: who works in which account, as what."""

import json
from collections.abc import Sequence

from stampwell.db.database import Row, Tx
from stampwell.features.people.model import Member, Role

MEMBER = """
SELECT m.account_id, m.person_id, m.role, m.joined_at, m.removed_at, m.location_ids,
    p.email, p.proved_at, p.name, p.password_hash
FROM membership m JOIN person p ON p.person_id = m.person_id
"""
FIND = f"{MEMBER} WHERE m.account_id = :account_id AND m.person_id = :person_id"
LIST = f"{MEMBER} WHERE m.account_id = :account_id ORDER BY m.person_id"
# The shop that they went into last comes first.
LIST_OF_PERSON = f"""
{MEMBER} WHERE m.person_id = :person_id AND m.removed_at IS NULL ORDER BY COALESCE(m.entered_at, 0) DESC, m.account_id
"""
_OWNERS = f"{MEMBER} WHERE m.account_id = :account_id AND m.role = 'owner' AND m.removed_at IS NULL"
# Whoever takes an owner away waits for whoever else does, so that one is left.
LOCK_OWNERS = {"sqlite": _OWNERS, "postgresql": f"{_OWNERS} ORDER BY m.person_id FOR UPDATE OF m"}
# Somebody who was removed and comes back has the row of before.
INSERT = """
INSERT INTO membership (account_id, person_id, role, joined_at, location_ids)
VALUES (:account_id, :person_id, :role, :joined_at, :location_ids)
ON CONFLICT (account_id, person_id)
DO UPDATE SET role = EXCLUDED.role, joined_at = EXCLUDED.joined_at, location_ids = EXCLUDED.location_ids, removed_at = NULL,
    entered_at = NULL
"""
SET_ROLE = "UPDATE membership SET role = :role WHERE account_id = :account_id AND person_id = :person_id"
SET_LOCATIONS = """
UPDATE membership SET location_ids = :location_ids WHERE account_id = :account_id AND person_id = :person_id
"""
ENTER = "UPDATE membership SET entered_at = :now_us WHERE account_id = :account_id AND person_id = :person_id"
REMOVE = "UPDATE membership SET removed_at = :now_us WHERE account_id = :account_id AND person_id = :person_id"


def insert(tx: Tx, account_id: int, person_id: int, role: Role, *, joined_at: int, location_ids: Sequence[int] = ()) -> Member:
    """location_ids: where the person works; empty for everywhere."""
    given = {"role": role.value, "joined_at": joined_at, "location_ids": json.dumps(list(location_ids))}
    tx.run(INSERT, account_id=account_id, person_id=person_id, **given)
    return member_of(tx.one(FIND, account_id=account_id, person_id=person_id))


def find(tx: Tx, account_id: int, person_id: int) -> Member | None:
    row = tx.maybe(FIND, account_id=account_id, person_id=person_id)
    return None if row is None else member_of(row)


def list_all(tx: Tx, account_id: int) -> list[Member]:
    """Those who were removed too, oldest first."""
    return [member_of(row) for row in tx.all(LIST, account_id=account_id)]


def list_of_person(tx: Tx, person_id: int) -> list[Member]:
    """Where the person works, the shop that they went into last first."""
    return [member_of(row) for row in tx.all(LIST_OF_PERSON, person_id=person_id)]


def lock_owners(tx: Tx, account_id: int) -> list[Member]:
    """Those who may sign in, locked until the transaction ends."""
    return [member_of(row) for row in tx.all(LOCK_OWNERS[tx.dialect], account_id=account_id)]


def set_role(tx: Tx, account_id: int, person_id: int, role: Role) -> None:
    tx.run(SET_ROLE, account_id=account_id, person_id=person_id, role=role.value)


def set_locations(tx: Tx, account_id: int, person_id: int, location_ids: Sequence[int]) -> None:
    stored = json.dumps(list(location_ids))
    tx.run(SET_LOCATIONS, account_id=account_id, person_id=person_id, location_ids=stored)


def enter(tx: Tx, account_id: int, person_id: int, *, now_us: int) -> None:
    tx.run(ENTER, account_id=account_id, person_id=person_id, now_us=now_us)


def remove(tx: Tx, account_id: int, person_id: int, *, now_us: int) -> None:
    tx.run(REMOVE, account_id=account_id, person_id=person_id, now_us=now_us)


def member_of(row: Row) -> Member:
    return Member(
        person_id=row["person_id"],
        account_id=row["account_id"],
        email=row["email"],
        proved=row["proved_at"] is not None,
        name=row["name"],
        role=Role(row["role"]),
        password_hash=row["password_hash"],
        joined_at=row["joined_at"],
        removed_at=row["removed_at"],
        location_ids=tuple(json.loads(row["location_ids"])),
    )
