"""Units of work that the tests of `Database` run, and the database that runs them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from stampwell.db.database import Database, Tx
from stampwell.db.opening import open_database

INSERT = "INSERT INTO outbox (account_id, stamp_id, kind, created_at) VALUES (1, :stamp_id, 'test', 0)"
COUNT = "SELECT COUNT(*) AS n FROM outbox"
NO_SUCH_CARD = """
INSERT INTO stamp (account_id, card_id, code, domain, starts_on, ends_on, active, stamps, max_stamps, reward_title,
                   user_id, created_at)
VALUES (1, 1, 'CODE', '', '', '', :active, 0, 1, '', '', 0)
"""


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
