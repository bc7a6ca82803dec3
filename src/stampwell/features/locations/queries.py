from collections.abc import Sequence

from stampwell.db.database import Row, Tx
from stampwell.db.rows import over_rows
from stampwell.features.locations.model import Location

INSERT = """
INSERT INTO location (account_id, name, name_key, active, created_at)
VALUES (:account_id, :name, :name_key, TRUE, :created_at)
RETURNING *
"""
# Two who give a name at the same moment do it one after the other; SQLite has one writer anyway.
LOCK_NAMES = "SELECT pg_advisory_xact_lock(hashtextextended('location names ' || CAST(:account_id AS text), 0))"
COUNT = "SELECT COUNT(*) AS n FROM location WHERE account_id = :account_id"
FIND = "SELECT * FROM location WHERE account_id = :account_id AND location_id = :location_id"
FIND_BY_KEY = "SELECT * FROM location WHERE account_id = :account_id AND name_key = :name_key"
FIND_ALL = "SELECT l.* FROM r JOIN location l ON l.account_id = r.account_id AND l.location_id = r.location_id"
LIST = "SELECT * FROM location WHERE account_id = :account_id ORDER BY location_id"
UPDATE = """
UPDATE location SET name = :name, name_key = :name_key, active = :active
WHERE account_id = :account_id AND location_id = :location_id
"""
_KEY = {"account_id": "bigint", "location_id": "bigint"}


def insert(tx: Tx, account_id: int, *, name: str, name_key: str, created_at: int) -> Location:
    return _location(tx.one(INSERT, account_id=account_id, name=name, name_key=name_key, created_at=created_at))


def lock_names(tx: Tx, account_id: int) -> None:
    """Until the transaction ends nobody else gives a location of the account a name, or changes one."""
    if tx.dialect == "postgresql":
        tx.one(LOCK_NAMES, account_id=account_id)


def count(tx: Tx, account_id: int) -> int:
    return int(tx.one(COUNT, account_id=account_id)["n"])


def find(tx: Tx, account_id: int, location_id: int) -> Location | None:
    return _maybe(tx.maybe(FIND, account_id=account_id, location_id=location_id))


def find_by_key(tx: Tx, account_id: int, name_key: str) -> Location | None:
    return _maybe(tx.maybe(FIND_BY_KEY, account_id=account_id, name_key=name_key))


def find_all(tx: Tx, keys: Sequence[tuple[int, int]]) -> list[Location]:
    """Those that there are, of (account, location)."""
    return [_location(row) for row in over_rows(tx, _KEY, keys, FIND_ALL)]


def list_all(tx: Tx, account_id: int) -> list[Location]:
    return [_location(row) for row in tx.all(LIST, account_id=account_id)]


def update(tx: Tx, location: Location, *, name_key: str) -> None:
    tx.run(
        UPDATE,
        account_id=location.account_id,
        location_id=location.location_id,
        name=location.name,
        name_key=name_key,
        active=location.active,
    )


def _maybe(row: Row | None) -> Location | None:
    return None if row is None else _location(row)


def _location(row: Row) -> Location:
    return Location(
        location_id=row["location_id"],
        account_id=row["account_id"],
        name=row["name"],
        active=bool(row["active"]),
        created_at=row["created_at"],
    )
