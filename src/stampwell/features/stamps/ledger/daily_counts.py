"""What happened on a day: read from what the worker has counted, whatever the number of stamps."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from stampwell.db.database import Tx
from stampwell.features.stamps.ledger import projection_queries


class DayCount(NamedTuple):
    """Stamps issued, marks (those added less those removed) and redemptions of a day in the account's time zone."""

    issued: int = 0
    marks: int = 0
    redeemed: int = 0


def daily_counts(tx: Tx, account_id: int, since: date) -> Mapping[date, DayCount]:
    """By day, from that one on, oldest first; a day on which nothing happened is missing."""
    counts: dict[date, DayCount] = {}
    for day, kind, number in projection_queries.daily_counts(tx, account_id, since.isoformat()):
        on = date.fromisoformat(day)
        counts[on] = counts.get(on, DayCount())._replace(**{kind: number})
    return counts


def ever_happened(tx: Tx, account_id: int) -> DayCount:
    """1 for what was ever counted, a moment after it happened for the first time; what is taken back or deleted stays so."""
    return DayCount(*(int(projection_queries.ever_counted(tx, account_id, kind)) for kind in DayCount._fields))
