"""The pruner forgets files of imports and the log of requests after a week, by itself."""

import asyncio
from contextlib import suppress

import pytest

from kit.clock import FakeClock
from kit.data import Data
from kit.importing import uploaded
from kit.load import wait_for
from kit.people import open_account
from stampwell.db.opening import open_database
from stampwell.features.request_log import service as request_log
from stampwell.features.request_log.blocks import pack
from stampwell.workers.prune import prune_forever

_WEEK_S = 7 * 86_400


def _left(url: str) -> tuple[int, int]:
    with Data(url) as own:
        return own.count("import_file"), own.count("request_block")


@pytest.mark.one_database
def test_what_is_a_week_old_goes_and_the_rest_stays(data: Data) -> None:
    clock = FakeClock()
    alice = open_account(data, now_us=clock.now_us())
    for age_s in (_WEEK_S + 1, 0):
        then = FakeClock()
        then.advance(seconds=-age_s)
        uploaded(data, alice, then, ["userId", "kim"])
        entry = (then.now_us(), "GET", "/api/stamp/v1/get", 200, 0, "request", 800, alice.key_id)
        data.write(request_log.write, blocks=[pack(alice.account_id, [entry])])

    async def main() -> None:
        db = open_database(data.url, connections=2)
        await db.start()
        pruning = asyncio.create_task(prune_forever(db, clock=clock, keep_days=30, every_s=3600))
        try:
            await asyncio.to_thread(wait_for, lambda: _left(data.url) == (1, 1))
        finally:
            pruning.cancel()
            with suppress(asyncio.CancelledError):
                await pruning
            await db.close()

    assert _left(data.url) == (2, 2)
    asyncio.run(main())
    assert data.rows("SELECT created_at FROM import_job ORDER BY job_id DESC")[0]["created_at"] == clock.now_us()
    assert data.rows("SELECT ends_at FROM request_block") == [{"ends_at": clock.now_us()}]
