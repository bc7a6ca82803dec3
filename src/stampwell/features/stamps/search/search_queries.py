"""Searching: entries of `stamp_word` newest first, and stamps by state. Each statement follows one index, and stops."""

from collections.abc import Sequence
from typing import NamedTuple

from stampwell.db.cursor_pages import Position
from stampwell.db.database import Row, Tx
from stampwell.db.rows import over_rows
from stampwell.features.stamps import queries
from stampwell.features.stamps.model import Stamp
from stampwell.features.stamps.queries import stamp_of
from stampwell.features.stamps.states import State

COUNT_WORDS = """
SELECT COUNT(*) AS words FROM (
    SELECT stamp_id FROM stamp_word WHERE account_id = :account_id AND word >= :first AND word < :beyond LIMIT :most
) AS counted
"""
WHOLE = """
SELECT word, created_at, stamp_id FROM stamp_word WHERE account_id = :account_id AND word = :word
AND (created_at, stamp_id) < (:before_at, :before_id) ORDER BY created_at DESC, stamp_id DESC LIMIT :limit
"""
# In the order of the index: by word, because an order by instant would read every entry first.
LONGER = """
SELECT word, created_at, stamp_id FROM stamp_word WHERE account_id = :account_id AND word > :word
AND (word, created_at, stamp_id) < (:before_word, :before_at, :before_id)
ORDER BY word DESC, created_at DESC, stamp_id DESC LIMIT :limit
"""
WORDS_OF = "SELECT w.stamp_id, w.word FROM r JOIN stamp_word w ON w.account_id = r.account_id AND w.stamp_id = r.stamp_id"

# Whole stamps take ten times as long to read.
FITTING = """
SELECT s.stamp_id FROM r JOIN stamp s ON s.account_id = r.account_id AND s.stamp_id = r.stamp_id WHERE {state} {card}
"""

_UNUSED = "s.merged_stamp_id IS NULL AND s.redeemed_at IS NULL"
_OPEN = f"{_UNUSED} AND s.active"
VALID = f"{_OPEN} AND s.starts_on <= {{today}} AND s.ends_on >= {{today}}"
# As `states.state_of` has them. A test holds the two equal.
STATES: dict[State | None, str] = {
    None: "true",
    State.MERGED: "s.merged_stamp_id IS NOT NULL",
    State.REDEEMED: "s.merged_stamp_id IS NULL AND s.redeemed_at IS NOT NULL",
    State.INACTIVE: f"{_UNUSED} AND NOT s.active",
    State.NOT_YET_VALID: f"{_OPEN} AND s.starts_on > {{today}}",
    State.EXPIRED: f"{_OPEN} AND s.starts_on <= {{today}} AND s.ends_on < {{today}}",
    State.FULL: f"{VALID} AND s.stamps >= s.max_stamps",
    State.USABLE: f"{VALID} AND s.stamps < s.max_stamps",
}


class Leader(NamedTuple):
    """What an index is made of: its name, without a card and with one, and the condition on its rows."""

    name: str
    by_card: str
    rows: str = "true"


_ALL = Leader("stamp_by_account", "stamp_by_card")
_LEADERS = {
    State.REDEEMED: Leader("stamp_redeemed", "stamp_redeemed_by_card", "s.redeemed_at IS NOT NULL"),
    State.INACTIVE: Leader("stamp_inactive", "stamp_inactive_by_card", "NOT s.active"),
    # Full ones are few, on any card.
    State.FULL: Leader("stamp_full", "stamp_full", "s.redeemed_at IS NULL AND s.stamps >= s.max_stamps"),
}
BOUNDARY = """
SELECT s.created_at, s.stamp_id FROM stamp s{index} WHERE s.account_id = :account_id AND {rows} {card}
AND (s.created_at, s.stamp_id) < (:before_at, :before_id)
ORDER BY s.created_at DESC, s.stamp_id DESC LIMIT 1 OFFSET :passed
"""
PAGE = f"""
{queries.WITH_CARD.replace("FROM stamp s", "FROM stamp s{index}")}
WHERE s.account_id = :account_id AND {{rows}} AND {{state}} {{card}}
AND (s.created_at, s.stamp_id) < (:before_at, :before_id) AND (s.created_at, s.stamp_id) >= (:until_at, :until_id)
ORDER BY s.created_at DESC, s.stamp_id DESC LIMIT :limit
"""


class WordEntry(NamedTuple):
    """Of the table of words: in the order of its index."""

    word: str
    created_at: int
    stamp_id: int


