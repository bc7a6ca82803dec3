"""Counts that stop: of the newest stamps that an index leads to, so that they cost the same however many there are."""

from typing import NamedTuple

from stampwell.db.database import Tx

# SQLite would rather take the index that it knows more of.
_FULL = """
SELECT COALESCE(SUM(CASE WHEN active AND starts_on <= :today AND ends_on >= :today THEN 1 ELSE 0 END), 0) AS waiting,
    COUNT(*) AS looked_at
FROM (
    SELECT active, starts_on, ends_on FROM stamp{lead}
    WHERE account_id = :account_id AND redeemed_at IS NULL AND stamps >= max_stamps
    ORDER BY created_at DESC, stamp_id DESC LIMIT :most
) AS newest
"""
COUNT_FULL = {"sqlite": _FULL.format(lead=" INDEXED BY stamp_full"), "postgresql": _FULL.format(lead="")}
# The card as a range, and first in the order: for a card as such PostgreSQL may walk all the account's stamps, newest first,
# to the first of an old card's; in this order the card's own index has them and no other.
COUNT_OF_CARD = """
SELECT COUNT(*) AS stamps FROM (
    SELECT stamp_id FROM stamp WHERE account_id = :account_id AND card_id >= :card_id AND card_id <= :card_id
    ORDER BY card_id DESC, created_at DESC, stamp_id DESC LIMIT :most
) AS newest
"""


class FullCount(NamedTuple):
    """How many of the stamps that were looked at are full, not redeemed, and can be redeemed that day."""

    waiting: int
    looked_at: int


def count_full(tx: Tx, account_id: int, *, today: str, most: int) -> FullCount:
    """Of the newest stamps that are full and not redeemed, `most` at most."""
    row = tx.one(COUNT_FULL[tx.dialect], account_id=account_id, today=today, most=most)
    return FullCount(int(row["waiting"]), int(row["looked_at"]))


def count_of_card(tx: Tx, account_id: int, card_id: int, *, most: int) -> int:
    """How many stamps of the card there are, so many at most."""
    return int(tx.one(COUNT_OF_CARD, account_id=account_id, card_id=card_id, most=most)["stamps"])
