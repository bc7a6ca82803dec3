"""The loop that keeps the projection of the ledger up to date: what it takes for a busy server, and how it outlives faults."""

import asyncio
from contextlib import suppress

import pytest
from structlog.testing import capture_logs

from kit.data import Data
from stampwell.db.opening import open_database
from stampwell.workers.busy import BusyMeter
from stampwell.workers.projection import project_forever


class TestBusyMeter:
    """Busy is more than 300 events a second, over a fifth of a second at least."""

    @pytest.mark.parametrize(
        ("seconds", "events", "is_busy"),
        [(1, 300, False), (1, 301, True), (2, 600, False), (2, 601, True), (0.01, 60, False), (0.01, 61, True)],
    )
    def test_it_tells_a_rush_from_a_few(self, seconds: float, events: int, *, is_busy: bool) -> None:
        now = [100.0]
        meter = BusyMeter(clock_s=lambda: now[0])
        assert not meter.is_busy(5000)
        now[0] += seconds
        assert meter.is_busy(5000 + events) is is_busy


def test_it_outlives_a_fault_and_waits_before_it_tries_again(data: Data) -> None:
    data.run("ALTER TABLE ledger_reader RENAME TO elsewhere")
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            raise asyncio.CancelledError

    async def main() -> None:
        db = open_database(data.url, connections=1)
        await db.start()
        try:
            with suppress(asyncio.CancelledError):
                await project_forever(db, sleep=sleep)
        finally:
            await db.close()

    with capture_logs() as logs:
        asyncio.run(main())
    assert [line["event"] for line in logs] == ["projection of the ledger failed"] * 2
    assert waits == [10, 10]
