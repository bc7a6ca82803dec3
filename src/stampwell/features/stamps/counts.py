"""How many stamps there are, as far as it is quick to know."""

from datetime import date
from typing import NamedTuple

from stampwell.db.database import Tx
from stampwell.features.stamps import count_queries

MOST = 1000
"""So many stamps are counted."""


class Bounded(NamedTuple):
    """A number of stamps; `more`: there are others that were not counted."""

    number: int
    more: bool

    def __str__(self) -> str:
        return f"{self.number:,}+" if self.more else f"{self.number:,}"


def count_full(tx: Tx, account_id: int, *, today: date) -> Bounded:
    """Stamps that are full and may be redeemed on that day."""
    waiting, looked_at = count_queries.count_full(tx, account_id, today=today.isoformat(), most=MOST + 1)
    return Bounded(min(waiting, MOST), looked_at > MOST)


def count_of_card(tx: Tx, account_id: int, card_id: int) -> Bounded:
    """Stamps of that card in any state."""
    stamps = count_queries.count_of_card(tx, account_id, card_id, most=MOST + 1)
    return Bounded(min(stamps, MOST), stamps > MOST)
