"""The outbox and the log of events."""

from collections.abc import Sequence

from stampwell.db.database import Row, Tx
from stampwell.db.rows import over_rows, run_over_rows, values_of
from stampwell.features.events.model import LoggedEvent, NewEvent, OutboxRow

_INTEGERS = ("event_id", "account_id", "stamp_id", "card_id", "sequence", "created_at")
OUTBOX = {field: "bigint" if field in _INTEGERS else "text" for field in OutboxRow._fields}
_OUTBOX_COLUMNS = ", ".join(OUTBOX)
INSERT_OUTBOX = f"INSERT INTO outbox ({_OUTBOX_COLUMNS}) SELECT {', '.join(f'r.{column}' for column in OUTBOX)} FROM r"
HAS_PENDING = "SELECT 1 AS found WHERE EXISTS (SELECT 1 FROM outbox)"
HAS_PENDING_OF_ACCOUNT = "SELECT 1 AS found WHERE EXISTS (SELECT 1 FROM outbox WHERE account_id = :account_id)"
# The outbox is read from one end to the other: what waits in it is gone within a second.
HAS_PENDING_OF_STAMPS = """
SELECT 1 AS found FROM outbox o WHERE (o.account_id, o.stamp_id) IN (SELECT r.account_id, r.stamp_id FROM r) LIMIT 1
"""
# One transaction after the other numbers events, so that a reader of the log who has seen a number has seen all below it.
LOCK = "SELECT pg_advisory_xact_lock(5, 0)"
TRY_LOCK = "SELECT pg_try_advisory_xact_lock(5, 0) AS taken"
_OLDEST = "SELECT outbox_id FROM outbox ORDER BY outbox_id LIMIT :limit"
# An array is made once; a subquery could be run again for every row of the outbox.
TAKE = {
    "sqlite": f"DELETE FROM outbox WHERE outbox_id IN ({_OLDEST}) RETURNING outbox_id, {_OUTBOX_COLUMNS}",
    "postgresql": f"DELETE FROM outbox WHERE outbox_id = ANY(ARRAY({_OLDEST})) RETURNING outbox_id, {_OUTBOX_COLUMNS}",
}
TAKE_OF_STAMPS = f"""
DELETE FROM outbox WHERE (account_id, stamp_id) IN (SELECT r.account_id, r.stamp_id FROM r)
RETURNING outbox_id, {_OUTBOX_COLUMNS}
"""
EVENT = {field: "bigint" if field in _INTEGERS else "text" for field in NewEvent._fields}
_EVENT_COLUMNS = ", ".join(EVENT)
# The numbers come in the order of the rows.
INSERT = f"""
INSERT INTO event ({_EVENT_COLUMNS}) SELECT {", ".join(f"r.{column}" for column in EVENT)} FROM r RETURNING event_id
"""
_COLUMNS = ", ".join(LoggedEvent._fields)
LIST = f"""
SELECT {_COLUMNS} FROM event WHERE account_id = :account_id AND event_id > :after AND created_at >= :since
AND (CAST(:type AS text) = '' OR type = CAST(:type AS text)) ORDER BY event_id LIMIT :limit
"""
# Of one account by its number: whether an event is there is nobody else's business.
FIND = f"SELECT {_COLUMNS} FROM event WHERE account_id = :account_id AND event_id = :event_id AND created_at >= :since"
FIRST_SINCE = """
SELECT event_id FROM event WHERE account_id = :account_id AND created_at >= :since ORDER BY event_id LIMIT 1
"""
FIND_EACH = f"SELECT {', '.join(f'e.{field}' for field in LoggedEvent._fields)} FROM r JOIN event e ON e.event_id = r.event_id"
EXTRA = "SELECT x.account_id, x.stamp_id, x.count FROM r JOIN extra_events x USING (account_id, stamp_id)"
SET_EXTRA = """
INSERT INTO extra_events (account_id, stamp_id, count) SELECT r.account_id, r.stamp_id, r.count FROM r WHERE true
ON CONFLICT (account_id, stamp_id) DO UPDATE SET count = excluded.count
"""
DELETE_EXTRA = """
DELETE FROM extra_events WHERE (account_id, stamp_id) IN (SELECT r.account_id, r.stamp_id FROM r)
"""
# A few at a time, so that issuing does not wait long for it.
DELETE_OLD = """
DELETE FROM event WHERE created_at < :before_us AND event_id IN (SELECT event_id FROM event ORDER BY event_id LIMIT 1000)
"""
HEAL = "UPDATE event SET created_at = :now_us WHERE created_at > :later_us"
NEWEST_PENDING = "SELECT MAX(outbox_id) AS outbox_id FROM outbox WHERE account_id = :account_id"
HAS_PENDING_UP_TO = """
SELECT 1 AS found WHERE EXISTS (SELECT 1 FROM outbox WHERE account_id = :account_id AND outbox_id <= :outbox_id)
"""
_STAMP = {"account_id": "bigint", "stamp_id": "bigint"}


