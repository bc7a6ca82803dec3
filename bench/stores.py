"""Databases to write to: migrated, with an account on a plan without limits, card 123 and a key."""

import asyncio
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import apsw
import psycopg

from stampwell.core.actors import OPERATOR
from stampwell.core.clock import SystemClock
from stampwell.db.database import Tx
from stampwell.db.opening import open_database
from stampwell.db.sqlite_file import READ_WRITE, open_sqlite
from stampwell.features.accounts import service as accounts
from stampwell.features.cards import service as cards
from stampwell.features.keys import service as keys
from stampwell.features.keys.model import ALL_SCOPES
from stampwell.features.stamps.contract.examples import SAMPLE_CARD_IDX

_ENDS = """
SELECT (SELECT coalesce(max(stamp_id), 0) FROM stamp) AS stamps, (SELECT coalesce(max(event_id), 0) FROM stamp_event) AS events,
       {told} AS told
"""
# What was told leaves the outbox when it becomes an event: its numbers say how much it was.
_TOLD = {
    True: "coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0)",
    False: "(SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM outbox_outbox_id_seq)",
}
_COUNTS_AFTER = """
SELECT (SELECT count(*) FROM stamp WHERE stamp_id > {}) AS stamps,
       (SELECT count(*) FROM stamp_event WHERE event_id > {}) AS events,
       {} AS told
"""
_UNPROVED = """
SELECT count(*) FROM stamp s
WHERE s.stamps <> (SELECT coalesce(sum(e.stamps_after - e.stamps_before), 0) FROM stamp_event e
                   WHERE e.account_id = s.account_id AND e.stamp_id = s.stamp_id)
"""
_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND tablename IN ('stamp', 'stamp_event') AND indexdef NOT LIKE 'CREATE UNIQUE%'
"""
_SQLITE = "sqlite:///"


class Counts(NamedTuple):
    """Rows: stamps, their ledger and their outbox."""

    stamps: int = 0
    events: int = 0
    told: int = 0


@dataclass(frozen=True, slots=True)
class Store:
    """A database and the key that opens its one account."""

    url: str
    account_id: int
    api_key: str

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith(_SQLITE)

    def ends(self) -> Counts:
        """The highest numbers given so far: what comes later has higher ones."""
        return Counts(*self.ask(_ENDS.format(told=_TOLD[self.is_sqlite]))[0])

    def count_after(self, ends: Counts) -> Counts:
        """How many rows came after those."""
        told = f"{_TOLD[self.is_sqlite]} - {ends.told}"
        return Counts(*self.ask(_COUNTS_AFTER.format(ends.stamps, ends.events, told))[0])

    def unproved(self) -> int:
        """Stamps whose count is not the sum of their ledger."""
        return int(self.ask(_UNPROVED)[0][0])

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """Its rows."""
        if self.is_sqlite:
            with closing(self._open_sqlite()) as connection:
                return connection.execute(statement).fetchall()
        with psycopg.connect(self.url) as connection:
            # No part of the statement is from outside.
            return connection.execute(statement.encode()).fetchall()

    def run(self, statements: Iterable[str]) -> None:
        """Runs them one after the other, beside the server."""
        if self.is_sqlite:
            with closing(self._open_sqlite()) as connection:
                for statement in statements:
                    connection.execute(statement)
            return
        with psycopg.connect(self.url, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def _open_sqlite(self) -> apsw.Connection:
        return open_sqlite(Path(self.url.removeprefix(_SQLITE)), READ_WRITE)

    def tidy(self) -> None:
        """Leaves the words and counts as after a night's upkeep; no server has the database open."""
        if self.is_sqlite:
            with closing(self._open_sqlite()) as connection:
                connection.execute("ANALYZE stamp_word")
            return
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def fill(self, statements: Iterable[str]) -> None:
        """Runs them on the database, which no server has open, and leaves it as after a night's upkeep."""
        if self.is_sqlite:
            with closing(self._open_sqlite()) as connection:
                # Unsafe, but nothing that would be missed after a crash.
                for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -262144"):
                    connection.execute(f"PRAGMA {pragma}").fetchall()
                connection.execute("BEGIN")
                for statement in statements:
                    connection.execute(statement)
                connection.execute("COMMIT")
                connection.execute("ANALYZE")
            return
        with psycopg.connect(self.url, autocommit=True) as connection:
            indexes = connection.execute(_INDEXES).fetchall()
            # Row by row, indexes and foreign keys took most of the time.
            dropped = [f"DROP INDEX {name}" for name, _ in indexes]
            given = ["SET session_replication_role = replica", "SET maintenance_work_mem = '256MB'"]
            made = [definition for _, definition in indexes]
            for statement in (*given, *dropped, *statements, *made, "VACUUM ANALYZE", "CHECKPOINT"):
                connection.execute(statement.encode())


def make_store(url: str) -> Store:
    """Brings that empty database to the newest schema and fills in what a creation needs."""
    subprocess.run([sys.executable, "-m", "stampwell.db.migrations", url], check=True, stdout=subprocess.DEVNULL)
    account_id, api_key = asyncio.run(_seeded(url))
    return Store(url, account_id, api_key)


async def _seeded(url: str) -> tuple[int, str]:
    db = open_database(url, connections=1)
    await db.start()
    try:
        return await db.write(_seed)
    finally:
        await db.close()


def _seed(tx: Tx) -> tuple[int, str]:
    now_us = SystemClock().now_us()
    account = accounts.create(tx, name="Bean & Co", plan="enterprise", time_zone="UTC", actor=OPERATOR, now_us=now_us)
    cards.create(
        tx,
        account.account_id,
        name="Coffee card",
        max_stamps=10,
        reward_title="One coffee",
        card_id=SAMPLE_CARD_IDX,
        actor=OPERATOR,
        now_us=now_us,
    )
    made = keys.create(tx, account.account_id, name="bench", scopes=ALL_SCOPES, expires_at=None, actor=OPERATOR, now_us=now_us)
    return account.account_id, made.api_key
