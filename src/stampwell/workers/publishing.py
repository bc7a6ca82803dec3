"""Makes events of what was committed, soon after; fewer at a time while the server is busy, so that requests come first."""

import asyncio
import time
from typing import NamedTuple

import structlog

from stampwell.db.database import Database, Tx
from stampwell.features.events.service import has_pending
from stampwell.features.stamps.ledger.projection import read_offset
from stampwell.features.stamps.publishing import publish
from stampwell.workers.busy import BusyMeter
from stampwell.workers.supervisor import Sleep, supervise

_TURN_S = 0.1
_LOOK_S = 0.2
# On SQLite five milliseconds of the one writer: at 500, a request in twenty waited 60 ms for it right after a rush. On
# PostgreSQL requests share the interpreter alone.
_BATCH = {"sqlite": 100, "postgresql": 200}
_AFTER_A_FAULT_S = 5.0


class _Look(NamedTuple):
    """The highest number of the ledger, and whether anything waits to become an event."""

    last: int
    has_pending: bool


async def publish_forever(db: Database, *, busy: BusyMeter, sleep: Sleep = asyncio.sleep) -> None:
    """Never returns. busy: is told how far the ledger goes."""
    looked_s, batch = 0.0, _BATCH[db.dialect]

    async def turn() -> float:
        nonlocal looked_s
        look, began_s = await db.read(_look), time.monotonic()
        if began_s - looked_s > _LOOK_S:
            looked_s = began_s
            busy.look(look.last)
        published = await db.write(publish, limit=max(1, round(batch * busy.spare))) if look.has_pending else 0
        # What is far behind catches up in half of the time, so that the other half is for requests.
        return time.monotonic() - began_s if published == batch else _TURN_S

    await supervise(
        turn,
        log=structlog.get_logger("stampwell.workers.publishing"),
        failed="publishing of events failed",
        unavailable="publishing of events waits",
        after_fault_s=_AFTER_A_FAULT_S,
        sleep=sleep,
    )


def _look(tx: Tx) -> _Look:
    return _Look(read_offset(tx).last, has_pending(tx))
