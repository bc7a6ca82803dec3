"""SQLite alone: how a file is opened, and what its errors mean."""

import asyncio
from pathlib import Path

import apsw
import pytest
from units import count, insert, insert_then_break_a_key, stamp_ids, with_database

from kit.databases import Databases
from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.database import Database, Tx
from stampwell.db.opening import open_database

SQLITE_PROMISES = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "wal_autocheckpoint": 4000}


class TestSqliteFile:
    @pytest.mark.parametrize(("pragma", "value"), SQLITE_PROMISES.items(), ids=SQLITE_PROMISES)
    def test_how_it_is_written(self, databases: Databases, pragma: str, value: object) -> None:
        async def story(db: Database) -> None:
            found = await db.write(lambda tx: tx.one(f"PRAGMA {pragma}"))
            assert found[pragma] == value

        with_database(databases.fresh("sqlite"), story)

    def test_another_process_is_waited_for(self, databases: Databases) -> None:
        def patience_ms(tx: Tx) -> object:
            return tx.one("PRAGMA busy_timeout")["timeout"]

        async def story(db: Database) -> None:
            assert [await db.write(patience_ms), await db.read(patience_ms)] == [5000, 5000]

        with_database(databases.fresh("sqlite"), story)

    def test_readers_are_refused_to_write_twice_over(self, databases: Databases) -> None:
        """By how the file is opened, and by the connection."""

        async def story(db: Database) -> None:
            assert (await db.read(lambda tx: tx.one("PRAGMA query_only")))["query_only"] == 1

            def insert_all_the_same(tx: Tx) -> None:
                tx.run("PRAGMA query_only = OFF")
                insert(tx, 1)

            with pytest.raises(DatabaseUnavailable, match="unavailable") as raised:
                await db.read(insert_all_the_same)
            assert raised.value.cause == "attempt to write a readonly database"
            assert await db.read(count) == 0

        with_database(databases.fresh("sqlite"), story)

    def test_a_broken_key_is_a_fault_of_ours_and_no_lack_of_room(self, databases: Databases) -> None:
        async def story(db: Database) -> None:
            with pytest.raises(apsw.ConstraintError, match="FOREIGN KEY"):
                await db.write(insert_then_break_a_key, 1)
            with pytest.raises(apsw.ConstraintError, match="UNIQUE"):
                await db.write(lambda tx: tx.run("INSERT INTO ledger_reader (name, event_id) VALUES ('digest', 0)"))

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


class TestSqliteErrors:
    @pytest.mark.parametrize(
        "kind",
        [
            *(apsw.BusyError, apsw.LockedError, apsw.ReadOnlyError, apsw.IOError),
            *(apsw.FullError, apsw.CantOpenError, apsw.ProtocolError),
        ],
    )
    def test_what_another_try_may_mend(self, databases: Databases, kind: type[apsw.Error]) -> None:
        assert self._raised(databases, kind) == [(DatabaseUnavailable, "said so")] * 2

    @pytest.mark.parametrize(
        "kind",
        [apsw.ConstraintError, apsw.SQLError, apsw.CorruptError, apsw.NotADBError, apsw.InterruptError, apsw.MisuseError],
    )
    def test_what_is_a_fault(self, databases: Databases, kind: type[apsw.Error]) -> None:
        assert self._raised(databases, kind) == [(kind, "said so")] * 2

    def test_no_room(self, databases: Databases) -> None:
        def fill(tx: Tx) -> None:
            # It is taken for as many as there are.
            tx.run("PRAGMA max_page_count = 1")
            for number in range(10_000):
                insert(tx, number)

        async def story(db: Database) -> None:
            answers = await asyncio.gather(db.write(insert, -1), db.write(fill), db.write(insert, -2), return_exceptions=True)
            assert isinstance(answers[1], DatabaseUnavailable)
            assert answers[1].cause == "database or disk is full"
            # Of those that shared its transaction nothing is left, and they were told so.
            assert all(isinstance(answer, int | DatabaseUnavailable) for answer in answers)
            stored = {answer for answer in answers if isinstance(answer, int)}
            assert set(await db.read(stamp_ids)) == stored
            await db.write(lambda tx: tx.run("PRAGMA max_page_count = 1000000"))
            assert await db.write(insert, 7) == 7

        with_database(databases.fresh("sqlite"), story)

    def _raised(self, databases: Databases, kind: type[apsw.Error]) -> list[tuple[type[BaseException], str]]:
        """By a unit that reads, and by one that writes."""
        found: list[tuple[type[BaseException], str]] = []

        def fail(_tx: Tx) -> None:
            raise kind("said so")

        async def story(db: Database) -> None:
            for waiting in (db.read(fail), db.write(fail)):
                with pytest.raises(Exception, match=r".") as raised:
                    await waiting
                error = raised.value
                found.append((type(error), error.cause if isinstance(error, DatabaseUnavailable) else str(error)))

        with_database(databases.fresh("sqlite"), story)
        return found
