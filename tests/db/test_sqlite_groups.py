"""SQLite alone: how many units of work share a commit, and how many rows one statement takes."""

import asyncio
import threading

import pytest
from units import count, insert, opened, stamp_ids, with_database

from kit.data import Data
from kit.databases import Databases
from stampwell.db.database import Database, Tx
from stampwell.db.rows import over_rows, run_over_rows


def test_at_most_256_units_share_a_commit(databases: Databases) -> None:
    url = databases.fresh("sqlite")
    at_work, go_on = threading.Event(), threading.Event()

    def hold(_tx: Tx) -> None:
        at_work.set()
        assert go_on.wait(20)

    def insert_and_look(tx: Tx, number: int) -> int:
        """What others see of it while the unit runs: what was committed before."""
        insert(tx, number)
        with Data(url) as other:
            return other.read(count)

    async def story(db: Database) -> None:
        held = db.write(hold)
        await asyncio.to_thread(at_work.wait, 20)
        waiting = [db.write(insert_and_look if number in {255, 256} else insert, number) for number in range(300)]
        go_on.set()
        await held
        seen = await asyncio.gather(*waiting)
        assert (seen[255], seen[256]) == (0, 256)
        async with opened(url) as other:
            assert await other.read(stamp_ids) == list(range(300))

    with_database(url, story)


@pytest.mark.parametrize(("rows", "statements"), [(1, [1]), (32, [32]), (33, [32, 1]), (100, [32, 32, 32, 4])])
def test_a_statement_takes_32_rows(databases: Databases, rows: int, statements: list[int]) -> None:
    """Every number of rows has a prepared statement of its own, which the connection keeps."""
    values = [(1, number, "test", number) for number in range(rows)]
    columns = {"account_id": "bigint", "stamp_id": "bigint", "kind": "text", "created_at": "bigint"}

    def insert_all(tx: Tx) -> tuple[list[int], int]:
        counted = over_rows(tx, columns, values, "SELECT COUNT(*) AS n FROM r")
        insertion = f"INSERT INTO outbox ({', '.join(columns)}) SELECT {', '.join(columns)} FROM r"
        return [row["n"] for row in counted], run_over_rows(tx, columns, values, insertion)

    async def story(db: Database) -> None:
        assert await db.write(insert_all) == (statements, rows)
        assert await db.read(stamp_ids) == list(range(rows))

    with_database(databases.fresh("sqlite"), story)
