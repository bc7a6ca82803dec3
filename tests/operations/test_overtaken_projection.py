"""Of two processes that read the same part of the ledger, the one that comes second leaves it to the other for a while."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from kit.data import Data
from kit.people import open_account
from kit.projection import project
from kit.search_shop import NOW_US, SearchShop
from stampwell.db.database import Database
from stampwell.db.opening import open_database
from stampwell.workers.projection import LedgerProjection, Turn, project_forever


class _Overtaken:
    """A database where somebody else always writes just before."""

    def __init__(self, db: Database, before_write: Callable[[], object]) -> None:
        self.read = db.read
        self._db = db
        self._before_write = before_write

    async def write(self, unit: Callable[..., Any], *given: Any, **named: Any) -> Any:
        await asyncio.to_thread(self._before_write)
        return await self._db.write(unit, *given, **named)


@pytest.fixture
def search_shop(data: Data) -> SearchShop:
    return SearchShop(data, open_account(data, now_us=NOW_US))


def overtaken(data: Data, work: Callable[[Any], Any]) -> Any:
    """What the work makes of a database on which another process is faster."""

    async def main() -> Any:
        db = open_database(data.url, connections=1)
        await db.start()
        try:
            return await work(_Overtaken(db, lambda: project(data)))
        finally:
            await db.close()

    return asyncio.run(main())


def test_its_turn_is_lost_and_nothing_is_counted_twice(data: Data, search_shop: SearchShop) -> None:
    search_shop.issue("Kim")
    assert overtaken(data, lambda db: LedgerProjection(db).turn()) is Turn.LOST
    assert data.rows("SELECT SUM(count) AS n FROM daily_count")[0]["n"] == 1


def test_it_waits_longer_than_after_a_turn_of_its_own(data: Data, search_shop: SearchShop) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            raise asyncio.CancelledError

    async def work(db: Any) -> None:
        with pytest.raises(asyncio.CancelledError):
            await project_forever(db, sleep=sleep)

    search_shop.issue("Kim")
    overtaken(data, work)
    assert slept == [10.0, 1.0]
