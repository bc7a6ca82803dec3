"""The door to the data, on both databases: what `Database` promises."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from kit.databases import Databases
from kit.outside import RelayTo
from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.database import Database, Tx
from stampwell.db.opening import open_database

INSERT = "INSERT INTO outbox (account_id, stamp_id, kind, created_at) VALUES (1, :stamp_id, 'test', 0)"
COUNT = "SELECT COUNT(*) AS n FROM outbox"
NO_SUCH_CARD = """
INSERT INTO stamp (account_id, card_id, code, domain, starts_on, ends_on, active, stamps, max_stamps, reward_title,
                   user_id, created_at)
VALUES (1, 1, 'CODE', '', '', '', :active, 0, 1, '', '', 0)
"""

SQLITE_PROMISES = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


class Refused(Exception):
    """What a unit of work raises when it will not."""


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Database]:
    db = open_database(url)
    await db.start()
    try:
        yield db
    finally:
        await db.close()


def with_database(url: str, story: Callable[[Database], Coroutine[Any, Any, None]]) -> None:
    """Runs the story on the started database of that URL."""

    async def run() -> None:
        async with opened(url) as db:
            await story(db)

    asyncio.run(run())


def insert(tx: Tx, stamp_id: int) -> int:
    tx.run(INSERT, stamp_id=stamp_id)
    return stamp_id


def insert_then_refuse(tx: Tx, stamp_id: int) -> None:
    tx.run(INSERT, stamp_id=stamp_id)
    raise Refused(stamp_id)


def insert_then_break_a_key(tx: Tx, stamp_id: int) -> None:
    tx.run(INSERT, stamp_id=stamp_id)
    tx.run(NO_SUCH_CARD, active=True)


def count(tx: Tx) -> int:
    return int(tx.one(COUNT)["n"])


def stamp_ids(tx: Tx) -> list[int]:
    return [row["stamp_id"] for row in tx.all("SELECT stamp_id FROM outbox ORDER BY stamp_id")]


class TestWrite:
    def test_what_was_answered_is_committed(self, database_url: str) -> None:
        async def story(db: Database) -> None:
            assert await db.write(insert, 7) == 7
            async with opened(database_url) as other:
                assert await other.read(stamp_ids) == [7]

        with_database(database_url, story)

    def test_a_unit_that_raises_leaves_nothing(self, database_url: str) -> None:
        async def story(db: Database) -> None:
            with pytest.raises(Refused, match="7"):
                await db.write(insert_then_refuse, 7)
            assert await db.read(count) == 0

        with_database(database_url, story)

    def test_a_broken_key_leaves_nothing(self, database_url: str) -> None:
        async def story(db: Database) -> None:
            with pytest.raises(Exception, match=r"(?i)foreign key"):
                await db.write(insert_then_break_a_key, 7)
            assert await db.read(count) == 0

        with_database(database_url, story)

    def test_a_unit_that_fails_in_a_group_harms_no_neighbour(self, database_url: str) -> None:
        units = [insert, insert_then_refuse, insert, insert_then_break_a_key]

        async def story(db: Database) -> None:
            # Queued by the calls, before the first is answered: they share commits.
            waiting = [db.write(units[number % 4], number) for number in range(80)]
            answers = await asyncio.gather(*waiting, return_exceptions=True)
            for number, answer in enumerate(answers):
                if number % 2 == 0:
                    assert answer == number
                else:
                    assert isinstance(answer, Exception)
                    assert isinstance(answer, Refused) == (number % 4 == 1)
            assert await db.read(stamp_ids) == list(range(0, 80, 2))

        with_database(database_url, story)

    def test_many_at_once_lose_no_update(self, database_url: str) -> None:
        def add_one(tx: Tx) -> None:
            tx.run("UPDATE outbox SET created_at = created_at + 1 WHERE stamp_id = 1")

        async def story(db: Database) -> None:
            await db.write(insert, 1)
            await asyncio.gather(*(db.write(add_one) for _ in range(300)))
            rows = await db.read(lambda tx: tx.all("SELECT created_at FROM outbox"))
            assert [row["created_at"] for row in rows] == [300]

        with_database(database_url, story)

    def test_a_caller_that_gives_up_harms_nobody(self, database_url: str) -> None:
        async def story(db: Database) -> None:
            waiting = [asyncio.ensure_future(db.write(insert, number)) for number in range(20)]
            for future in waiting[::2]:
                future.cancel()
            answers = await asyncio.gather(*waiting, return_exceptions=True)
            assert answers[1::2] == list(range(1, 20, 2))
            assert set(await db.read(stamp_ids)) >= set(range(1, 20, 2))

        with_database(database_url, story)

    def test_closing_finishes_what_was_queued(self, database_url: str) -> None:
        async def run() -> None:
            db = open_database(database_url)
            await db.start()
            waiting = [db.write(insert, number) for number in range(50)]
            await db.close()
            assert await asyncio.gather(*waiting) == list(range(50))
            async with opened(database_url) as other:
                assert await other.read(count) == 50

        asyncio.run(run())

    def test_after_closing_it_is_unavailable(self, database_url: str) -> None:
        async def run() -> None:
            db = open_database(database_url)
            await db.start()
            await db.close()
            with pytest.raises(DatabaseUnavailable):
                await db.write(insert, 1)

        asyncio.run(run())


class TestRead:
    def test_it_sees_what_was_committed_before(self, database_url: str) -> None:
        async def story(db: Database) -> None:
            for number in range(20):
                await db.write(insert, number)
                assert await db.read(count) == number + 1

        with_database(database_url, story)

    def test_it_cannot_write(self, database_url: str) -> None:
        async def story(db: Database) -> None:
            await db.write(insert, 1)
            with pytest.raises(Exception, match=r"(?i)read.?only|unavailable"):
                await db.read(insert, 2)
            assert await db.read(stamp_ids) == [1]

        with_database(database_url, story)

    def test_a_unit_that_raises_is_heard(self, database_url: str) -> None:
        def refuse(_tx: Tx) -> None:
            raise Refused

        async def story(db: Database) -> None:
            with pytest.raises(Refused):
                await db.read(refuse)
            assert await db.read(count) == 0

        with_database(database_url, story)


class TestTx:
    def test_its_answers(self, database_url: str) -> None:
        def story_of(tx: Tx) -> None:
            assert tx.maybe("SELECT stamp_id FROM outbox") is None
            assert tx.all("SELECT stamp_id FROM outbox") == []
            with pytest.raises(LookupError):
                tx.one("SELECT stamp_id FROM outbox")
            for number in (1, 2, 3):
                insert(tx, number)
            assert tx.run("UPDATE outbox SET kind = :kind WHERE stamp_id > :least", kind="é%s:x?", least=1) == 2
            assert tx.one("SELECT kind FROM outbox WHERE stamp_id = :id", id=3)["kind"] == "é%s:x?"
            assert [row["stamp_id"] for row in tx.all("SELECT stamp_id FROM outbox WHERE kind LIKE '%s:%'")] == [2, 3]
            assert tx.run("DELETE FROM outbox WHERE stamp_id = :id", id=99) == 0
            returned = tx.all("INSERT INTO outbox (account_id, stamp_id, kind, created_at) VALUES (1, 4, '', 0) RETURNING *")
            assert [row["stamp_id"] for row in returned] == [4]

        async def story(db: Database) -> None:
            await db.write(story_of)
            assert await db.read(stamp_ids) == [1, 2, 3, 4]

        with_database(database_url, story)

    def test_it_knows_its_dialect(self, database_url: str, dialect: str) -> None:
        async def story(db: Database) -> None:
            assert (db.dialect, await db.read(lambda tx: tx.dialect)) == (dialect, dialect)

        with_database(database_url, story)


class TestPostgresqlDown:
    def test_unavailable_then_back(self, databases: Databases, relay: RelayTo) -> None:
        url = databases.fresh("postgresql")
        address = urlsplit(url)
        between = relay(address.hostname or "", address.port or 5432)

        async def story(db: Database) -> None:
            await db.write(insert, 1)
            between.cut()
            for call in (db.write(insert, 2), db.read(count)):
                with pytest.raises(DatabaseUnavailable):
                    await call
            between.mend()
            assert await _until_available(db) == [1]

        with_database(url.replace(f":{address.port}/", f":{between.port}/"), story)

    def test_deadlocks_are_tried_again(self, databases: Databases) -> None:
        url = databases.fresh("postgresql")

        def both(tx: Tx, first: int, second: int) -> None:
            for number in (first, second):
                tx.run("UPDATE outbox SET created_at = created_at + 1 WHERE stamp_id = :number", number=number)
                tx.one("SELECT pg_sleep(0.05)")

        async def story(db: Database) -> None:
            await asyncio.gather(db.write(insert, 1), db.write(insert, 2))
            await asyncio.gather(db.write(both, 1, 2), db.write(both, 2, 1))
            rows = await db.read(lambda tx: tx.all("SELECT created_at FROM outbox"))
            assert [row["created_at"] for row in rows] == [2, 2]

        with_database(url, story)


class TestSqliteFile:
    @pytest.mark.parametrize(("pragma", "value"), SQLITE_PROMISES.items(), ids=SQLITE_PROMISES)
    def test_how_it_is_written(self, databases: Databases, pragma: str, value: object) -> None:
        async def story(db: Database) -> None:
            found = await db.write(lambda tx: tx.one(f"PRAGMA {pragma}"))
            assert found[pragma] == value

        with_database(databases.fresh("sqlite"), story)

    def test_a_file_that_is_not_there_stops_the_start(self, databases: Databases) -> None:
        async def run() -> None:
            await open_database(databases.empty("sqlite")).start()

        with pytest.raises(DatabaseUnavailable) as raised:
            asyncio.run(run())
        assert raised.value.cause.endswith("unable to open database file")

    def test_a_file_that_is_no_database_is_not_kept_open(self, databases: Databases) -> None:
        url = databases.empty("sqlite")
        path = Path(url.removeprefix("sqlite:///"))
        path.write_bytes(b"not a database" * 100)

        async def run() -> None:
            await open_database(url).start()

        with pytest.raises(DatabaseUnavailable) as raised:
            asyncio.run(run())
        assert raised.value.cause.endswith("file is not a database")
        # The error is still held, and with it every frame that it came through.
        opened = [one.readlink() for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
        assert path not in opened


async def _until_available(db: Database) -> list[int]:
    for _ in range(100):
        try:
            return await db.read(stamp_ids)
        except DatabaseUnavailable:
            await asyncio.sleep(0.1)
    raise AssertionError("it did not come back")
