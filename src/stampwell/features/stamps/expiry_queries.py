"""Which stamps end on a day, and up to which day each account was told of it."""

from typing import NamedTuple
from zoneinfo import ZoneInfo

from stampwell.core.days import stored_zone
from stampwell.core.units import BELOW_ALL
from stampwell.db.cursor_pages import Position
from stampwell.db.database import Row, Tx

_ACCOUNTS = """
SELECT a.account_id, a.time_zone, x.day, x.issued_at, x.stamp_id
FROM account a LEFT JOIN expiry_reader x ON x.account_id = a.account_id
"""
ACCOUNTS = f"{_ACCOUNTS} ORDER BY a.account_id"
FIND = f"{_ACCOUNTS} WHERE a.account_id = :account_id"
# Two processes tell an account one after the other. Who marks or issues does not wait for it.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('expiry ' || CAST(:account_id AS text), 0))"
SAVE = """
INSERT INTO expiry_reader (account_id, day, issued_at, stamp_id) VALUES (:account_id, :day, :issued_at, :stamp_id)
ON CONFLICT (account_id)
DO UPDATE SET day = excluded.day, issued_at = excluded.issued_at, stamp_id = excluded.stamp_id
"""
_AFTER = """
FROM stamp WHERE account_id = :account_id AND (created_at, stamp_id) > (:issued_at, :stamp_id) AND created_at < :before_us
"""
# In the order of issue, because there is no index of last days: a part is read in milliseconds, once a day.
END_OF_PART = f"SELECT created_at, stamp_id {_AFTER} ORDER BY created_at, stamp_id LIMIT 1 OFFSET :offset"
ENDING = f"""
SELECT stamp_id, ends_on {_AFTER} AND (created_at, stamp_id) <= (:last_at, :last_id)
AND ends_on IN (:first_end, :second_end) AND redeemed_at IS NULL AND merged_stamp_id IS NULL ORDER BY created_at, stamp_id
"""


class ReadUntil(NamedTuple):
    """The last day, `YYYY-MM-DD`, that was told of wholly, and up to which stamp they were looked at for the day after it."""

    day: str
    stamp: Position = BELOW_ALL


class Reader(NamedTuple):
    """An account, and how far it was told; None for not yet."""

    account_id: int
    time_zone: ZoneInfo
    until: ReadUntil | None


class Ending(NamedTuple):
    """A stamp, and its last day."""

    stamp_id: int
    ends_on: str


def accounts(tx: Tx) -> list[Reader]:
    """Every account."""
    return [_reader(row) for row in tx.all(ACCOUNTS)]


def lock(tx: Tx, account_id: int) -> Reader | None:
    """The account, which nobody else tells of days until the transaction ends."""
    if tx.dialect == "postgresql":
        tx.maybe(LOCK, account_id=account_id)
    row = tx.maybe(FIND, account_id=account_id)
    return None if row is None else _reader(row)


def save(tx: Tx, account_id: int, until: ReadUntil) -> None:
    issued_at, stamp_id = until.stamp
    tx.run(SAVE, account_id=account_id, day=until.day, issued_at=issued_at, stamp_id=stamp_id)


def end_of_part(tx: Tx, account_id: int, after: Position, *, before_us: int, size: int) -> Position | None:
    """The last of the next `size` stamps that were issued before then; None where there are fewer."""
    row = tx.maybe(END_OF_PART, account_id=account_id, before_us=before_us, offset=size - 1, **_after(after))
    return None if row is None else (row["created_at"], row["stamp_id"])


def ending(tx: Tx, account_id: int, days: tuple[str, str], *, after: Position, last: Position, before_us: int) -> list[Ending]:
    """Those of the stamps between the positions that end on one of the days and are not used up; issued before then."""
    ends = {"first_end": days[0], "second_end": days[1], "last_at": last[0], "last_id": last[1]}
    rows = tx.all(ENDING, account_id=account_id, before_us=before_us, **_after(after), **ends)
    return [Ending(row["stamp_id"], row["ends_on"]) for row in rows]


def _after(position: Position) -> dict[str, int]:
    return {"issued_at": position[0], "stamp_id": position[1]}


def _reader(row: Row) -> Reader:
    until = None if row["day"] is None else ReadUntil(row["day"], (row["issued_at"], row["stamp_id"]))
    return Reader(row["account_id"], stored_zone(row["time_zone"]), until)
