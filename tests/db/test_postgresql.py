"""PostgreSQL alone: what is tried again, and what a transaction brings along."""

import asyncio
from urllib.parse import urlsplit

import psycopg
import pytest
from units import COUNT, count, insert, stamp_ids, with_database

from kit.databases import Databases
from kit.proxies import TcpProxyTo
from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.database import Database, Preparing, Tx
from stampwell.db.opening import open_database
from stampwell.db.postgres import _PostgresTx


class TestPostgresqlDown:
    def test_unavailable_then_back(self, databases: Databases, tcp_proxy: TcpProxyTo) -> None:
        url = databases.fresh("postgresql")
        address = urlsplit(url)
        between = tcp_proxy(address.hostname or "", address.port or 5432)

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


class TestPostgresqlTransaction:
    def test_what_it_brings_along(self, databases: Databases) -> None:
        shown = ("transaction_isolation", "transaction_read_only", "lock_timeout", "statement_timeout")

        def settings(tx: Tx) -> list[str]:
            return [tx.one(f"SHOW {name}")[name] for name in shown]

        async def story(db: Database) -> None:
            assert await db.read(settings) == ["repeatable read", "on", "5s", "30s"]
            assert await db.write(settings) == ["read committed", "off", "5s", "30s"]

        with_database(databases.fresh("postgresql"), story)

    def test_a_connection_whose_server_has_gone_is_given_up(self, databases: Databases) -> None:
        """After half a minute, not after the system's quarter of an hour; the URL may say otherwise."""
        shown = ("connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout")

        def network(tx: Tx) -> list[str | None]:
            assert isinstance(tx, _PostgresTx)
            options = {option.keyword: option.val for option in tx._connection.pgconn.info}
            return [(options[name.encode()] or b"").decode() for name in shown]

        async def usual(db: Database) -> None:
            assert await db.read(network) == ["5", "10", "5", "3", "20000"]

        async def other(db: Database) -> None:
            assert await db.read(network) == ["2", "10", "5", "3", "9000"]

        url = databases.fresh("postgresql")
        with_database(url, usual)
        with_database(f"{url}{'&' if '?' in url else '?'}connect_timeout=2&tcp_user_timeout=9000", other)

    @pytest.mark.parametrize(("prepare", "prepares"), [("auto", True), ("yes", True), ("no", False)])
    def test_statements_are_prepared_unless_it_is_switched_off(
        self, databases: Databases, prepare: Preparing, prepares: bool
    ) -> None:
        async def run() -> None:
            db = open_database(databases.fresh("postgresql"), connections=1, prepare=prepare)
            await db.start()
            try:
                for _ in range(3):
                    await db.read(count)
                kept = await db.read(lambda tx: tx.all("SELECT statement FROM pg_prepared_statements"))
                assert (COUNT in [row["statement"] for row in kept]) == prepares
            finally:
                await db.close()

        asyncio.run(run())

    def test_a_commit_that_is_refused_says_why(self, databases: Databases) -> None:
        def break_a_rule_that_is_looked_at_last(tx: Tx) -> None:
            tx.run("CREATE TABLE once (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
            tx.run("INSERT INTO once VALUES (1), (1)")

        async def story(db: Database) -> None:
            with pytest.raises(psycopg.errors.UniqueViolation, match="once_n_key"):
                await db.write(break_a_rule_that_is_looked_at_last)
            tables = await db.read(lambda tx: tx.all("SELECT FROM pg_class WHERE relname = 'once'"))
            assert tables == []

        with_database(databases.fresh("postgresql"), story)

    def test_one_that_waits_too_long_is_unavailable(self, databases: Databases) -> None:
        url = databases.fresh("postgresql")

        def wait_for_a_row(tx: Tx) -> None:
            tx.run("SET LOCAL lock_timeout = '10ms'")
            tx.run("UPDATE outbox SET kind = '' WHERE stamp_id = 1")

        def take_long(tx: Tx) -> None:
            tx.run("SET LOCAL statement_timeout = '10ms'")
            tx.one("SELECT pg_sleep(60)")

        async def story(db: Database) -> None:
            await db.write(insert, 1)
            with psycopg.connect(url) as other:
                other.execute("SELECT * FROM outbox FOR UPDATE")
                with pytest.raises(DatabaseUnavailable) as raised:
                    await db.write(wait_for_a_row)
            assert "lock timeout" in raised.value.cause
            for waiting in (db.write(take_long), db.read(take_long)):
                with pytest.raises(DatabaseUnavailable) as raised:
                    await waiting
                assert "statement timeout" in raised.value.cause
            assert await db.write(insert, 2) == 2

        with_database(url, story)


async def _until_available(db: Database) -> list[int]:
    for _ in range(100):
        try:
            return await db.read(stamp_ids)
        except DatabaseUnavailable:
            await asyncio.sleep(0.1)
    raise AssertionError("it did not come back")
