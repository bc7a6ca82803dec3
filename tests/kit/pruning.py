"""Turns of the worker that prunes."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from structlog.testing import capture_logs

from kit.clock import FakeClock
from kit.data import Data
from kit.load import wait_for
from stampwell.db.opening import open_database
from stampwell.workers.prune import prune_forever


class CountingClock:
    """then: what happens right after the first look."""

    def __init__(self, clock: FakeClock, then: Callable[[], None] = lambda: None) -> None:
        self._clock = clock
        self._then = then
        self.looks = 0

    def now_us(self) -> int:
        now_us = self._clock.now_us()
        self.looks += 1
        if self.looks == 1:
            self._then()
        return now_us


def prune(data: Data, clock: FakeClock, *, until: Callable[[], bool], then: Callable[[], None] = lambda: None) -> list[str]:
    """A whole turn of the worker's at least; what it logged, once each."""

    counting = CountingClock(clock, then)

    async def main() -> None:
        db = open_database(data.url, connections=2)
        await db.start()
        pruning = asyncio.create_task(prune_forever(db, clock=counting, keep_days=30, every_s=0))
        try:
            await asyncio.to_thread(wait_for, until)
            # A turn looks at the clock once: one has come to its end.
            looks = counting.looks + 1
            await asyncio.to_thread(wait_for, lambda: counting.looks > looks)
        finally:
            pruning.cancel()
            with suppress(asyncio.CancelledError):
                await pruning
            await db.close()

    with capture_logs() as logs:
        asyncio.run(main())
    return sorted({line["event"] for line in logs})
