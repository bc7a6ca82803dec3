"""Tells accounts that stamps end, soon after midnight of each."""

import asyncio

import structlog

from stampwell.core.clock import Clock
from stampwell.db.clock_row import is_in_doubt
from stampwell.db.database import Database
from stampwell.features.stamps.expiring import overdue, tell_next
from stampwell.workers.supervisor import Sleep, supervise

_TURN_S = 30.0
# A clock that leaps is years ahead; a server that was off, weeks behind.
_MOST_DAYS = 31


async def tell_ends_forever(db: Database, *, clock: Clock, turn_s: float = _TURN_S, sleep: Sleep = asyncio.sleep) -> None:
    """Never returns."""
    log = structlog.get_logger("stampwell.workers.expiry")

    async def turn() -> float:
        await tell_ends(db, clock=clock)
        return turn_s

    await supervise(
        turn,
        log=log,
        failed="ends of stamps not told",
        unavailable="telling of ends waits",
        after_fault_s=turn_s,
        sleep=sleep,
    )


async def tell_ends(db: Database, *, clock: Clock) -> None:
    """Tells every account of all days up to today; of more than a month at once, only by a clock that is not in doubt."""
    due = await db.read(overdue, now_us=clock.now_us())
    if any(account.days > _MOST_DAYS for account in due) and await db.read(is_in_doubt, now_us=clock.now_us()):
        due = [account for account in due if account.days <= _MOST_DAYS]
    for account in due:
        while await db.write(tell_next, account.account_id, now_us=clock.now_us()):
            pass
