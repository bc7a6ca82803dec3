"""Counts that stop: of the newest stamps that an index leads to, so that they cost the same however many there are."""

from typing import NamedTuple

from stampwell.db.database import Tx

# Of stamps that are full. handed_out is JSON: [[stamps, instant], …].
_READY = "active AND starts_on <= :today AND ends_on >= :today AND handed_out NOT LIKE '%[' || max_stamps || ',%'"
# SQLite would rather take the index that it knows more of.
_FULL = f"""
SELECT COALESCE(SUM(CASE WHEN {_READY} THEN 1 ELSE 0 END), 0) AS waiting, COUNT(*) AS looked_at
FROM (
    SELECT active, starts_on, ends_on, handed_out, max_stamps FROM stamp{{lead}}
    WHERE account_id = :account_id AND redeemed_at IS NULL AND stamps >= max_stamps
    ORDER BY created_at DESC, stamp_id DESC LIMIT :most
) AS newest
"""
COUNT_FULL = {"sqlite": _FULL.format(lead=" INDEXED BY stamp_full"), "postgresql": _FULL.format(lead="")}
# The card as a range, and first in the order: for a card as such PostgreSQL may walk all the account's stamps, newest first,
# to the first of an old card's; in this order the card's own index has them and no other.
_OF_CARD = """
FROM stamp WHERE account_id = :account_id AND card_id >= :card_id AND card_id <= :card_id
ORDER BY card_id DESC, created_at DESC, stamp_id DESC LIMIT :most
"""
_HELD = "redeemed_at IS NULL AND merged_stamp_id IS NULL AND ends_on >= :today"
COUNT_STATES = f"""
SELECT COALESCE(SUM(CASE WHEN {_HELD} THEN 1 ELSE 0 END), 0) AS held,
    COALESCE(SUM(CASE WHEN {_HELD} AND stamps >= max_stamps AND {_READY} THEN 1 ELSE 0 END), 0) AS ready,
    COALESCE(SUM(CASE WHEN created_at >= :since THEN 1 ELSE 0 END), 0) AS issued,
    COUNT(*) AS looked_at, MIN(created_at) AS oldest
FROM (
    SELECT created_at, redeemed_at, merged_stamp_id, active, starts_on, ends_on, stamps, max_stamps, handed_out {_OF_CARD}
) AS newest
"""
COUNT_GOALS = f"""
SELECT max_stamps, SUM(CASE WHEN {_HELD} THEN 1 ELSE 0 END) AS held, COUNT(*) AS looked_at
FROM (SELECT redeemed_at, merged_stamp_id, ends_on, max_stamps {_OF_CARD}) AS newest
GROUP BY max_stamps ORDER BY max_stamps
"""

NEWEST = """
SELECT stamp_id, stamps FROM stamp WHERE account_id = :account_id ORDER BY created_at DESC, stamp_id DESC LIMIT :most
"""


class FullCount(NamedTuple):
    """How many of the stamps that were looked at are full, not redeemed, and can be redeemed that day."""

    waiting: int
    looked_at: int


def count_full(tx: Tx, account_id: int, *, today: str, most: int) -> FullCount:
    """Of the newest stamps that are full and not redeemed, `most` at most."""
    row = tx.one(COUNT_FULL[tx.dialect], account_id=account_id, today=today, most=most)
    return FullCount(int(row["waiting"]), int(row["looked_at"]))


class StateCount(NamedTuple):
    """Of the stamps of a card that were looked at: how many customers hold (neither redeemed, merged nor expired), how many of
    those can be redeemed, how many were issued since the instant asked for, and when the oldest of all was issued.
    """

    held: int
    ready: int
    issued: int
    looked_at: int
    oldest: int | None


def count_states(tx: Tx, account_id: int, card_id: int, *, today: str, since: int, most: int) -> StateCount:
    """Of the newest stamps of the card, `most` at most."""
    row = tx.one(COUNT_STATES, account_id=account_id, card_id=card_id, today=today, since=since, most=most)
    return StateCount(int(row["held"]), int(row["ready"]), int(row["issued"]), int(row["looked_at"]), row["oldest"])


class GoalCount(NamedTuple):
    """Of the stamps of a card that were looked at, those of a goal: how many customers hold, and how many there are."""

    goal: int
    held: int
    looked_at: int


def count_goals(tx: Tx, account_id: int, card_id: int, *, today: str, most: int) -> list[GoalCount]:
    """Of the newest stamps of the card, `most` at most; by rising goal."""
    rows = tx.all(COUNT_GOALS, account_id=account_id, card_id=card_id, today=today, most=most)
    return [GoalCount(int(row["max_stamps"]), int(row["held"]), int(row["looked_at"])) for row in rows]


class CountedStamp(NamedTuple):
    """A stamp's number, and the marks on it."""

    stamp_id: int
    marks: int


def newest(tx: Tx, account_id: int, *, most: int) -> list[CountedStamp]:
    """The account's newest stamps, newest first."""
    return [CountedStamp(row["stamp_id"], row["stamps"]) for row in tx.all(NEWEST, account_id=account_id, most=most)]
