"""The loop that writes the log of requests: it outlives faults, and a stop in the middle of a write writes nothing twice."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from threading import Event, Thread

import pytest
from structlog.testing import capture_logs

from kit.beside import is_any_waiting
from kit.data import Data
from kit.load import wait_for
from kit.people import Person, open_account
from stampwell.db.database import Tx
from stampwell.db.opening import open_database
from stampwell.features.request_log.recorder import Recorder
from stampwell.workers.request_log import write_requests_forever

_PATIENCE_S = 10


@pytest.fixture
def alice(data: Data) -> Person:
    return open_account(data, now_us=1)


def _count(url: str) -> int:
    with Data(url) as own:
        return own.count("request_block")


def _rename(url: str) -> None:
    with Data(url) as own:
        own.run("ALTER TABLE elsewhere RENAME TO request_block")


def _run(data: Data, alice: Person, story: Callable[[Recorder], Awaitable[None]]) -> None:
    """The story happens beside the loop, which has a request to write; at its end the loop is stopped in order."""

    async def main() -> None:
        db = open_database(data.url, connections=2)
        await db.start()
        recorder = Recorder(db, on_dropped=lambda: None)
        recorder.record(alice, (1, "GET", "/api/stamp/v1/get", 200, 0, "request-1", 800))
        writing = asyncio.create_task(write_requests_forever(recorder, every_s=0.01))
        try:
            await story(recorder)
        finally:
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing
            await recorder.close()
            await db.close()

    asyncio.run(main())


def test_it_outlives_a_fault_and_writes_what_waits(data: Data, alice: Person) -> None:
    data.run("ALTER TABLE request_block RENAME TO elsewhere")
    with capture_logs() as logs:

        async def story(_recorder: Recorder) -> None:
            await asyncio.to_thread(wait_for, lambda: bool(logs))
            await asyncio.to_thread(_rename, data.url)
            await asyncio.to_thread(wait_for, lambda: _count(data.url) == 1)

        _run(data, alice, story)
    assert {line["event"] for line in logs} == {"requests not logged"}
    assert data.count("request_block") == 1


@pytest.mark.one_database("postgresql")
def test_a_stop_in_the_middle_of_a_write_waits_for_its_end(data: Data, alice: Person) -> None:
    locked, ended = Event(), Event()

    def hold(tx: Tx) -> None:
        tx.run("LOCK TABLE request_block IN SHARE MODE")
        locked.set()
        assert ended.wait(_PATIENCE_S)

    def in_the_way() -> None:
        with Data(data.url) as own:
            own.write(hold)

    holder = Thread(target=in_the_way)
    holder.start()
    assert locked.wait(_PATIENCE_S)

    async def story(_recorder: Recorder) -> None:
        def the_write_waits() -> None:
            with Data(data.url) as own:
                wait_for(lambda: is_any_waiting(own))

        await asyncio.to_thread(the_write_waits)
        # The loop is stopped before the event loop comes to this.
        asyncio.get_running_loop().call_soon(ended.set)

    _run(data, alice, story)
    holder.join()
    assert data.count("request_block") == 1
