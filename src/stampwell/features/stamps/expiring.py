"""Tells that stamps end: seven days before the last day, and when it is over, each by the days of its account.

An account is told day after day, also of days on which no server ran. Whatever is issued, or is given another end, after its
moment has passed is not told of any more.
"""

from datetime import date, timedelta
from typing import NamedTuple

from stampwell.core.days import day_of, start_of_day_us
from stampwell.core.units import ABOVE_ALL
from stampwell.db.database import Tx
from stampwell.features.events.model import EventType, OutboxRow
from stampwell.features.events.service import put_in_outbox
from stampwell.features.stamps import expiry_queries
from stampwell.features.stamps.expiry_queries import ReadUntil

SOON = timedelta(days=7)
"""How long before its last day a stamp is said to end soon."""

_DAY = timedelta(days=1)
# Stamps that are looked through in a transaction.
_PART = 5000


class Overdue(NamedTuple):
    """An account that has not been told of all days up to today. days: of how many; 0 for one that was never told."""

    account_id: int
    days: int


def overdue(tx: Tx, *, now_us: int) -> list[Overdue]:
    found: list[Overdue] = []
    for account in expiry_queries.accounts(tx):
        if account.until is None:
            found.append(Overdue(account.account_id, 0))
        elif days := (day_of(now_us, account.time_zone) - date.fromisoformat(account.until.day)).days:
            found.append(Overdue(account.account_id, days))
    return [one for one in found if one.days >= 0]


def tell_next(tx: Tx, account_id: int, *, now_us: int) -> bool:
    """A unit of work: tells the account of some more stamps; whether there may be more to tell.

    An account that was never told of a day begins with today.
    """
    account = expiry_queries.lock(tx, account_id)
    if account is None:
        return False
    today = day_of(now_us, account.time_zone)
    if account.until is None:
        expiry_queries.save(tx, account_id, ReadUntil(today.isoformat()))
        return False
    told = date.fromisoformat(account.until.day)
    if told >= today:
        return False
    day = told + _DAY
    before_us = start_of_day_us(day, account.time_zone)
    ends = {(day + SOON).isoformat(): EventType.STAMP_EXPIRING, told.isoformat(): EventType.STAMP_EXPIRED}
    soon, ended = ends
    after = account.until.stamp
    last = expiry_queries.end_of_part(tx, account_id, after, before_us=before_us, size=_PART)
    ending = expiry_queries.ending(tx, account_id, (soon, ended), after=after, last=last or ABOVE_ALL, before_us=before_us)
    put_in_outbox(tx, [OutboxRow(account_id, one.stamp_id, ends[one.ends_on], None, None, now_us) for one in ending])
    until = ReadUntil(day.isoformat()) if last is None else account.until._replace(stamp=last)
    expiry_queries.save(tx, account_id, until)
    return last is not None or day < today
