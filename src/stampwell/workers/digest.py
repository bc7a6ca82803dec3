"""Reads the ledger as it grows, for the counts of the home page and the words that stamps are found by."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.database import Database
from stampwell.features.stamps.digest import Horizon, is_settled, look_ahead, read_mark, swallow, take_bite

_TURN_S = 1.0
# While more than so many events come in a turn, small bites are taken: one to two per cent of what a busy server does.
_BUSY_EVENTS = 300
_BITE, _BITE_WHILE_BUSY = 3000, 300
# Of two processes one does it all, as long as it is alive.
_STAND_ASIDE_S = 10.0
_AFTER_A_FAULT_S = 10.0


async def digest_forever(db: Database, *, sleep: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
    """Never returns and never raises but to be cancelled; a fault is logged and tried again after a while."""
    log = structlog.get_logger("stampwell.workers.digest")
    reader = LedgerReader(db)
    while True:
        try:
            won = await reader.turn()
        except DatabaseUnavailable as error:
            log.warning("digest of the ledger waits", cause=error.cause)
            await sleep(_AFTER_A_FAULT_S)
        except Exception:  # a worker outlives every fault
            log.exception("digest of the ledger failed")
            await sleep(_AFTER_A_FAULT_S)
        else:
            await sleep(_TURN_S if won else _STAND_ASIDE_S)


class LedgerReader:
    """Takes a bite of the ledger a turn; what it has seen lies in front of it, until that is settled."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._seen: int | None = None
        self._horizon: Horizon | None = None

    async def turn(self) -> bool:
        """False when another process was faster."""
        mark, last = await self._db.read(read_mark)
        came = 0 if self._seen is None else last - self._seen
        self._seen = last
        if last <= mark:
            return True
        if self._horizon is None or self._horizon.last <= mark:
            self._horizon = await self._db.read(look_ahead)
        if not await self._db.read(is_settled, self._horizon):
            return True
        limit = _BITE_WHILE_BUSY if came > _BUSY_EVENTS else _BITE
        bite = await self._db.read(take_bite, last=self._horizon.last, limit=limit)
        return bite is None or await self._db.write(swallow, bite)
