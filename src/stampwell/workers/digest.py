"""Reads the ledger as it grows, for the counts of the home page and the words that stamps are found by."""

import asyncio
import time
from collections.abc import Callable
from enum import Enum, auto

import structlog

from stampwell.db.database import Database
from stampwell.features.stamps.ledger.projection import Horizon, is_settled, look_ahead, read_mark, swallow, take_bite
from stampwell.workers.busy import BusyMeter
from stampwell.workers.supervisor import Sleep, supervise

_TURN_S = 1.0
# The small ones while the server is busy: one to two per cent of what it does then.
_BITE, _BITE_WHILE_BUSY = 1000, 300
# Of two processes one does it all, as long as it is alive.
_STAND_ASIDE_S = 10.0
_AFTER_A_FAULT_S = 10.0


class Turn(Enum):
    """How a turn ended: all that can be seen is digested, more waits and nobody else works, or another process was faster."""

    DONE = auto()
    MORE = auto()
    LOST = auto()


async def digest_forever(db: Database, *, sleep: Sleep = asyncio.sleep) -> None:
    """Never returns."""
    reader = LedgerReader(db)

    async def turn() -> float:
        began_s = time.monotonic()
        return _pause_s(await reader.turn(), time.monotonic() - began_s)

    await supervise(
        turn,
        log=structlog.get_logger("stampwell.workers.digest"),
        failed="digest of the ledger failed",
        unavailable="digest of the ledger waits",
        after_fault_s=_AFTER_A_FAULT_S,
        sleep=sleep,
    )


def _pause_s(turn: Turn, took_s: float) -> float:
    if turn is Turn.LOST:
        return _STAND_ASIDE_S
    # What is far behind catches up in half of the time, so that the other half is for everybody else.
    return min(took_s, _TURN_S) if turn is Turn.MORE else _TURN_S


class LedgerReader:
    """Takes a bite of the ledger a turn; what it has seen lies in front of it, until that is settled."""

    def __init__(self, db: Database, *, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._busy = BusyMeter(clock_s=clock_s)
        self._horizon: Horizon | None = None

    async def turn(self) -> Turn:
        mark, last = await self._db.read(read_mark)
        busy = self._busy.is_busy(last)
        if last <= mark:
            return Turn.DONE
        if self._horizon is None or self._horizon.last <= mark:
            self._horizon = await self._db.read(look_ahead)
        if not await self._db.read(is_settled, self._horizon):
            return Turn.DONE
        limit = _BITE_WHILE_BUSY if busy else _BITE
        bite = await self._db.read(take_bite, last=self._horizon.last, limit=limit)
        if bite is None:
            return Turn.DONE
        if not await self._db.write(swallow, bite):
            return Turn.LOST
        return Turn.MORE if bite.to_event < last and not busy else Turn.DONE
