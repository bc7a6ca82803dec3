"""Keeps the loops beside the server going: whatever a turn fails with is logged, and tried again after a pause."""

import asyncio
from collections.abc import Awaitable, Callable

from structlog.typing import FilteringBoundLogger

from stampwell.core.errors import DatabaseUnavailable

Sleep = Callable[[float], Awaitable[object]]


async def supervise(
    turn: Callable[[], Awaitable[float | None]],
    *,
    log: FilteringBoundLogger,
    failed: str,
    after_fault_s: float,
    unavailable: str | None = None,
    first_s: float | None = None,
    sleep: Sleep = asyncio.sleep,
) -> None:
    """Returns when a turn answers None, and never raises but to be cancelled.

    turn: answers how many seconds to wait for the next one. failed: logged with the traceback of a fault. unavailable: logged
    instead, as a warning without a traceback, while the database is away; None for loops that make no difference.
    first_s: how long to wait for the first turn.
    """
    if first_s is not None:
        await sleep(first_s)
    while True:
        try:
            pause_s = await turn()
        except Exception as error:  # a worker outlives every fault
            if unavailable is not None and isinstance(error, DatabaseUnavailable):
                log.warning(unavailable, cause=error.cause)
            else:
                log.exception(failed)
            pause_s = after_fault_s
        if pause_s is None:
            return
        await sleep(pause_s)
