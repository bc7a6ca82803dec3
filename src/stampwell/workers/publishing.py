"""Makes events of what was committed, soon after; more slowly while the server is busy, so that requests come first."""

import asyncio

import structlog

from stampwell.db.database import Database
from stampwell.features.events.service import has_pending
from stampwell.features.stamps.publishing import publish
from stampwell.workers.supervisor import Sleep, supervise

_TURN_S = 0.1
# While more than that waits after a turn, the server is busy: events take a few per cent of what it does then.
_BATCH = 200
_AFTER_A_FAULT_S = 5.0


async def publish_forever(db: Database, *, sleep: Sleep = asyncio.sleep) -> None:
    """Never returns."""

    async def turn() -> float:
        if await db.read(has_pending):
            await db.write(publish, limit=_BATCH)
        return _TURN_S

    await supervise(
        turn,
        log=structlog.get_logger("stampwell.workers.publishing"),
        failed="publishing of events failed",
        unavailable="publishing of events waits",
        after_fault_s=_AFTER_A_FAULT_S,
        sleep=sleep,
    )
