"""Single stamps: finding, locking, saving, and their ledger."""

import json
from collections.abc import Sequence

from stampwell.core.stamp_refs import StampRef
from stampwell.db.database import Row, Tx
from stampwell.db.rows import over_rows, run_over_rows, values_of
from stampwell.features.events.model import OutboxRow
from stampwell.features.events.service import put_in_outbox
from stampwell.features.stamps.model import Event, HistoryRow, Issued, Stamp, StampKey, after_event

_CARD = {
    "card_name": "name",
    "card_title": "title",
    "url": "url",
    "card_onsite": "onsite",
    "card_onsite_hash": "onsite_hash",
    "card_stamp_img_url": "stamp_img_url",
    "card_renews": "renews",
    "card_location_ids": "location_ids",
}
# A stamp that was last changed before its rows were numbered is asked its ledger: writing the number to a million stamps held
# the table for minutes.
_SEQUENCE = """
CASE WHEN s.sequence > 0 THEN s.sequence ELSE COALESCE((
    SELECT MAX(e.sequence) FROM stamp_event e WHERE e.account_id = s.account_id AND e.stamp_id = s.stamp_id
), 0) END AS sequence
""".strip()
_COMPUTED = {"sequence": _SEQUENCE, **{field: f"c.{column} AS {field}" for field, column in _CARD.items()}}
COLUMNS = ", ".join(_COMPUTED.get(field, f"s.{field}") for field in Stamp._fields)
"""What `stamp_of` reads, of `stamp s` and `card c`."""

WITH_CARD = f"""
SELECT {COLUMNS} FROM stamp s JOIN card c ON c.account_id = s.account_id AND c.card_id = s.card_id
"""
_WITH_CARD_OVER_R = f"""
SELECT {COLUMNS} FROM r JOIN stamp s ON s.account_id = r.account_id AND s.{{name}} = r.{{name}}
JOIN card c ON c.account_id = s.account_id AND c.card_id = s.card_id
"""
FIND_EACH_BY_ID = _WITH_CARD_OVER_R.format(name="stamp_id")
FIND_EACH_BY_CODE = _WITH_CARD_OVER_R.format(name="code")
# Those of suspended accounts are left out: whoever locks a stamp means to change it. On PostgreSQL the accounts are held as
# `features/accounts/admission.py` holds one; and the stamps in the order of their numbers, so that two batches never wait for
# each other. SQLite has one writer.
_EACH_IN_GOOD_STANDING = f"{FIND_EACH_BY_ID} JOIN account a ON a.account_id = s.account_id AND a.suspended_at IS NULL"
LOCK_EACH = {
    "sqlite": _EACH_IN_GOOD_STANDING,
    "postgresql": f"{_EACH_IN_GOOD_STANDING} ORDER BY s.stamp_id FOR UPDATE OF s FOR KEY SHARE OF a",
}
FIND_IDS = "SELECT s.account_id, s.code, s.stamp_id FROM r JOIN stamp s ON s.account_id = r.account_id AND s.code = r.code"

# For the operator, who sees every account.
FIND_BY_ID = f"{WITH_CARD} WHERE s.stamp_id = :stamp_id"
FIND_BY_CODE = f"{WITH_CARD} WHERE s.code = :code"

# All that can change, of a row that this transaction has locked.
_FOR_GOOD = {"stamp_id", "account_id", "code", "created_at"}
_CHANGING = [field for field in Stamp._fields if field not in _FOR_GOOD and field not in _CARD]
SAVE = f"""
UPDATE stamp SET {", ".join(f"{column} = :{column}" for column in _CHANGING)}
WHERE account_id = :account_id AND stamp_id = :stamp_id
"""
DELETE_LEDGER = "DELETE FROM stamp_event WHERE account_id = :account_id AND stamp_id = :stamp_id"
DELETE_REVERSALS = "DELETE FROM reversal WHERE account_id = :account_id AND stamp_id = :stamp_id"
DELETE_REFUSED = "DELETE FROM refused_try WHERE account_id = :account_id AND stamp_id = :stamp_id"
DELETE_WORDS = "DELETE FROM stamp_word WHERE account_id = :account_id AND stamp_id = :stamp_id"
DELETE = "DELETE FROM stamp WHERE account_id = :account_id AND stamp_id = :stamp_id"

