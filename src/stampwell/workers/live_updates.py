"""Looks for changes of the stamps that are open on somebody's phone."""

from collections.abc import Awaitable, Callable

import structlog

from stampwell.workers.supervisor import supervise

_TURN_S = 1.0
_AFTER_A_FAULT_S = 6.0


async def watch_forever(look: Callable[[], Awaitable[None]]) -> None:
    """Never returns."""

    async def turn() -> float:
        await look()
        return _TURN_S

    await supervise(
        turn,
        log=structlog.get_logger("stampwell.workers.live_updates"),
        failed="looking at open stamps failed",
        unavailable="open stamps not looked at",
        after_fault_s=_AFTER_A_FAULT_S,
        first_s=_TURN_S,
    )
