"""`/readyz` tells whether the database takes writes, found out by writing. Full disks: `tests/durability/test_disk_full.py`."""

import asyncio
import resource
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager

import httpx2
import pytest

from kit.data import Data
from kit.load import wait_for
from kit.people import ALICES_CARD, open_account
from kit.postgres import PostgresCluster
from kit.process import Command, Serve, ServerProcess
from kit.shop import Shop
from stampwell.db.opening import open_database
from stampwell.operations import readiness
from stampwell.operations.readiness import Readiness

_PROBE = "SELECT value FROM secret WHERE name = 'write-probe'"
_REASON = "Nothing can be written: "


def _ready(server: ServerProcess) -> tuple[int, str]:
    answer = httpx2.get(f"{server.base}/readyz", timeout=30)
    return answer.status_code, answer.json().get("reason", "")


@contextmanager
def _no_file_may_grow(server: ServerProcess) -> Iterator[None]:
    """As on a disk that is full: whatever would be written behind the first byte of a file is refused."""
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@pytest.mark.one_database
def test_sqlite_that_cannot_write(database_url: str, serve: Serve) -> None:
    server = serve(database_url=database_url)
    for _ in range(2):
        with _no_file_may_grow(server):
            wait_for(lambda: _ready(server)[0] == 503)
            assert _ready(server)[1].startswith(_REASON)
            assert httpx2.get(f"{server.base}/healthz").status_code == 200
        wait_for(lambda: _ready(server) == (200, ""))


@pytest.fixture
def own_cluster() -> Iterator[PostgresCluster]:
    cluster = PostgresCluster()
    cluster.start()
    yield cluster
    cluster.remove()


@pytest.mark.one_database("postgresql")
def test_postgresql_that_became_a_standby(own_cluster: PostgresCluster, serve: Serve, stampwell: Command) -> None:
    url = own_cluster.create_database("stampwell")
    assert stampwell("migrate", database_url=url).status == 0
    with Data(url) as data:
        open_account(data, card_id=ALICES_CARD, now_us=1)
    server = serve(database_url=url)
    own_cluster.become_standby()
    wait_for(lambda: _ready(server)[1].startswith(_REASON), seconds=30)
    assert _ready(server)[0] == 503
    own_cluster.promote()
    wait_for(lambda: _ready(server) == (200, ""), seconds=30)


def test_however_often_it_is_asked_it_writes_once_a_second(own_shop: Shop) -> None:
    began_s = time.monotonic()
    seen = set()
    for _ in range(100):
        assert own_shop.request("GET", "/readyz").status == 200
        seen.add(own_shop.data.rows(_PROBE)[0]["value"])
    assert 1 <= len(seen) <= time.monotonic() - began_s + 1


def test_it_keeps_one_row(own_shop: Shop) -> None:
    values = set()

    def another() -> bool:
        assert own_shop.request("GET", "/readyz").status == 200
        values.add(own_shop.data.rows(_PROBE)[0]["value"])
        return len(values) == 2

    wait_for(another)
    assert len(own_shop.data.rows(_PROBE)) == 1


@pytest.mark.one_database
class TestManyWhoAsk:
    @pytest.fixture
    def counted(self, data: Data) -> Data:
        """Where every write of the probe leaves a row."""
        data.run("CREATE TABLE probe (n INTEGER)")
        for what in ("INSERT", "UPDATE"):
            data.run(f"CREATE TRIGGER probe_{what} AFTER {what} ON secret BEGIN INSERT INTO probe VALUES (1); END")
        return data

    @staticmethod
    def _run(data: Data, main: Callable[[Readiness], Coroutine[object, object, None]]) -> None:
        async def opened() -> None:
            db = open_database(data.url, connections=2)
            await db.start()
            try:
                await main(Readiness(db))
            finally:
                await db.close()

        asyncio.run(opened())

    def test_at_once_make_one_write(self, counted: Data) -> None:
        async def main(readiness: Readiness) -> None:
            assert await asyncio.gather(*(readiness.problem() for _ in range(20))) == [""] * 20

        self._run(counted, main)
        assert counted.count("probe") == 1

    def test_one_after_the_other_make_one_each_when_it_is_time(self, counted: Data, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(readiness, "_WRITE_EVERY_S", 0.0)

        async def main(readiness: Readiness) -> None:
            assert [await readiness.problem() for _ in range(3)] == [""] * 3

        self._run(counted, main)
        assert counted.count("probe") == 3

    def test_one_who_hangs_up_takes_nobody_elses_answer_along(self, counted: Data) -> None:
        async def main(readiness: Readiness) -> None:
            asking = [asyncio.ensure_future(readiness.problem()) for _ in range(3)]
            while readiness._writing is None:  # noqa: ASYNC110 - it tells nobody
                await asyncio.sleep(0)
            asking[0].cancel()
            answers = await asyncio.gather(*asking, return_exceptions=True)
            assert isinstance(answers[0], asyncio.CancelledError)
            assert answers[1:] == ["", ""]

        self._run(counted, main)
