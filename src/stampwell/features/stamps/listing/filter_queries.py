"""Stamps by filter: as they were issued, along an index, or in another order among the newest. Each statement stops."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from stampwell.db.cursor_pages import Position
from stampwell.db.database import Tx
from stampwell.features.stamps.listing.filters import Order, Sort, StampFilter
from stampwell.features.stamps.search.search_queries import STATES, VALID, leader_of

_UNSEEN = """
s.created_at < :unseen_since AND NOT EXISTS (
    SELECT 1 FROM stamp_event e WHERE e.account_id = s.account_id AND e.stamp_id = s.stamp_id
    AND e.kind = 'added' AND e.occurred_at >= :unseen_since
)
""".strip()
_WALK = """
FROM stamp s{index} WHERE s.account_id = :account_id AND {rows} {card}
AND (s.created_at, s.stamp_id) {beyond} (:after_at, :after_id)
"""
_IN_ORDER_OF_ISSUE = "ORDER BY s.created_at {direction}, s.stamp_id {direction}"
BOUNDARY = f"SELECT s.created_at, s.stamp_id {_WALK} {_IN_ORDER_OF_ISSUE} LIMIT 1 OFFSET :passed"
PAGE = f"""
SELECT s.created_at, s.stamp_id {_WALK}
AND (s.created_at, s.stamp_id) {{within}} (:until_at, :until_id) AND {{conditions}}
{_IN_ORDER_OF_ISSUE} LIMIT :limit
"""
# Other orders have no index: what the newest stamps need to be judged and ordered by is read, and no more of them.
_READ = (
    "stamp_id, account_id, card_id, code, user_id, user_name, stamps, max_stamps, starts_on, ends_on, active, redeemed_at, "
    "merged_stamp_id, created_at"
)
SORTED = f"""
SELECT s.stamp_id, {{key}} AS sort_key FROM (
    SELECT {", ".join(f"s.{column}" for column in _READ.split(", "))} FROM stamp s{{index}}
    WHERE s.account_id = :account_id AND {{rows}} {{card}} {{issued}}
    ORDER BY s.created_at DESC, s.stamp_id DESC LIMIT :most
) AS s JOIN card c ON c.account_id = s.account_id AND c.card_id = s.card_id
WHERE {{conditions}} {{after}}
ORDER BY {{key}} {{direction}}, s.stamp_id {{direction}} LIMIT :limit
"""
_AFTER = "AND ({key}, s.stamp_id) {beyond} (:key, :stamp_id)"
FITTING = "SELECT s.stamp_id FROM stamp s WHERE s.account_id = :account_id AND s.stamp_id IN {ids} AND {conditions}"
IDS = {
    "sqlite": "(SELECT value FROM json_each(:ids))",
    "postgresql": "(SELECT CAST(value AS BIGINT) FROM json_array_elements_text(CAST(:ids AS json)))",
}
"""Numbers given as JSON."""

# Letter by letter on either database, large and small ones of ASCII alike; those without a name come after all names.
_BYTEWISE = {"sqlite": "", "postgresql": ' COLLATE "C"'}
_KEYS = {
    Sort.CUSTOMER: "lower(COALESCE(NULLIF(s.user_name, ''), '\U0010ffff'){bytewise})",
    Sort.CARD: "lower(c.name{bytewise})",
    Sort.MARKS: "s.stamps",
    Sort.ENDS: "s.ends_on",
}


class Sorted(NamedTuple):
    """A stamp, and what it is ordered by: a text or a number."""

    stamp_id: int
    key: Any


def conditions_of(wanted: StampFilter) -> str:
    """SQL on `stamp s`, with the parameters of `parameters_of`."""
    in_state = VALID if wanted.state is None and wanted.narrows_use else STATES[wanted.state]
    parts = [in_state.format(today=":today")]
    if wanted.ends_by:
        parts.append("s.ends_on >= :today AND s.ends_on <= :ends_by")
    if wanted.to_go:
        parts.append("s.max_stamps - s.stamps BETWEEN 1 AND :to_go")
    if wanted.unseen_since:
        parts.append(_UNSEEN)
    return " AND ".join(f"({part})" for part in parts)


def parameters_of(wanted: StampFilter) -> dict[str, Any]:
    """Of `conditions_of`, and no others."""
    conditions, given = conditions_of(wanted), wanted._asdict()
    return {name: given[name] for name in ("today", "ends_by", "to_go", "unseen_since") if f":{name}" in conditions}


def boundary(
    tx: Tx, account_id: int, wanted: StampFilter, *, card_id: int | None, descending: bool, after: Position, passed: int
) -> Position | None:
    """The stamp that comes so many behind that position, where the index of the state is followed; None when it ends before."""
    after_at, after_id = after
    sql = _along(BOUNDARY, tx.dialect, wanted, card_id, descending=descending)
    values = _given(card_id)
    row = tx.maybe(sql, account_id=account_id, after_at=after_at, after_id=after_id, passed=passed, **values)
    return None if row is None else (row["created_at"], row["stamp_id"])


def page(
    tx: Tx,
    account_id: int,
    wanted: StampFilter,
    *,
    card_id: int | None,
    descending: bool,
    after: Position,
    until: Position,
    limit: int,
) -> list[Position]:
    """Those that fit, as they were issued, behind the one position and up to the other, which is among them."""
    (after_at, after_id), (until_at, until_id) = after, until
    rows = tx.all(
        _along(PAGE, tx.dialect, wanted, card_id, descending=descending),
        account_id=account_id,
        after_at=after_at,
        after_id=after_id,
        until_at=until_at,
        until_id=until_id,
        limit=limit,
        **parameters_of(wanted),
        **_given(card_id),
    )
    return [(row["created_at"], row["stamp_id"]) for row in rows]


def sorted_page(
    tx: Tx,
    account_id: int,
    wanted: StampFilter,
    order: Order,
    *,
    card_id: int | None,
    most: int,
    after: Sorted | None,
    limit: int,
) -> list[Sorted]:
    """Those that fit of the `most` newest stamps that the index of the state leads to, in that order, behind `after`."""
    key = _KEYS[order.sort].format(bytewise=_BYTEWISE[tx.dialect])
    beyond = "<" if order.descending else ">"
    index, rows = _leading(tx.dialect, wanted, card_id)
    sql = SORTED.format(
        key=key,
        index=index,
        rows=rows,
        card=_of_card(card_id),
        issued="AND s.created_at < :unseen_since" if wanted.unseen_since else "",
        conditions=conditions_of(wanted),
        after="" if after is None else _AFTER.format(key=key, beyond=beyond),
        direction="DESC" if order.descending else "ASC",
    )
    place = {} if after is None else {"key": after.key, "stamp_id": after.stamp_id}
    found = tx.all(sql, account_id=account_id, most=most, limit=limit, **place, **parameters_of(wanted), **_given(card_id))
    return [Sorted(row["stamp_id"], row["sort_key"]) for row in found]


def fitting(tx: Tx, account_id: int, stamp_ids: Sequence[int], wanted: StampFilter) -> set[int]:
    """Those of the stamps that fit."""
    sql = FITTING.format(ids=IDS[tx.dialect], conditions=conditions_of(wanted))
    rows = tx.all(sql, account_id=account_id, ids=json.dumps(list(stamp_ids)), **parameters_of(wanted))
    return {row["stamp_id"] for row in rows}


def _along(sql: str, dialect: str, wanted: StampFilter, card_id: int | None, *, descending: bool) -> str:
    index, rows = _leading(dialect, wanted, card_id)
    return sql.format(
        index=index,
        rows=rows,
        card=_of_card(card_id),
        beyond="<" if descending else ">",
        within=">=" if descending else "<=",
        conditions=conditions_of(wanted),
        direction="DESC" if descending else "ASC",
    )


def _leading(dialect: str, wanted: StampFilter, card_id: int | None) -> tuple[str, str]:
    """The index that leads to the state, for SQLite, which would choose another; and the condition on its rows."""
    leader = leader_of(wanted.state)
    name = leader.name if card_id is None else leader.by_card
    return f" INDEXED BY {name}" if dialect == "sqlite" else "", leader.rows


def _of_card(card_id: int | None) -> str:
    return "" if card_id is None else "AND s.card_id = :card_id"


def _given(card_id: int | None) -> dict[str, int]:
    return {} if card_id is None else {"card_id": card_id}