def insert_outbox(tx: Tx, rows: Sequence[OutboxRow]) -> None:
    run_over_rows(tx, OUTBOX, rows, INSERT_OUTBOX)


def has_pending(tx: Tx, account_id: int | None) -> bool:
    """Whether anything, or anything of that account, waits in the outbox."""
    if account_id is None:
        return tx.maybe(HAS_PENDING) is not None
    return tx.maybe(HAS_PENDING_OF_ACCOUNT, account_id=account_id) is not None


def has_pending_of(tx: Tx, stamps: Sequence[tuple[int, int]]) -> bool:
    """Whether anything of those stamps, of (account, number), waits in the outbox."""
    return bool(over_rows(tx, _STAMP, stamps, HAS_PENDING_OF_STAMPS))


def lock(tx: Tx) -> None:
    """Until the transaction ends nobody else numbers events."""
    if tx.dialect == "postgresql":
        tx.maybe(LOCK)


def try_lock(tx: Tx) -> bool:
    """As `lock`; False, without waiting, where another transaction is at it."""
    return tx.dialect == "sqlite" or bool(tx.one(TRY_LOCK)["taken"])


def take(tx: Tx, *, limit: int) -> list[OutboxRow]:
    """The oldest rows of the outbox, which are gone from it."""
    return _taken(tx.all(TAKE[tx.dialect], limit=limit))


def take_of(tx: Tx, stamps: Sequence[tuple[int, int]]) -> list[OutboxRow]:
    """Every row of those stamps, of (account, number), oldest first, which are gone from the outbox."""
    return _taken(over_rows(tx, _STAMP, stamps, TAKE_OF_STAMPS))


def insert(tx: Tx, events: Sequence[NewEvent]) -> list[LoggedEvent]:
    """The events with their numbers, in the same order."""
    numbers = sorted(row["event_id"] for row in over_rows(tx, EVENT, events, INSERT))
    return [LoggedEvent(number, *event) for number, event in zip(numbers, events, strict=True)]


def list_after(tx: Tx, account_id: int, *, after: int, since: int, kind: str, limit: int) -> list[LoggedEvent]:
    """Oldest first. kind: a type, or blank for all."""
    rows = tx.all(LIST, account_id=account_id, after=after, since=since, type=kind, limit=limit)
    return [_event(row) for row in rows]


def find(tx: Tx, account_id: int, event_id: int, *, since: int) -> LoggedEvent | None:
    """None also for one from before `since`."""
    row = tx.maybe(FIND, account_id=account_id, event_id=event_id, since=since)
    return None if row is None else _event(row)


def first_since(tx: Tx, account_id: int, since: int) -> int | None:
    """The number of the account's first event from then on."""
    row = tx.maybe(FIRST_SINCE, account_id=account_id, since=since)
    return None if row is None else row["event_id"]


def newest_pending(tx: Tx, account_id: int) -> int | None:
    """The number of the account's last row in the outbox."""
    found: int | None = tx.one(NEWEST_PENDING, account_id=account_id)["outbox_id"]
    return found


def has_pending_up_to(tx: Tx, account_id: int, outbox_id: int) -> bool:
    """Whether a row of the account up to that number still waits in the outbox."""
    return tx.maybe(HAS_PENDING_UP_TO, account_id=account_id, outbox_id=outbox_id) is not None


def find_each(tx: Tx, event_ids: Sequence[int]) -> dict[int, LoggedEvent]:
    """By number; what is not there is missing."""
    rows = over_rows(tx, {"event_id": "bigint"}, [(number,) for number in event_ids], FIND_EACH)
    return {row["event_id"]: _event(row) for row in rows}


def extra_counts(tx: Tx, stamps: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """How many events without a row in their ledger those stamps, of (account, number), have had; what had none is missing."""
    return {(row["account_id"], row["stamp_id"]): row["count"] for row in over_rows(tx, _STAMP, stamps, EXTRA)}


def set_extra_counts(tx: Tx, counts: Sequence[tuple[int, int, int]]) -> None:
    """Rows of account, stamp and count."""
    run_over_rows(tx, {**_STAMP, "count": "bigint"}, counts, SET_EXTRA)


def delete_extra_counts(tx: Tx, stamps: Sequence[tuple[int, int]]) -> None:
    run_over_rows(tx, _STAMP, stamps, DELETE_EXTRA)


def delete_old(tx: Tx, before_us: int) -> int:
    return tx.run(DELETE_OLD, before_us=before_us)


def heal(tx: Tx, *, now_us: int, later_us: int) -> int:
    return tx.run(HEAL, now_us=now_us, later_us=later_us)


def _taken(rows: Sequence[Row]) -> list[OutboxRow]:
    return [
        OutboxRow._make(row[field] for field in OutboxRow._fields) for row in sorted(rows, key=lambda row: row["outbox_id"])
    ]


def _event(row: Row) -> LoggedEvent:
    return LoggedEvent._make(values_of(row))
