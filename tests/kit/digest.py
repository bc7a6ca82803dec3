"""The worker that reads the ledger, run by hand: tests do not wait for its turns."""

import asyncio

from kit.data import Data
from stampwell.db.opening import open_database
from stampwell.features.stamps.digest import read_mark
from stampwell.workers.digest import LedgerReader


def digest(data: Data, *, turns: int = 20) -> None:
    """Takes turns until the whole ledger has been read, or that many."""

    async def main() -> None:
        db = open_database(data.url, connections=1)
        await db.start()
        try:
            reader = LedgerReader(db)
            for _ in range(turns):
                mark, last = await db.read(read_mark)
                if last <= mark:
                    return
                await reader.turn()
        finally:
            await db.close()

    asyncio.run(main())
