"""Brings old stamps to the rules of this version, a step at a time, and ends when all have been looked at."""

import asyncio
import time

import structlog

from stampwell.db.database import Database
from stampwell.features.stamps.ledger.projection import read_offset
from stampwell.features.stamps.search.upgrading import apply_step, finish, read_place, take_step
from stampwell.workers.busy import BusyMeter
from stampwell.workers.supervisor import Sleep, supervise

# On SQLite 200 stamps are written in about 10 ms, for which tills wait.
_STEP, _STEP_WHILE_BUSY = 200, 20
# A quarter of the time at most: the rest is for everybody else.
_PAUSE_PER_WORK = 3
_LEAST_PAUSE_S = 0.01
_PAUSE_WHILE_BUSY_S = 1.0
# Of two processes one does it all, as long as it is alive.
_STAND_ASIDE_S = 10.0
_AFTER_A_FAULT_S = 10.0


async def upgrade_stamps(db: Database, *, sleep: Sleep = asyncio.sleep) -> None:
    """Returns when every stamp has been looked at."""
    await supervise(
        StampUpgrader(db).turn,
        log=structlog.get_logger("stampwell.workers.upgrade"),
        failed="upgrade of old stamps failed",
        unavailable="upgrade of old stamps waits",
        after_fault_s=_AFTER_A_FAULT_S,
        sleep=sleep,
    )


class StampUpgrader:
    """Takes a step a turn."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._busy = BusyMeter()
        self._log = structlog.get_logger("stampwell.workers.upgrade")
        self._began = False

    async def turn(self) -> float | None:
        """How long to wait for the next one, in seconds; None when there is none."""
        began_s = time.monotonic()
        place = await self._db.read(read_place)
        if place.finished:
            return None
        if not self._began:
            self._began = True
            self._log.info("old stamps are being upgraded", after=place.after_id, last=place.last)
        busy = self._busy.is_busy((await self._db.read(read_offset)).last)
        step = await self._db.read(take_step, limit=_STEP_WHILE_BUSY if busy else _STEP)
        if step is None:
            if await self._db.write(finish):
                self._log.info("old stamps are upgraded", last=place.last)
            return _LEAST_PAUSE_S
        if not await self._db.write(apply_step, step):
            return _STAND_ASIDE_S
        return _PAUSE_WHILE_BUSY_S if busy else max(_PAUSE_PER_WORK * (time.monotonic() - began_s), _LEAST_PAUSE_S)
