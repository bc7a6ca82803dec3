"""The door to the data, on both databases: what `Database` promises."""

import asyncio

import pytest
from units import Refused, count, insert, insert_then_break_a_key, insert_then_refuse, opened, stamp_ids, with_database

from kit.data import Data
from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.database import Database, Tx
from stampwell.db.opening import open_database


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

    def test_all_its_statements_see_one_state(self, database_url: str) -> None:
        def around_a_foreign_commit(tx: Tx) -> tuple[list[int], list[int]]:
            before = stamp_ids(tx)
            with Data(database_url) as foreigner:
                foreigner.write(insert, 2)
                assert foreigner.read(stamp_ids) == [1, 2]
            return before, stamp_ids(tx)

        async def story(db: Database) -> None:
            await db.write(insert, 1)
            assert await db.read(around_a_foreign_commit) == ([1], [1])
            # The next one begins anew, whatever became of the one before.
            assert await db.read(stamp_ids) == [1, 2]

        with_database(database_url, story)

    def test_one_that_raised_leaves_nothing_open(self, database_url: str) -> None:
        def refuse_after_reading(tx: Tx) -> None:
            raise Refused(stamp_ids(tx))

        async def story(db: Database) -> None:
            for number in range(1, 20):
                with pytest.raises(Refused):
                    await db.read(refuse_after_reading)
                with pytest.raises(Exception, match=r"(?i)no such table|does not exist"):
                    await db.read(lambda tx: tx.all("SELECT * FROM no_table"))
                await db.write(insert, number)
                assert await db.read(count) == number

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
