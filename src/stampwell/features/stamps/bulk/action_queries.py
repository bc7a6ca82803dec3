"""Many stamps at once: which they are, and what is done to those of them that are locked."""

import json
from collections.abc import Sequence
from typing import Any

from stampwell.db.cursor_pages import Position
from stampwell.db.database import Tx

# By card or not, by state or not: on SQLite the index that leads is named, because it would choose by rules of thumb.
# One that was merged stays while the stamp is there that took its place, and is neither on nor off.
_NOT_MERGED = "AND s.merged_stamp_id IS NULL"
_ALONE = """
AND (s.merged_stamp_id IS NULL OR NOT EXISTS (
    SELECT 1 FROM stamp m WHERE m.account_id = s.account_id AND m.stamp_id = s.merged_stamp_id
))
""".strip()
_STATES = {
    "": (_ALONE, "stamp_by_account", "stamp_by_card"),
    "active": (f"AND s.active AND s.redeemed_at IS NULL {_NOT_MERGED}", "stamp_by_account", "stamp_by_card"),
    "inactive": (f"AND NOT s.active AND s.redeemed_at IS NULL {_NOT_MERGED}", "stamp_inactive", "stamp_inactive_by_card"),
    "redeemed": ("AND s.redeemed_at IS NOT NULL", "stamp_redeemed", "stamp_redeemed_by_card"),
}
STATES = tuple(_STATES)
"""The states that stamps may be filtered by; blank for any."""

PAGE = """
SELECT s.stamp_id, s.created_at FROM stamp s {index} WHERE s.account_id = :account_id {card} {state}
AND (s.created_at, s.stamp_id) > (:after_at, :after_id) AND (s.created_at, s.stamp_id) <= (:last_at, :last_id)
ORDER BY s.created_at, s.stamp_id LIMIT :limit
"""

_IDS = {
    "sqlite": "(SELECT value FROM json_each(:ids))",
    "postgresql": "(SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:ids AS json)))",
}
_WHERE = "WHERE account_id = :account_id AND stamp_id IN"
DELETE_LEDGERS = {dialect: f"DELETE FROM stamp_event {_WHERE} {ids}" for dialect, ids in _IDS.items()}
DELETE_REVERSALS = {dialect: f"DELETE FROM reversal {_WHERE} {ids}" for dialect, ids in _IDS.items()}
DELETE_WORDS = {dialect: f"DELETE FROM stamp_word {_WHERE} {ids}" for dialect, ids in _IDS.items()}
DELETE = {dialect: f"DELETE FROM stamp {_WHERE} {ids}" for dialect, ids in _IDS.items()}
SWITCH_OFF = {dialect: f"UPDATE stamp SET active = FALSE {_WHERE} {ids}" for dialect, ids in _IDS.items()}


def page(
    tx: Tx, account_id: int, *, card_id: int | None, state: str, after: Position, last: Position, limit: int
) -> list[Position]:
    """Instant of issue and number of each, oldest first, after the one position and up to the other."""
    condition, by_account, by_card = _STATES[state]
    values: dict[str, Any] = {} if card_id is None else {"card_id": card_id}
    sql = PAGE.format(
        index="" if tx.dialect == "postgresql" else f"INDEXED BY {by_account if card_id is None else by_card}",
        card="" if card_id is None else "AND s.card_id = :card_id",
        state=condition,
    )
    after_at, after_id = after
    last_at, last_id = last
    positions = {"after_at": after_at, "after_id": after_id, "last_at": last_at, "last_id": last_id}
    rows = tx.all(sql, account_id=account_id, limit=limit, **positions, **values)
    return [(row["created_at"], row["stamp_id"]) for row in rows]


def delete_each(tx: Tx, account_id: int, stamp_ids: Sequence[int]) -> None:
    """Stamps that this transaction has locked, their ledgers, their reversals and their words."""
    ids = json.dumps(stamp_ids)
    for statements in (DELETE_LEDGERS, DELETE_REVERSALS, DELETE_WORDS, DELETE):
        tx.run(statements[tx.dialect], account_id=account_id, ids=ids)


def switch_off_each(tx: Tx, account_id: int, stamp_ids: Sequence[int]) -> None:
    """Stamps that this transaction has locked."""
    tx.run(SWITCH_OFF[tx.dialect], account_id=account_id, ids=json.dumps(stamp_ids))
