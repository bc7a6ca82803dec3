"""Deletes outbox rows that nobody will ask for any more."""

import asyncio

import structlog

from stampwell.core.clock import Clock
from stampwell.db.database import Database
from stampwell.features.stamps.service import prune_outbox

_EVERY_S = 3600.0
_DAY_US = 86_400_000_000


async def prune_forever(db: Database, *, clock: Clock, keep_days: int, every_s: float = _EVERY_S) -> None:
    """Never returns and never raises but to be cancelled; a fault is logged and tried again at the next turn."""
    log = structlog.get_logger("stampwell.workers.prune")
    while True:
        try:
            before_us = clock.now_us() - keep_days * _DAY_US
            while await db.write(prune_outbox, before_us=before_us):
                pass
        except Exception:  # a worker outlives every fault
            log.exception("prune failed")
        await asyncio.sleep(every_s)