def count_words(tx: Tx, account_id: int, *, first: str, beyond: str, most: int) -> int:
    """How many entries there are from the one word up to the other, `most` at most."""
    row = tx.one(COUNT_WORDS, account_id=account_id, first=first, beyond=beyond, most=most)
    return int(row["words"])


def whole(tx: Tx, account_id: int, word: str, *, before: Position, limit: int) -> list[WordEntry]:
    """Of that very word, newest first."""
    before_at, before_id = before
    rows = tx.all(WHOLE, account_id=account_id, word=word, before_at=before_at, before_id=before_id, limit=limit)
    return [_entry(row) for row in rows]


def longer(tx: Tx, account_id: int, word: str, *, before: WordEntry, limit: int) -> list[WordEntry]:
    """Of words above that one and before that entry, backwards."""
    rows = tx.all(
        LONGER,
        account_id=account_id,
        word=word,
        before_word=before.word,
        before_at=before.created_at,
        before_id=before.stamp_id,
        limit=limit,
    )
    return [_entry(row) for row in rows]


def words_of(tx: Tx, account_id: int, stamp_ids: Sequence[int]) -> dict[int, list[str]]:
    """Every word by which those stamps are found."""
    found: dict[int, list[str]] = {stamp_id: [] for stamp_id in stamp_ids}
    asked = [(account_id, stamp_id) for stamp_id in found]
    for row in over_rows(tx, {"account_id": "bigint", "stamp_id": "bigint"}, asked, WORDS_OF):
        found[row["stamp_id"]].append(row["word"])
    return found


def fitting(
    tx: Tx, account_id: int, stamp_ids: Sequence[int], *, state: State | None, card_id: int | None, today: str
) -> set[int]:
    """Those in that state and of that card, where one is asked for."""
    columns = {"account_id": "bigint", "stamp_id": "bigint", "card_id": "bigint", "today": "text"}
    sql = FITTING.format(
        state=STATES[state].format(today="r.today"), card="" if card_id is None else "AND s.card_id = r.card_id"
    )
    rows = over_rows(tx, columns, [(account_id, stamp_id, card_id, today) for stamp_id in stamp_ids], sql)
    return {row["stamp_id"] for row in rows}


def boundary(
    tx: Tx, account_id: int, *, state: State | None, card_id: int | None, before: Position, most: int
) -> Position | None:
    """Where the index that leads to that state has been followed for `most` stamps; None when it ends before."""
    before_at, before_id = before
    # Of an index without cards, a stamp of another card counts too: it is looked at.
    led_by = card_id if leader_of(state).by_card != leader_of(state).name else None
    row = tx.maybe(
        _led(tx, BOUNDARY, state=state, card_id=led_by),
        account_id=account_id,
        before_at=before_at,
        before_id=before_id,
        passed=most - 1,
        **_given(led_by),
    )
    return None if row is None else (row["created_at"], row["stamp_id"])


def page(
    tx: Tx,
    account_id: int,
    *,
    state: State | None,
    card_id: int | None,
    today: str,
    before: Position,
    until: Position,
    limit: int,
) -> list[Stamp]:
    """Stamps in that state, or in any, newest first; those at `until` are still among them."""
    (before_at, before_id), (until_at, until_id) = before, until
    sql = _led(tx, PAGE, state=state, card_id=card_id)
    days = {"today": today} if ":today" in sql else {}
    rows = tx.all(
        sql,
        account_id=account_id,
        before_at=before_at,
        before_id=before_id,
        until_at=until_at,
        until_id=until_id,
        limit=limit,
        **days,
        **_given(card_id),
    )
    return [stamp_of(row) for row in rows]


def _led(tx: Tx, sql: str, *, state: State | None, card_id: int | None) -> str:
    """With the index that fits: SQLite chooses by rules of thumb and would take the wrong one."""
    leader = leader_of(state)
    index = leader.name if card_id is None else leader.by_card
    return sql.format(
        index=f" INDEXED BY {index}" if tx.dialect == "sqlite" else "",
        rows=leader.rows,
        state=STATES[state].format(today=":today"),
        card="" if card_id is None else "AND s.card_id = :card_id",
    )


def leader_of(state: State | None) -> Leader:
    return _ALL if state is None else _LEADERS.get(state, _ALL)


def _given(card_id: int | None) -> dict[str, int]:
    return {} if card_id is None else {"card_id": card_id}


def _entry(row: Row) -> WordEntry:
    return WordEntry(row["word"], row["created_at"], row["stamp_id"])
