"""The worker that reads the ledger, run by hand: tests do not wait for its turns."""

import asyncio
import time

from kit.data import Data
from stampwell.db.opening import open_database
from stampwell.features.stamps.ledger.projection import read_offset
from stampwell.workers.projection import LedgerProjection, Turn

_PATIENCE_S = 60.0
_LOOK_AGAIN_S = 0.02


def project(data: Data, *, turns: int | None = None) -> None:
    """Returns when the whole ledger has been read; or after so many turns, whatever has been read by then.

    A turn reads nothing while a transaction is open that may have written events: one of any database of the cluster.
    """

    async def main() -> None:
        db = open_database(data.url, connections=1)
        await db.start()
        try:
            reader, until_s, taken = LedgerProjection(db), time.monotonic() + _PATIENCE_S, 0
            while taken != turns:
                offset, last = await db.read(read_offset)
                if last <= offset:
                    return
                assert time.monotonic() < until_s, f"the ledger is read up to {offset} of {last}, and no further"
                taken += 1
                if await reader.turn() is not Turn.MORE and turns is None:
                    await asyncio.sleep(_LOOK_AGAIN_S)
        finally:
            await db.close()

    asyncio.run(main())