_INTEGERS = (
    "account_id",
    "stamp_id",
    "sequence",
    "stamps_before",
    "stamps_after",
    "actor_id",
    "person_id",
    "location_id",
    "carried",
    "renewed_stamp_id",
    "merged_stamp_id",
    "occurred_at",
    "recorded_at",
)
EVENT = {field: "bigint" if field in _INTEGERS else "text" for field in Event._fields}
INSERT_EVENTS = f"""
INSERT INTO stamp_event ({", ".join(EVENT)}) SELECT {", ".join(f"r.{field}" for field in EVENT)} FROM r
"""
# A stamp's count and sequence are those of its last row.
SET_COUNTS = """
UPDATE stamp SET stamps = r.stamps, sequence = r.sequence FROM r
WHERE stamp.account_id = r.account_id AND stamp.stamp_id = r.stamp_id
"""
_COUNTS = {"account_id": "bigint", "stamp_id": "bigint", "stamps": "bigint", "sequence": "bigint"}
# PostgreSQL: with counts and outbox rows in one statement, so one round trip.
_TELL = """
outboxed AS (
    INSERT INTO outbox (account_id, stamp_id, kind, sequence, created_at)
    SELECT r.account_id, r.stamp_id, 'stamp.' || r.kind, r.sequence, r.recorded_at FROM r
)
"""
INSERT_EVENTS_AND_TELL = f"""
, counted AS (
    UPDATE stamp SET stamps = r.stamps_after, sequence = r.sequence FROM r
    WHERE stamp.account_id = r.account_id AND stamp.stamp_id = r.stamp_id AND r.is_last
), {_TELL} {INSERT_EVENTS}
"""
INSERT_EVENT = {
    "sqlite": f"{INSERT_EVENTS} RETURNING event_id",
    "postgresql": f", {_TELL} {INSERT_EVENTS} RETURNING event_id",
}
INSERT_EVENT_AND_COUNT = f"{INSERT_EVENTS_AND_TELL} RETURNING event_id"
_EVENT_AND_WHETHER_LAST = {**EVENT, "is_last": "boolean"}
HISTORY = f"""
SELECT {", ".join(HistoryRow._fields)} FROM stamp_event
WHERE account_id = :account_id AND stamp_id = :stamp_id AND event_id < :before_id ORDER BY event_id DESC LIMIT :limit
"""
# A mistake of the clock apart, the last row is the newest.
NEWEST_EVENT = "SELECT recorded_at FROM stamp_event ORDER BY event_id DESC LIMIT 1"


def find_each(tx: Tx, names: Sequence[tuple[int, StampRef]]) -> dict[tuple[int, StampRef], Stamp]:
    """By (account, stampIdx or code), as asked; what is not there is missing."""
    ids = [name for name in names if isinstance(name[1], int)]
    codes = [name for name in names if isinstance(name[1], str)]
    rows = over_rows(tx, {"account_id": "bigint", "stamp_id": "bigint"}, ids, FIND_EACH_BY_ID) if ids else []
    by_id = {(row["account_id"], row["stamp_id"]): stamp_of(row) for row in rows}
    rows = over_rows(tx, {"account_id": "bigint", "code": "text"}, codes, FIND_EACH_BY_CODE) if codes else []
    return {**by_id, **{(row["account_id"], row["code"]): stamp_of(row) for row in rows}}


