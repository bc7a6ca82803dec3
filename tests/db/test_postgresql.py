"""PostgreSQL alone: what is tried again."""

import asyncio
from urllib.parse import urlsplit

import pytest
from units import count, insert, stamp_ids, with_database

from kit.databases import Databases
from kit.outside import RelayTo
from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.database import Database, Tx


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


async def _until_available(db: Database) -> list[int]:
    for _ in range(100):
        try:
            return await db.read(stamp_ids)
        except DatabaseUnavailable:
            await asyncio.sleep(0.1)
    raise AssertionError("it did not come back")
