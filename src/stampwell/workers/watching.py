"""Looks for changes of the stamps that are open on somebody's phone."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from stampwell.core.errors import DatabaseUnavailable

_TURN_S = 1.0
_AFTER_A_FAULT_S = 5.0


async def watch_forever(look: Callable[[], Awaitable[None]]) -> None:
    """Never returns and never raises but to be cancelled; a fault is logged and tried again after a while."""
    log = structlog.get_logger("stampwell.workers.watching")
    while True:
        await asyncio.sleep(_TURN_S)
        try:
            await look()
        except DatabaseUnavailable as error:
            log.warning("open stamps not looked at", cause=error.cause)
            await asyncio.sleep(_AFTER_A_FAULT_S)
        except Exception:  # a worker outlives every fault
            log.exception("looking at open stamps failed")
            await asyncio.sleep(_AFTER_A_FAULT_S)