def find_ids(tx: Tx, codes: Sequence[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """The numbers of the stamps, by (account, code)."""
    rows = over_rows(tx, {"account_id": "bigint", "code": "text"}, codes, FIND_IDS)
    return {(row["account_id"], row["code"]): row["stamp_id"] for row in rows}


def find_issued(tx: Tx, codes: Sequence[tuple[int, str]]) -> dict[str, Issued]:
    return {code: Issued(stamp_id, code) for (_, code), stamp_id in find_ids(tx, codes).items()}


def lock_each(tx: Tx, ids: Sequence[StampKey]) -> dict[StampKey, Stamp]:
    """By (account, number), locked until the transaction ends; what is not there, or is of a suspended account, is missing."""
    wanted = sorted(set(ids))
    locked = _lock(tx, wanted)
    missing = [name for name in wanted if name not in locked]
    if missing and tx.dialect == "postgresql":
        # One that was moved to another card while we waited for it is locked, but left out of the answer: PostgreSQL checks
        # its new row against the card that it was on when the statement began.
        locked |= _lock(tx, missing)
    return locked


def _lock(tx: Tx, ids: Sequence[StampKey]) -> dict[StampKey, Stamp]:
    rows = over_rows(tx, {"account_id": "bigint", "stamp_id": "bigint"}, ids, LOCK_EACH[tx.dialect])
    return {StampKey(row["account_id"], row["stamp_id"]): stamp_of(row) for row in rows}


def find_anywhere(tx: Tx, stamp: StampRef) -> Stamp | None:
    """By number or by code, in any account."""
    row = tx.maybe(FIND_BY_ID, stamp_id=stamp) if isinstance(stamp, int) else tx.maybe(FIND_BY_CODE, code=stamp)
    return None if row is None else stamp_of(row)


def save(tx: Tx, stamp: Stamp) -> None:
    changing = {column: getattr(stamp, column) for column in _CHANGING}
    tx.run(SAVE, account_id=stamp.account_id, stamp_id=stamp.stamp_id, **changing)


def delete(tx: Tx, account_id: int, stamp_id: int) -> None:
    """The stamp, which this transaction has locked, and all that is kept of it."""
    tx.run(DELETE_LEDGER, account_id=account_id, stamp_id=stamp_id)
    tx.run(DELETE_REVERSALS, account_id=account_id, stamp_id=stamp_id)
    tx.run(DELETE_REFUSED, account_id=account_id, stamp_id=stamp_id)
    delete_words(tx, account_id, stamp_id)
    tx.run(DELETE, account_id=account_id, stamp_id=stamp_id)


def delete_words(tx: Tx, account_id: int, stamp_id: int) -> None:
    tx.run(DELETE_WORDS, account_id=account_id, stamp_id=stamp_id)


def insert_events(tx: Tx, events: Sequence[Event]) -> None:
    """Ledger rows, in order, each with a row in the outbox; their stamps, which this transaction has locked, get the counts."""
    if tx.dialect == "postgresql":
        run_over_rows(tx, _EVENT_AND_WHETHER_LAST, _with_whether_last(events), INSERT_EVENTS_AND_TELL)
        return
    _set_counts(tx, events)
    run_over_rows(tx, EVENT, events, INSERT_EVENTS)
    put_in_outbox(tx, [_outbox_row(event) for event in events])


def insert_event(tx: Tx, event: Event) -> int:
    """As `insert_events`, for one row; its number."""
    if tx.dialect == "postgresql":
        (row,) = over_rows(tx, _EVENT_AND_WHETHER_LAST, _with_whether_last([event]), INSERT_EVENT_AND_COUNT)
        return int(row["event_id"])
    _set_counts(tx, [event])
    return _insert(tx, event)


def save_with_event(tx: Tx, stamp: Stamp, event: Event) -> tuple[Stamp, int]:
    """Saves the stamp with the count and sequence of that row of its ledger, and writes the row; the stamp, and its number."""
    after = after_event(stamp, event)
    save(tx, after)
    return after, _insert(tx, event)


def _insert(tx: Tx, event: Event) -> int:
    (row,) = over_rows(tx, EVENT, [event], INSERT_EVENT[tx.dialect])
    if tx.dialect == "sqlite":
        put_in_outbox(tx, [_outbox_row(event)])
    return int(row["event_id"])


def _set_counts(tx: Tx, events: Sequence[Event]) -> None:
    last = {event.stamp_id: event for event in events}
    counts = [(event.account_id, event.stamp_id, event.stamps_after, event.sequence) for event in last.values()]
    run_over_rows(tx, _COUNTS, counts, SET_COUNTS)


def _with_whether_last(events: Sequence[Event]) -> list[tuple[object, ...]]:
    last = {event.stamp_id: number for number, event in enumerate(events)}
    return [(*event, last[event.stamp_id] == number) for number, event in enumerate(events)]


def _outbox_row(event: Event) -> OutboxRow:
    return OutboxRow(event.account_id, event.stamp_id, f"stamp.{event.kind}", event.sequence, None, event.recorded_at)


def history(tx: Tx, account_id: int, stamp_id: int, *, before_id: int, limit: int) -> list[HistoryRow]:
    """Newest first."""
    rows = tx.all(HISTORY, account_id=account_id, stamp_id=stamp_id, before_id=before_id, limit=limit)
    return [_history_row(row) for row in rows]


def newest_event(tx: Tx) -> int | None:
    row = tx.maybe(NEWEST_EVENT)
    return None if row is None else row["recorded_at"]


def stamp_of(row: Row) -> Stamp:
    """From a row of `COLUMNS` and nothing else."""
    # By name, this was half of what a look-up costs the processor, and more on SQLite.
    return Stamp._make(values_of(row))


def _history_row(row: Row) -> HistoryRow:
    found = HistoryRow._make(row[field] for field in HistoryRow._fields)
    values = {field: json.loads(row[field]) for field in ("changes", "rewards") if row[field] is not None}
    return found._replace(**values) if values else found
