"""Many stamps at once: which they are, and what is done to those of them that are locked."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from stampwell.db.cursor_pages import Position
from stampwell.db.database import Tx
from stampwell.features.stamps.listing.filter_queries import IDS, conditions_of, parameters_of
from stampwell.features.stamps.listing.filters import StampFilter

# By card or not, by state or not: on SQLite the index that leads is named, because it would choose by rules of thumb.
# One that was merged stays while the stamp is there that took its place, and is neither on nor off.
_NOT_MERGED = "AND s.merged_stamp_id IS NULL"
_ALONE = """
AND (s.merged_stamp_id IS NULL OR NOT EXISTS (
    SELECT 1 FROM stamp m WHERE m.account_id = s.account_id AND m.stamp_id = s.merged_stamp_id
))
""".strip()
OPEN = "open"
"""Neither redeemed nor merged: those that can still be extended."""
_STATES = {
    "": (_ALONE, "stamp_by_account", "stamp_by_card"),
    "active": (f"AND s.active AND s.redeemed_at IS NULL {_NOT_MERGED}", "stamp_by_account", "stamp_by_card"),
    "inactive": (f"AND NOT s.active AND s.redeemed_at IS NULL {_NOT_MERGED}", "stamp_inactive", "stamp_inactive_by_card"),
    "redeemed": ("AND s.redeemed_at IS NOT NULL", "stamp_redeemed", "stamp_redeemed_by_card"),
    OPEN: (f"AND s.redeemed_at IS NULL {_NOT_MERGED}", "stamp_by_account", "stamp_by_card"),
}
STATES = ("", "active", "inactive", "redeemed")
"""The states that stamps may be filtered by; blank for any."""

PAGE = """
SELECT s.stamp_id, s.created_at FROM stamp s {index} WHERE s.account_id = :account_id {card} {state} {more}
AND (s.created_at, s.stamp_id) > (:after_at, :after_id) AND (s.created_at, s.stamp_id) <= (:last_at, :last_id)
ORDER BY s.created_at, s.stamp_id LIMIT :limit
"""

_WHERE = "WHERE account_id = :account_id AND stamp_id IN"
DELETE_LEDGERS = {dialect: f"DELETE FROM stamp_event {_WHERE} {ids}" for dialect, ids in IDS.items()}
DELETE_REVERSALS = {dialect: f"DELETE FROM reversal {_WHERE} {ids}" for dialect, ids in IDS.items()}
DELETE_REFUSED = {dialect: f"DELETE FROM refused_try {_WHERE} {ids}" for dialect, ids in IDS.items()}
DELETE_WORDS = {dialect: f"DELETE FROM stamp_word {_WHERE} {ids}" for dialect, ids in IDS.items()}
DELETE = {dialect: f"DELETE FROM stamp {_WHERE} {ids}" for dialect, ids in IDS.items()}
SWITCH = {dialect: f"UPDATE stamp SET active = :active {_WHERE} {ids}" for dialect, ids in IDS.items()}
EXTEND = {dialect: f"UPDATE stamp SET ends_on = :ends_on {_WHERE} {ids}" for dialect, ids in IDS.items()}


class Narrowed(NamedTuple):
    """What else the stamps have to be. ends_before: `YYYY-MM-DD`; blank, None or empty for any."""

    also: StampFilter | None = None
    ends_before: str = ""
    stamp_ids: Sequence[int] = ()


def page(
    tx: Tx,
    account_id: int,
    *,
    card_id: int | None,
    state: str,
    narrowed: Narrowed,
    after: Position,
    last: Position,
    limit: int,
) -> list[Position]:
    """Instant of issue and number of each, oldest first, after the one position and up to the other."""
    condition, by_account, by_card = _STATES[state]
    index = by_account if card_id is None else by_card
    # Stamps that are named are found by their numbers.
    led = tx.dialect == "sqlite" and not narrowed.stamp_ids
    sql = PAGE.format(
        index=f"INDEXED BY {index}" if led else "",
        card="" if card_id is None else "AND s.card_id = :card_id",
        state=condition,
        more=_more(tx.dialect, narrowed),
    )
    after_at, after_id = after
    last_at, last_id = last
    positions = {"after_at": after_at, "after_id": after_id, "last_at": last_at, "last_id": last_id}
    values: dict[str, Any] = {} if card_id is None else {"card_id": card_id}
    rows = tx.all(sql, account_id=account_id, limit=limit, **positions, **values, **_values(narrowed))
    return [(row["created_at"], row["stamp_id"]) for row in rows]


def _more(dialect: str, narrowed: Narrowed) -> str:
    parts = [] if narrowed.also is None else [conditions_of(narrowed.also)]
    if narrowed.ends_before:
        parts.append("s.ends_on < :ends_before")
    if narrowed.stamp_ids:
        parts.append(f"s.stamp_id IN {IDS[dialect]}")
    return " ".join(f"AND {part}" for part in parts)


def _values(narrowed: Narrowed) -> dict[str, Any]:
    given: dict[str, Any] = {} if narrowed.also is None else parameters_of(narrowed.also)
    if narrowed.ends_before:
        given["ends_before"] = narrowed.ends_before
    return {**given, "ids": json.dumps(narrowed.stamp_ids)} if narrowed.stamp_ids else given


def delete_each(tx: Tx, account_id: int, stamp_ids: Sequence[int]) -> None:
    """Stamps that this transaction has locked, and all that is kept of them."""
    ids = json.dumps(stamp_ids)
    for statements in (DELETE_LEDGERS, DELETE_REVERSALS, DELETE_REFUSED, DELETE_WORDS, DELETE):
        tx.run(statements[tx.dialect], account_id=account_id, ids=ids)


def switch_each(tx: Tx, account_id: int, stamp_ids: Sequence[int], *, active: bool) -> None:
    """Stamps that this transaction has locked."""
    tx.run(SWITCH[tx.dialect], account_id=account_id, active=active, ids=json.dumps(stamp_ids))


def extend_each(tx: Tx, account_id: int, stamp_ids: Sequence[int], *, ends_on: str) -> None:
    """Stamps that this transaction has locked. ends_on: their new last day, `YYYY-MM-DD`."""
    tx.run(EXTEND[tx.dialect], account_id=account_id, ends_on=ends_on, ids=json.dumps(stamp_ids))
