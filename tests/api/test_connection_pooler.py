"""PostgreSQL behind PgBouncer in transaction mode: everything works, and nobody else finds anything changed."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
import pytest

from kit.clock import FakeClock
from kit.command import InProcess
from kit.data import Data
from kit.databases import Databases
from kit.people import open_account
from kit.pooler import Pooler
from kit.shop import Shop
from kit.shops import OpenShop
from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.database import Tx
from stampwell.db.migrations.__main__ import main as migrate
from stampwell.db.opening import open_database
from stampwell.db.revision import require_head
from stampwell.workers.proof import prove_once

_SERVER_CONNECTIONS = 2
_CLIENTS = 16
_STAMPS_LEFT = 20
_LONGER_THAN_WE_TRY_S = 6

# What a client of ours could leave in a session.
_SETTINGS = (
    *("default_transaction_read_only", "default_transaction_isolation", "transaction_read_only", "transaction_isolation"),
    *("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "search_path", "TimeZone", "client_encoding"),
)
_LEFT_BEHIND = """
SELECT (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_cursors),
       (SELECT count(*) FROM pg_listening_channels()),
       (SELECT count(*) FROM pg_class WHERE relpersistence = 't'),
       (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid())
"""


class Foreigner:
    """Another program that shares the pooler: a transaction on each of its connections to the server, all open at once."""

    def __init__(self, url: str) -> None:
        self._opened = ExitStack()
        self.sessions = [
            self._opened.enter_context(psycopg.connect(url, prepare_threshold=None)) for _ in range(_SERVER_CONNECTIONS)
        ]

    def __enter__(self) -> Self:
        # Each begins before another ends, so that no connection to the server comes twice.
        assert len({session.execute("SELECT pg_backend_pid()").fetchone() for session in self.sessions}) == _SERVER_CONNECTIONS
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._opened.close()

    def run(self, *statements: str) -> None:
        """In every session."""
        for session in self.sessions:
            for statement in statements:
                session.execute(statement.encode())

    def sees(self) -> list[tuple[Any, ...]]:
        """Settings and what is left behind, of every session."""
        asked = (*(f"SHOW {name}" for name in _SETTINGS), _LEFT_BEHIND)
        return [tuple(session.execute(sql.encode()).fetchone() for sql in asked) for session in self.sessions]


def _isolation(tx: Tx) -> str:
    return str(tx.one("SHOW transaction_isolation")["transaction_isolation"])


def _change_nothing(tx: Tx) -> int:
    return tx.run("DELETE FROM card WHERE card_id = 0")


@pytest.fixture
def direct(databases: Databases) -> str:
    return databases.fresh("postgresql")


@pytest.fixture
def pooled(direct: str, pooler: Pooler) -> str:
    return pooler(direct, server_connections=_SERVER_CONNECTIONS).url


@pytest.fixture
def untouched(pooled: str) -> list[tuple[Any, ...]]:
    """What a foreigner sees before we come."""
    with Foreigner(pooled) as foreigner:
        return foreigner.sees()


def _life(shop: Shop, number: int) -> set[tuple[str, str]]:
    """A card and its stamps from the first request to the last; the routes that were asked."""
    asked, keys = set(), count()

    def ask(method: str, path: str, **fields: object) -> Any:
        asked.add((method, f"/api/{path}"))
        sent = {"query": fields} if method in {"GET", "DELETE"} else {"body": fields}
        headers = {} if method == "GET" else {"Idempotency-Key": f"{number}-{next(keys)}"}
        answer = shop.request(method, f"/api/{path}", by=shop.alice, headers=headers, **sent)
        assert answer.status == 200, answer.content
        return answer.json["result"]

    days = {"strtYmd": "2026-03-01", "endYmd": "2026-12-31"}
    card = ask("POST", "card/v1/create", cardNm=f"Card {number}", maxStamps=3)
    ask("PUT", "card/v1/update", cardIdx=card, cardNm=f"Card {number}, renamed")
    assert ask("GET", "card/v1/get", cardIdx=card)["cardNm"] == f"Card {number}, renamed"
    stamp = ask("POST", "stamp/v1/create", cardIdx=card, userId=f"user{number}", **days)
    rows = [{"cardIdx": card, "userId": f"of many {row}", **days} for row in range(_STAMPS_LEFT)]
    assert len(ask("POST", "stamp/v1/bulk", stamps=rows)) == _STAMPS_LEFT
    assert ask("GET", "stamp/v1/validate", stampIdx=stamp)["stamps"] == 0
    ask("PUT", "stamp/v1/add", stampIdx=stamp, count=3)
    ask("PUT", "stamp/v1/remove", stampIdx=stamp, count=1)
    assert ask("GET", "stamp/v1/get", stampIdx=stamp)["stamps"] == 2
    ask("PUT", "stamp/v1/update", stampIdx=stamp, userNm="Kim")
    ask("PUT", "stamp/v1/add", stampIdx=stamp, count=1)
    ask("PUT", "stamp/v1/redeem", stampIdx=stamp, orderRef=f"R-{number}")
    actions = [row["action"] for row in ask("GET", "stamp/v1/history", stampIdx=stamp)["list"]]
    assert actions == ["redeemed", "added", "updated", "removed", "added", "issued"]
    assert len(ask("GET", "stamp/v1/list", cardIdx=card)["list"]) == _STAMPS_LEFT + 1
    assert ask("PUT", "stamp/v1/reverse", orderRef=f"R-{number}")[0]["returned"] == [3]
    other = ask("POST", "stamp/v1/create", cardIdx=card, userId=f"user{number}", **days)
    ask("PUT", "stamp/v1/merge", fromStampIdx=other, intoStampIdx=stamp)
    location = ask("POST", "location/v1/create", locationNm=f"Branch {number}")
    ask("PUT", "location/v1/update", locationIdx=location, activeYn="N")
    assert location in [found["locationIdx"] for found in ask("GET", "location/v1/list")["list"]]
    _webhook_life(ask, number)
    ask("DELETE", "stamp/v1/delete", stampIdx=stamp)
    ask("DELETE", "stamp/v1/delete", stampIdx=other)
    assert card in [found["cardIdx"] for found in ask("GET", "card/v1/list")["list"]]
    ask("DELETE", "card/v1/delete", cardIdx=card)
    return asked


def _webhook_life(ask: Callable[..., Any], number: int) -> None:
    url = f"https://shop{number}.example/events"
    webhook = ask("POST", "webhook/v1/create", url=url)["webhookIdx"]
    ask("PUT", "webhook/v1/update", webhookIdx=webhook, description="The till")
    assert ask("GET", "webhook/v1/get", webhookIdx=webhook)["url"] == url
    assert webhook in [found["webhookIdx"] for found in ask("GET", "webhook/v1/list")["list"]]
    ask("PUT", "webhook/v1/rotate", webhookIdx=webhook)
    test = ask("POST", "webhook/v1/test", webhookIdx=webhook)
    assert ask("GET", "webhook/v1/events", after=test - 1, limit=1)["list"][0]["data"]["eventIdx"] == test
    assert ask("POST", "webhook/v1/resend", webhookIdx=webhook, eventIdx=test) == 1
    ask("GET", "webhook/v1/attempts", webhookIdx=webhook)
    ask("DELETE", "webhook/v1/delete", webhookIdx=webhook)


class TestServer:
    @pytest.fixture
    def shop(self, untouched: list[tuple[Any, ...]], pooled: str, open_shop: OpenShop) -> Shop:
        assert len(untouched) == _SERVER_CONNECTIONS
        return open_shop("postgresql", database_url=pooled, database_connections=_CLIENTS)

    def test_the_whole_api(self, shop: Shop, untouched: list[tuple[Any, ...]], pooled: str, direct: str) -> None:
        with ThreadPoolExecutor(_CLIENTS) as clients:
            asked = set[tuple[str, str]]().union(*clients.map(partial(_life, shop), range(_CLIENTS)))
        assert asked == {(route.method, route.path) for route in shop.app.routes}
        with Foreigner(pooled) as foreigner:
            assert foreigner.sees() == untouched
            # And can write, as before we came. Each to a table of its own: all are in the middle of a transaction.
            for number, session in enumerate(foreigner.sessions):
                session.execute(f"CREATE TABLE foreign_{number} (n int)".encode())
        with Data(direct) as data:
            assert (data.count("stamp"), data.count("stamp_event")) == (_CLIENTS * _STAMPS_LEFT, _CLIENTS * _STAMPS_LEFT)

    def test_what_a_foreigner_sets_does_not_change_what_we_do(self, shop: Shop, pooled: str) -> None:
        with Foreigner(pooled) as foreigner:
            foreigner.run(
                "SET default_transaction_read_only = on",
                "SET default_transaction_isolation = 'serializable'",
                "SET lock_timeout = '1ms'",
                "PREPARE _pg3_0 AS SELECT 1",
            )
            for session in foreigner.sessions:
                session.commit()
        assert shop.data.write(_isolation) == "read committed"
        assert shop.data.read(_isolation) == "repeatable read"
        for number in range(2 * _SERVER_CONNECTIONS):
            _life(shop, number)


class TestDatabase:
    def test_others_have_every_connection(self, direct: str, pooler: Pooler) -> None:
        between = pooler(direct, server_connections=_SERVER_CONNECTIONS, wait_s=_LONGER_THAN_WE_TRY_S)
        with Data(between.url) as data:
            assert data.count("card") == 0
            with Foreigner(between.url), pytest.raises(DatabaseUnavailable) as raised:
                data.write(_change_nothing)
            assert "query_wait_timeout" in raised.value.cause
            # It has waited once, and not as often as a broken connection is tried anew.
            assert between.log_path.read_text().count("closing because: query_wait_timeout") == 1
            assert data.write(_change_nothing) == 0


class TestCommands:
    def test_a_migration(self, databases: Databases, pooler: Pooler) -> None:
        url = pooler(databases.empty("postgresql"), server_connections=_SERVER_CONNECTIONS).url
        with Foreigner(url) as foreigner:
            before = foreigner.sees()
        migrate(url)
        with Foreigner(url) as foreigner:
            assert foreigner.sees() == before
        with Data(url) as data:
            data.read(require_head)

    def test_the_proof_of_the_ledger(self, untouched: list[tuple[Any, ...]], pooled: str) -> None:
        with Data(pooled) as data:
            open_account(data, now_us=1)
        told = []
        work = prove_once(partial(open_database, pooled), clock=FakeClock(), on_proved=lambda found, _: told.append(found))
        asyncio.run(work)
        assert told == [0]
        with Foreigner(pooled) as foreigner:
            assert foreigner.sees() == untouched

    def test_doctor_recognises_it(self, direct: str, pooled: str) -> None:
        for url, recognised in ((direct, False), (pooled, True)):
            done = InProcess(url).json("doctor")
            (message,) = (check["message"] for check in done.json["checks"] if check["check"] == "database")
            assert done.status == 0
            assert message.startswith("PostgreSQL ")
            assert message.endswith(", through a connection pooler") == recognised

    def test_a_backup_is_refused(self, untouched: list[tuple[Any, ...]], pooled: str, tmp_path: Path) -> None:
        done = InProcess(pooled).json("backup", tmp_path)
        assert done.status == 1
        assert done.json["message"].endswith("For the backup, name PostgreSQL itself in STAMPWELL_DATABASE_URL.")
        assert list(tmp_path.iterdir()) == []
        with Foreigner(pooled) as foreigner:
            assert foreigner.sees() == untouched
