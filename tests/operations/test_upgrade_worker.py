"""The worker that upgrades old stamps: it ends when all is done, outlives faults and gives way to a busy server."""

import asyncio

import pytest

from kit.data import Data
from kit.people import open_account
from kit.projection import project
from kit.search_shop import NOW_US, SearchShop
from kit.upgrade import make_old
from stampwell.db.opening import open_database
from stampwell.features.stamps.search import upgrading
from stampwell.workers import upgrade as worker


@pytest.fixture
def search_shop(data: Data) -> SearchShop:
    return SearchShop(data, open_account(data, max_stamps=3, now_us=NOW_US))


def _issue_old(search_shop: SearchShop, count: int) -> list[int]:
    stamps = [search_shop.issue(name="김민수", phone="010-5550-3998") for _ in range(count)]
    project(search_shop.data)
    make_old(search_shop.data)
    return stamps


class TestTheWorker:
    @staticmethod
    def _run(data: Data, *, fail_at: int | None = None) -> list[float]:
        """The pauses it made until it returned."""
        pauses: list[float] = []

        async def sleep(seconds: float) -> None:
            pauses.append(seconds)
            if fail_at == len(pauses):
                await asyncio.to_thread(data.run, "ALTER TABLE stamp_upgrade RENAME TO elsewhere")
            elif fail_at is not None and len(pauses) == fail_at + 1:
                await asyncio.to_thread(data.run, "ALTER TABLE elsewhere RENAME TO stamp_upgrade")

        async def main() -> None:
            db = open_database(data.url, connections=1)
            await db.start()
            await worker.upgrade_stamps(db, sleep=sleep)
            await db.close()

        asyncio.run(main())
        return pauses

    def test_ends_when_all_is_done(self, search_shop: SearchShop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(worker, "_STEP", 2)
        stamps = _issue_old(search_shop, 5)
        assert len(self._run(search_shop.data)) == 4
        assert {search_shop.data.stamp(stamp)["user_phone_digits"] for stamp in stamps} == {"01055503998"}
        assert self._run(search_shop.data) == []

    def test_outlives_a_fault(self, search_shop: SearchShop, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(worker, "_STEP", 2)
        stamps = _issue_old(search_shop, 5)
        pauses = self._run(search_shop.data, fail_at=1)
        assert pauses[1] == 10.0
        assert {search_shop.data.stamp(stamp)["user_phone_digits"] for stamp in stamps} == {"01055503998"}

    def test_takes_small_steps_with_long_pauses_while_the_server_is_busy(self, search_shop: SearchShop) -> None:
        _issue_old(search_shop, 30)

        async def main() -> None:
            db = open_database(search_shop.data.url, connections=1)
            await db.start()
            upgrader = worker.StampUpgrader(db)
            upgrader._busy.is_busy(-10_000)
            assert await upgrader.turn() == worker._PAUSE_WHILE_BUSY_S
            assert (await db.read(upgrading.read_place)).after_id < 30
            await db.close()

        asyncio.run(main())
