"""Proves the ledger once a day, and reports every difference; repairs none."""

import asyncio
import hashlib
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

import structlog

from stampwell.core.clock import Clock
from stampwell.core.errors import DatabaseUnavailable
from stampwell.core.units import DAY_S, HOUR_S, SECOND_US
from stampwell.db.database import Database, Tx
from stampwell.db.secret import cursor_secret
from stampwell.features.stamps.ledger.proof import ProvedElsewhere, prove
from stampwell.features.stamps.ledger.proof_model import Difference
from stampwell.workers.supervisor import Sleep, supervise

_NIGHT_BEGINS_S, _NIGHT_S = HOUR_S, 4 * HOUR_S

# A server that has just started has better things to do, also one that is started again and again.
_LEAST_WAIT_S = 600

Proved = Callable[[int, int], None]
"""Called with the number of differences and the instant, in microseconds, when a proof has ended."""


async def prove_forever(
    db: Database, *, open_own: Callable[[], Database], clock: Clock, on_proved: Proved, sleep: Sleep = asyncio.sleep
) -> None:
    """Never returns. After a fault the next day is another one.

    `open_own` makes a database of one connection that is not started yet: the server's own are left to the server.
    """
    offset_s: int | None = None
    has_waited = False

    async def turn() -> float:
        nonlocal offset_s, has_waited
        if has_waited:
            has_waited = False
            await prove_once(open_own, clock=clock, on_proved=on_proved)
        if offset_s is None:
            offset_s = await db.read(_offset_s)
        has_waited = True
        return seconds_to(offset_s, clock.now_us())

    await supervise(
        turn,
        log=structlog.get_logger("stampwell.workers.proof"),
        failed="proof of the ledger failed",
        after_fault_s=_LEAST_WAIT_S,
        sleep=sleep,
    )


async def prove_once(open_own: Callable[[], Database], *, clock: Clock, on_proved: Proved) -> None:
    """Proves the whole ledger, unless another process is at it. Logs an error for every difference."""
    log = structlog.get_logger("stampwell.workers.proof")
    began_us, stamps, differences = clock.now_us(), 0, 0
    async with AsyncExitStack() as ending:
        db = open_own()
        ending.push_async_callback(_close, db)
        await db.start()
        try:
            async for chunk in prove(db, alone=True):
                stamps += chunk.stamps
                differences += len(chunk.differences)
                for difference in chunk.differences:
                    _report(log, difference)
        except ProvedElsewhere:
            log.info("another process proves the ledger")
            return
    ended_us = clock.now_us()
    on_proved(differences, ended_us)
    log.info("ledger proved", stamps=stamps, differences=differences, seconds=(ended_us - began_us) / SECOND_US)


async def _close(db: Database) -> None:
    """A fault of closing must not take the place of a stop."""
    with suppress(DatabaseUnavailable):
        await db.close()


def seconds_to(offset_s: int, now_us: int) -> float:
    """How long it is until that second of the day (in UTC) comes; never soon."""
    now_s = now_us / SECOND_US
    wait_s = (offset_s - now_s) % DAY_S
    return wait_s if wait_s >= _LEAST_WAIT_S else wait_s + DAY_S


def _report(log: structlog.typing.FilteringBoundLogger, difference: Difference) -> None:
    log.error(
        "ledger difference",
        account=difference.account_id,
        stamp=difference.stamp_id,
        what=difference.what,
        expected=difference.expected,
        found=difference.found,
    )


def _offset_s(tx: Tx) -> int:
    """A second between one and five in the night, by this machine's clock, counted in UTC.

    At random for a database, the same for every process on it: one of them proves, once a night.
    """
    drawn = hashlib.sha256(f"proof {cursor_secret(tx)}".encode()).digest()
    local_s = _NIGHT_BEGINS_S + int.from_bytes(drawn) % _NIGHT_S
    return (local_s - time.localtime().tm_gmtoff) % DAY_S
