"""PostgreSQL alone: what is tried again and how often, and what is known of a transaction whose connection broke."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import psycopg
import pytest
from units import insert, stamp_ids, with_database

from kit.data import Data
from kit.databases import Databases
from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.database import Database, Tx
from stampwell.db.opening import open_database

_SERIALIZATION, _DEADLOCK, _FOREIGN_KEY = "40001", "40P01", "23503"
_END_THE_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
def url(databases: Databases) -> str:
    return databases.fresh("postgresql")


class Failing:
    """Inserts a row; the server refuses that with the error's code, so many times."""

    def __init__(self, sqlstate: str, times: int) -> None:
        self.runs = 0
        self._sqlstate = sqlstate
        self._times = times

    def __call__(self, tx: Tx) -> int:
        self.runs += 1
        insert(tx, self.runs)
        if self.runs <= self._times:
            tx.run(f"DO $$ BEGIN RAISE SQLSTATE '{self._sqlstate}'; END $$")
        return self.runs


class TestAnotherTry:
    @pytest.mark.parametrize("sqlstate", [_SERIALIZATION, _DEADLOCK, _FOREIGN_KEY])
    def test_the_fifth_may_go_well(self, url: str, sqlstate: str) -> None:
        async def story(db: Database) -> None:
            assert await db.write(Failing(sqlstate, 4)) == 5
            # Nothing of the four before it has stayed.
            assert await db.read(stamp_ids) == [5]

        with_database(url, story)

    @pytest.mark.parametrize(
        ("sqlstate", "error"),
        [
            (_SERIALIZATION, DatabaseUnavailable),
            (_DEADLOCK, DatabaseUnavailable),
            (_FOREIGN_KEY, psycopg.errors.ForeignKeyViolation),
        ],
    )
    def test_there_is_no_sixth(self, url: str, sqlstate: str, error: type[Exception]) -> None:
        async def story(db: Database) -> None:
            failing = Failing(sqlstate, 10)
            with pytest.raises(error) as raised:
                await db.write(failing)
            assert failing.runs == 5
            assert not getattr(raised.value, "in_doubt", False)
            assert await db.read(stamp_ids) == []

        with_database(url, story)

    def test_other_faults_are_not_tried_again(self, url: str) -> None:
        async def story(db: Database) -> None:
            failing = Failing("23505", 10)
            with pytest.raises(psycopg.errors.UniqueViolation):
                await db.write(failing)
            assert failing.runs == 1

        with_database(url, story)


class TestABrokenConnection:
    def test_within_the_work_nothing_was_done(self, url: str) -> None:
        runs = []

        def break_off(tx: Tx) -> None:
            runs.append(insert(tx, 1))
            tx.one("SELECT pg_terminate_backend(pg_backend_pid())")

        async def story(db: Database) -> None:
            with pytest.raises(DatabaseUnavailable) as raised:
                await db.write(break_off)
            assert (raised.value.in_doubt, runs) == (False, [1])
            assert await db.read(stamp_ids) == []

        with_database(url, story)

    def test_at_the_commit_it_is_in_doubt_and_not_tried_again(self, url: str) -> None:
        runs = []

        def break_off_at_the_commit(tx: Tx) -> None:
            runs.append(insert(tx, 1))
            tx.run("""
                CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$
            """)
            tx.run("""
                CREATE CONSTRAINT TRIGGER late AFTER INSERT ON outbox DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION break_off()
            """)
            insert(tx, 2)

        async def story(db: Database) -> None:
            with pytest.raises(DatabaseUnavailable) as raised:
                await db.write(break_off_at_the_commit)
            assert (raised.value.in_doubt, runs) == (True, [1])

        with_database(url, story)

    @pytest.mark.parametrize("unit", ["write", "read"])
    def test_before_the_work_another_one_is_taken(self, url: str, unit: str) -> None:
        """After a restart of the server, every connection of the pool is broken."""

        async def story(db: Database) -> None:
            await _open_all(db, 8)
            await asyncio.to_thread(_end_all_others, url)
            if unit == "write":
                assert await db.write(insert, 7) == 7
            else:
                assert await db.read(stamp_ids) == []

        _with_connections(url, 8, story)

    def test_no_more_connections_are_opened_than_there_may_be(self, url: str) -> None:
        async def story(db: Database) -> None:
            await _open_all(db, 2)
            await asyncio.gather(*(db.write(insert, number) for number in range(30)))
            sql = "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE datname = current_database()"
            assert (await db.read(lambda tx: tx.one(sql)))["n"] == 2

        _with_connections(url, 2, story)


def _with_connections(url: str, number: int, story: Callable[[Database], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        db = open_database(url, connections=number)
        await db.start()
        try:
            await story(db)
        finally:
            await db.close()

    asyncio.run(run())


async def _open_all(db: Database, number: int) -> None:
    """So many transactions at the same moment."""
    together = threading.Barrier(number)
    await asyncio.gather(*(db.read(lambda _tx: together.wait(10)) for _ in range(number)))


def _end_all_others(url: str) -> None:
    with Data(url) as data:
        data.read(lambda tx: tx.all(_END_THE_OTHERS))
