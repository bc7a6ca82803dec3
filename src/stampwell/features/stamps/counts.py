"""How many stamps there are, as far as it is quick to know."""

from datetime import date
from typing import NamedTuple

from stampwell.db.database import Tx
from stampwell.features.stamps import count_queries

MOST = 1000
"""So many stamps are counted."""

_NEWEST = 100


class Bounded(NamedTuple):
    """A number of stamps; `more`: there are others that were not counted."""

    number: int
    more: bool

    def __str__(self) -> str:
        return f"{self.number:,}+" if self.more else f"{self.number:,}"


def count_full(tx: Tx, account_id: int, *, today: date) -> Bounded:
    """Stamps that are full and may be redeemed on that day, for a reward that was not handed out before."""
    waiting, looked_at = count_queries.count_full(tx, account_id, today=today.isoformat(), most=MOST + 1)
    return Bounded(min(waiting, MOST), looked_at > MOST)


class CardCounts(NamedTuple):
    """Stamps of a card: that customers hold, that are ready to be redeemed, and that were issued since an instant."""

    held: Bounded
    ready: Bounded
    issued: Bounded


def counts_of_card(tx: Tx, account_id: int, card_id: int, *, today: date, since_us: int) -> CardCounts:
    """Of the card's newest stamps; issued: since that instant."""
    found = count_queries.count_states(tx, account_id, card_id, today=today.isoformat(), since=since_us, most=MOST + 1)
    more = found.looked_at > MOST
    # Newest first: what was not looked at is older than the oldest that was.
    all_issued = not more or (found.oldest is not None and found.oldest < since_us)
    return CardCounts(
        Bounded(min(found.held, MOST), more),
        Bounded(min(found.ready, MOST), more),
        Bounded(min(found.issued, MOST), not all_issued),
    )


class KeptGoals(NamedTuple):
    """Stamps that customers hold of a card, and the goals that they were issued with."""

    stamps: Bounded
    goals: tuple[int, ...]


def goals_of_card(tx: Tx, account_id: int, card_id: int, *, today: date, new_goal: int | None = None) -> KeptGoals:
    """Of the card's newest stamps; goals in rising order. new_goal: leaves out those that have it anyway."""
    found = count_queries.count_goals(tx, account_id, card_id, today=today.isoformat(), most=MOST + 1)
    kept = [count for count in found if count.held and count.goal != new_goal]
    held, more = sum(count.held for count in kept), sum(count.looked_at for count in found) > MOST
    return KeptGoals(Bounded(min(held, MOST), more), tuple(count.goal for count in kept))


class LatelyIssued(NamedTuple):
    """The number of the stamp that was issued last, and whether any of the newest has a mark."""

    newest_id: int
    marked: bool


def lately_issued(tx: Tx, account_id: int) -> LatelyIssued | None:
    """Of the account's newest hundred stamps; None where there is none."""
    newest = count_queries.newest(tx, account_id, most=_NEWEST)
    return LatelyIssued(newest[0].stamp_id, any(stamp.marks for stamp in newest)) if newest else None
