"""PostgreSQL: a pool of psycopg connections, one thread each, and another try when the server asks for one.

A session has nothing of ours in it but prepared statements, because behind a connection pooler the next transaction may run in
another session, and somebody else's in this one: what a transaction needs is set when it begins, and ends with it.
"""

import asyncio
import random
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any, Concatenate

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.database import Dialect, P, Preparing, Row, T, require

# `:name`, but not the second colon of a `::cast`.
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]\w*)")

_RETRY = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
_TRIES = 5

# What a server answers that is not the primary, or not yet.
_ON_A_STANDBY = (psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.FeatureNotSupported)
_POOL_TIMEOUT_S = 5.0

# One message to the server, so that the limits cost no round trip. Nothing waits for ever.
_LIMITS = "SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '30s'"
_BEGIN_READ = f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {_LIMITS}".encode()
_BEGIN_WRITE = f"BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; {_LIMITS}".encode()
_COMMIT = b"COMMIT"

# A statement is prepared when it comes for the second time.
_PREPARE_AFTER = 1

# A server that has gone without a word is given up after this long, not after the system's quarter of an hour.
# The URL may say otherwise.
_NETWORK = {
    "connect_timeout": 5,  # s
    "keepalives_idle": 10,  # s
    "keepalives_interval": 5,  # s
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # ms
}


class _Connection(psycopg.Connection[dict[str, Any]]):
    pooled = False
    """Whether a connection pooler stands between us and the server."""


class _Stale(Exception):
    """The connection was broken before anything was done on it; another one may do."""


@lru_cache(maxsize=512)
def _to_psycopg(sql: str) -> str:
    return _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))


class _PostgresTx:
    dialect: Dialect = "postgresql"

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    @property
    def pooled(self) -> bool:
        return self._connection.pooled

    def one(self, sql: str, **parameters: object) -> Row:
        return require(self.maybe(sql, **parameters))

    def maybe(self, sql: str, **parameters: object) -> Row | None:
        return self._execute(sql, parameters).fetchone()

    def all(self, sql: str, *values: object, **parameters: object) -> list[Row]:
        return list(self._execute(sql, values or parameters).fetchall())

    def run(self, sql: str, *values: object, **parameters: object) -> int:
        return self._execute(sql, values or parameters).rowcount

    def _execute(self, sql: str, parameters: dict[str, object] | tuple[object, ...]) -> psycopg.Cursor[dict[str, Any]]:
        return self._connection.execute(_to_psycopg(sql).encode(), parameters)


class PostgresDatabase:
    """See `Database`."""

    dialect: Dialect = "postgresql"

    def __init__(self, url: str, *, connections: int = 6, prepare: Preparing = "auto") -> None:
        self._pool: ConnectionPool[_Connection] = ConnectionPool(
            kwargs={
                **_NETWORK,
                **conninfo_to_dict(url),
                "row_factory": dict_row,
                "prepare_threshold": None,
                "autocommit": True,
            },
            connection_class=_Connection,
            min_size=1,
            max_size=connections,
            timeout=_POOL_TIMEOUT_S,
            configure=partial(_set_up, prepare),
            open=False,
            name="stampwell",
        )
        self._threads = ThreadPoolExecutor(connections, thread_name_prefix="postgres")

    async def start(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._threads, self._pool.open)

    async def close(self) -> None:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._threads.shutdown)
        await loop.run_in_executor(None, self._pool.close)

    def read(self, unit: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        def snapshot(connection: _Connection) -> T:
            try:
                _send(connection, _BEGIN_READ)
                try:
                    return unit(_PostgresTx(connection), *args, **kwargs)
                finally:
                    # Also where the unit raised: there is nothing to undo, and psycopg forgets its statements with a rollback.
                    _send(connection, _COMMIT)
            except psycopg.OperationalError as error:
                if connection.broken:
                    raise _Stale from error
                raise

        return self._in_thread(snapshot)

    def write(self, unit: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        def transaction(connection: _Connection) -> T:
            begun = committing = False
            try:
                _send(connection, _BEGIN_WRITE)
                begun = True
                result = unit(_PostgresTx(connection), *args, **kwargs)
                committing = True
                _send(connection, _COMMIT)
            except _RETRY:
                raise
            except psycopg.OperationalError as error:
                if not begun:
                    raise _Stale from error
                raise DatabaseUnavailable(str(error), in_doubt=committing) from error
            return result

        return self._in_thread(transaction)

    def _in_thread(self, work: Callable[[_Connection], T]) -> asyncio.Future[T]:
        if self._pool.closed:
            raise DatabaseUnavailable("the database is not open")
        return asyncio.get_running_loop().run_in_executor(self._threads, self._attempt, work)

    def _attempt(self, work: Callable[[_Connection], T]) -> T:
        began_s = time.monotonic()
        for attempt in range(1, _TRIES + 1):
            try:
                # The pool rolls back what is open after an exception.
                with self._pool.connection() as connection:
                    return work(connection)
            except (*_RETRY, _Stale) as error:
                # A pooler with no connection to spare breaks ours after minutes: that is no reason to wait anew.
                took_long = isinstance(error, _Stale) and time.monotonic() - began_s > _POOL_TIMEOUT_S
                if attempt == _TRIES or took_long:
                    raise DatabaseUnavailable(str(error.__cause__ or error)) from error
                if isinstance(error, _Stale):
                    # After a restart of the server every pooled connection is as dead as this one.
                    self._pool.check()
                time.sleep(random.uniform(0, 0.01) * attempt)  # noqa: S311 - spreads out those who met
            except psycopg.errors.ForeignKeyViolation:
                # What the unit found was deleted before its own statement came to it, as a card is while a stamp of it is
                # issued; the next try does not find it. One that stays is our own mistake.
                if attempt == _TRIES:
                    raise
            except (psycopg.OperationalError, *_ON_A_STANDBY) as error:
                raise DatabaseUnavailable(str(error)) from error
        raise AssertionError("unreachable: the last attempt returns or raises")


def is_postgres_url(url: str) -> bool:
    """Whether the driver can read it."""
    try:
        conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return False
    return True


def is_behind_pooler(url: str) -> bool:
    """Whether a connection pooler answers at that URL; False as well when nobody does."""
    try:
        address = make_conninfo("", **{**_NETWORK, **conninfo_to_dict(url)})
        with psycopg.connect(address, autocommit=True, prepare_threshold=None) as connection:
            return _is_pooled(connection)
    except psycopg.OperationalError:
        return False


def _send(connection: _Connection, command: bytes) -> None:
    """Without a cursor, which would double what the driver does: every unit of work comes by here twice."""
    result = connection.pgconn.exec_(command)
    if result.status == ExecStatus.COMMAND_OK:
        return
    # The connection's words: of one that broke, the result has not what the server said last.
    message = connection.pgconn.get_error_message()
    sqlstate = result.error_field(DiagnosticField.SQLSTATE)
    try:
        raise psycopg.errors.lookup((sqlstate or b"").decode())(message)
    except KeyError:
        # A connection that broke has no code.
        raise psycopg.OperationalError(message) from None


def _set_up(prepare: Preparing, connection: _Connection) -> None:
    connection.pooled = _is_pooled(connection)
    if prepare == "yes" or (prepare == "auto" and not connection.pooled):
        connection.prepare_threshold = _PREPARE_AFTER


def _is_pooled(connection: psycopg.Connection[Any]) -> bool:
    """A pooler gives its clients numbers of its own; the server's process knows the true one."""
    return connection.execute("SELECT 1 WHERE pg_backend_pid() <> %s", [connection.info.backend_pid]).fetchone() is not None
