"""Reads the ledger as it grows, for the counts of the home page and the words that stamps are found by."""

import asyncio
import time
from collections.abc import Callable
from enum import Enum, auto

import structlog

from stampwell.db.database import Database
from stampwell.features.stamps.ledger.projection import (
    Watermark,
    apply_batch,
    is_settled,
    read_batch,
    read_offset,
    read_watermark,
)
from stampwell.workers.busy import BusyMeter
from stampwell.workers.supervisor import Sleep, supervise

_TURN_S = 1.0
# The small ones while the server is busy: one to two per cent of what it does then.
_BATCH, _BATCH_WHILE_BUSY = 1000, 300
# Of two processes one does it all, as long as it is alive.
_STAND_ASIDE_S = 10.0
_AFTER_A_FAULT_S = 10.0


class Turn(Enum):
    """How a turn ended: all that can be seen is applied, more waits and nobody else works, or another process was faster."""

    DONE = auto()
    MORE = auto()
    LOST = auto()


async def project_forever(db: Database, *, sleep: Sleep = asyncio.sleep) -> None:
    """Never returns."""
    reader = LedgerProjection(db)

    async def turn() -> float:
        began_s = time.monotonic()
        return _pause_s(await reader.turn(), time.monotonic() - began_s)

    await supervise(
        turn,
        log=structlog.get_logger("stampwell.workers.projection"),
        failed="projection of the ledger failed",
        unavailable="projection of the ledger waits",
        after_fault_s=_AFTER_A_FAULT_S,
        sleep=sleep,
    )


def _pause_s(turn: Turn, took_s: float) -> float:
    if turn is Turn.LOST:
        return _STAND_ASIDE_S
    # What is far behind catches up in half of the time, so that the other half is for everybody else.
    return min(took_s, _TURN_S) if turn is Turn.MORE else _TURN_S


class LedgerProjection:
    """Applies a batch of the ledger a turn, up to the watermark that it has read, once that is settled."""

    def __init__(self, db: Database, *, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._busy = BusyMeter(clock_s=clock_s)
        self._watermark: Watermark | None = None

    async def turn(self) -> Turn:
        offset, last = await self._db.read(read_offset)
        busy = self._busy.is_busy(last)
        if last <= offset:
            return Turn.DONE
        if self._watermark is None or self._watermark.last <= offset:
            self._watermark = await self._db.read(read_watermark)
        if not await self._db.read(is_settled, self._watermark):
            return Turn.DONE
        limit = _BATCH_WHILE_BUSY if busy else _BATCH
        batch = await self._db.read(read_batch, last=self._watermark.last, limit=limit)
        if batch is None:
            return Turn.DONE
        if not await self._db.write(apply_batch, batch):
            return Turn.LOST
        return Turn.MORE if batch.to_event < last and not busy else Turn.DONE
