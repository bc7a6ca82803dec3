"""What the customer's page reads and keeps of a stamp, beside the stamp itself."""

from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from stampwell.db.database import Row, Tx
from stampwell.db.rows import over_rows, values_of
from stampwell.features.stamps.model import Shop, Shown, Stamp
from stampwell.features.stamps.queries import COLUMNS
from stampwell.features.stamps.tries import Tries

# A merge goes from one that was not merged to another, so there is no loop; UNION would end in one nevertheless.
_LAST_OF_MERGES = """(
    WITH RECURSIVE successor (code, next_id) AS (
        SELECT n.code, n.merged_stamp_id FROM stamp n WHERE n.account_id = s.account_id AND n.stamp_id = s.merged_stamp_id
        UNION
        SELECT n.code, n.merged_stamp_id
        FROM successor m JOIN stamp n ON n.account_id = s.account_id AND n.stamp_id = m.next_id
    )
    SELECT m.code FROM successor m
    WHERE NOT EXISTS (SELECT 1 FROM stamp n WHERE n.account_id = s.account_id AND n.stamp_id = m.next_id)
)"""
_OPEN = "l.account_id = s.account_id AND l.active"
_SHOP = {
    "name": "a.name",
    "logo": "a.logo",
    "color": "COALESCE(NULLIF(c.color, ''), a.color)",
    "paper_color": "COALESCE(NULLIF(c.paper_color, ''), a.paper_color)",
    "time_zone": "a.time_zone",
    "pin_cleared": "s.pin_cleared_at IS NOT NULL",
    # The customer's next card is theirs as this one is.
    "renewed_code": "(SELECT n.code FROM stamp n WHERE n.account_id = s.account_id AND n.stamp_id = s.renewed_stamp_id)",
    "suspended": "a.suspended_at IS NOT NULL",
    "merged_code": f"CASE WHEN s.merged_stamp_id IS NOT NULL THEN {_LAST_OF_MERGES} END",
}
_PLACES = {
    "sqlite": f"""(SELECT json_group_array(json_array(l.location_id, l.name)) FROM location l
        WHERE {_OPEN} AND l.location_id IN (SELECT value FROM json_each(c.location_ids)))""",
    "postgresql": f"""(SELECT CAST(COALESCE(json_agg(json_build_array(l.location_id, l.name)), '[]') AS text) FROM location l
        WHERE {_OPEN} AND l.location_id IN
            (SELECT CAST(value AS bigint) FROM json_array_elements_text(CAST(c.location_ids AS json))))""",
}


def _find_shown(places: str) -> str:
    columns = {**_SHOP, "places": f"CASE WHEN c.location_ids <> '[]' THEN {places} ELSE '[]' END"}
    return f"""
SELECT {COLUMNS}, {", ".join(f"{column} AS shop_{field}" for field, column in columns.items())}
FROM r JOIN stamp s ON s.code = r.code
JOIN card c ON c.account_id = s.account_id AND c.card_id = s.card_id
JOIN account a ON a.account_id = s.account_id
"""


# The code is the key to the page: whoever has it may look, and no account is known before.
FIND_SHOWN = {dialect: _find_shown(places) for dialect, places in _PLACES.items()}
_PIN = "card_id, pin_hash, pin_failures, pin_lockouts, pin_locked_until"
_FIND_PIN = f"SELECT {_PIN} FROM stamp WHERE account_id = :account_id AND stamp_id = :stamp_id"
LOCK_PIN = {"sqlite": _FIND_PIN, "postgresql": f"{_FIND_PIN} FOR UPDATE"}
SAVE_TRIES = """
UPDATE stamp SET pin_failures = :failures, pin_lockouts = :lockouts, pin_locked_until = :locked_until
WHERE account_id = :account_id AND stamp_id = :stamp_id
"""
SET_PIN = """
UPDATE stamp SET pin_hash = :pin_hash, pin_failures = 0, pin_lockouts = 0, pin_locked_until = NULL,
    pin_cleared_at = :cleared_at
WHERE account_id = :account_id AND stamp_id = :stamp_id
"""
# Those of the customer's page; a stamp's other changes have other fields. What lies ahead was stored by a wrong clock.
COUNT_PIN_CHANGES = """
SELECT COUNT(*) AS changes, MIN(recorded_at) AS first_at FROM stamp_event
WHERE account_id = :account_id AND stamp_id = :stamp_id AND kind = 'updated' AND changes LIKE '{"pinYn":%'
    AND recorded_at > :since AND recorded_at <= :until
"""
_STAMP_FIELDS = len(Stamp._fields)


class StoredPin(NamedTuple):
    """The PIN of a stamp, and the wrong tries at it in a row."""

    card_id: int
    pin_hash: str | None
    tries: Tries


def find_shown(tx: Tx, codes: Sequence[str]) -> dict[str, Shown]:
    """By code; what is nobody's is missing."""
    rows = over_rows(tx, {"code": "text"}, [(code,) for code in codes], FIND_SHOWN[tx.dialect])
    return {shown.stamp.code: shown for shown in map(_shown, rows)}


def lock_pin(tx: Tx, account_id: int, stamp_id: int) -> StoredPin | None:
    """Nobody else changes it until the transaction ends; None when the stamp is gone."""
    row = tx.maybe(LOCK_PIN[tx.dialect], account_id=account_id, stamp_id=stamp_id)
    if row is None:
        return None
    tries = Tries(row["pin_failures"], row["pin_lockouts"], locked_until=row["pin_locked_until"])
    return StoredPin(row["card_id"], row["pin_hash"], tries)


def save_tries(tx: Tx, account_id: int, stamp_id: int, tries: Tries) -> None:
    tx.run(
        SAVE_TRIES,
        account_id=account_id,
        stamp_id=stamp_id,
        failures=tries.failures,
        lockouts=tries.lockouts,
        locked_until=tries.locked_until,
    )


class PinChanges(NamedTuple):
    """How often the customer chose or gave up a PIN, and when that was first; 0 for never."""

    changes: int
    first_at: int


def pin_changes(tx: Tx, account_id: int, stamp_id: int, *, since: int, until: int) -> PinChanges:
    """After `since`, up to `until`."""
    row = tx.one(COUNT_PIN_CHANGES, account_id=account_id, stamp_id=stamp_id, since=since, until=until)
    return PinChanges(row["changes"], row["first_at"] or 0)


def set_pin(tx: Tx, account_id: int, stamp_id: int, pin_hash: str | None, *, cleared_at: int | None = None) -> None:
    """And forgets the tries; `cleared_at`: when the shop took the old one away."""
    tx.run(SET_PIN, account_id=account_id, stamp_id=stamp_id, pin_hash=pin_hash, cleared_at=cleared_at)


def _shown(row: Row) -> Shown:
    values = iter(values_of(row))
    stamp = Stamp._make(islice(values, _STAMP_FIELDS))
    return Shown(stamp, Shop._make(values))
