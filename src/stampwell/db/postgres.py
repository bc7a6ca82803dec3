"""PostgreSQL: a pool of psycopg connections, one thread each, and another try when the server asks for one."""

import asyncio
import random
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, Concatenate

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.database import Dialect, P, Row, T, require

# `:name`, but not the second colon of a `::cast`.
_PARAMETER = re.compile(r"(?<![:\w]):([a-z_]\w*)")

_RETRY = (psycopg.errors.SerializationFailure, psycopg.errors.DeadlockDetected)
_TRIES = 5

# What a server answers that is not the primary, or not yet.
_ON_A_STANDBY = (psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.FeatureNotSupported)
_POOL_TIMEOUT_S = 5.0
_LOCK_TIMEOUT_S = 5
_STATEMENT_TIMEOUT_S = 30

# A server that has gone without a word is given up after this long, not after the system's quarter of an hour.
# The URL may say otherwise.
_NETWORK = {
    "connect_timeout": 5,  # s
    "keepalives_idle": 10,  # s
    "keepalives_interval": 5,  # s
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # ms
}

_Connection = psycopg.Connection[dict[str, Any]]


class _Stale(Exception):
    """The connection was broken before anything was done on it; another one may do."""


@lru_cache(maxsize=512)
def _to_psycopg(sql: str) -> str:
    return _PARAMETER.sub(r"%(\1)s", sql.replace("%", "%%"))


class _PostgresTx:
    dialect: Dialect = "postgresql"

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

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

    def __init__(self, url: str, *, connections: int = 6) -> None:
        self._pool: ConnectionPool[_Connection] = ConnectionPool(
            kwargs={
                **_NETWORK,
                **conninfo_to_dict(url),
                "row_factory": dict_row,
                "prepare_threshold": 1,
                "autocommit": True,
            },
            min_size=1,
            max_size=connections,
            timeout=_POOL_TIMEOUT_S,
            configure=_set_up,
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
        def statements(connection: _Connection) -> T:
            try:
                return unit(_PostgresTx(connection), *args, **kwargs)
            except psycopg.OperationalError as error:
                if connection.broken:
                    raise _Stale from error
                raise

        return self._in_thread(statements)

    def write(self, unit: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        def transaction(connection: _Connection) -> T:
            begun = committing = False
            try:
                with connection.transaction():
                    begun = True
                    result = unit(_PostgresTx(connection), *args, **kwargs)
                    committing = True
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
        for attempt in range(1, _TRIES + 1):
            try:
                with self._pool.connection() as connection:
                    return work(connection)
            except (*_RETRY, _Stale) as error:
                if attempt == _TRIES:
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
            except (psycopg.OperationalError, *_ON_A_STANDBY, PoolTimeout) as error:
                raise DatabaseUnavailable(str(error)) from error
        raise AssertionError("unreachable: the last attempt returns or raises")


def is_postgres_url(url: str) -> bool:
    """Whether the driver can read it."""
    try:
        conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return False
    return True


def _set_up(connection: _Connection) -> None:
    """What runs outside a transaction of `write` cannot write, and nothing waits for ever."""
    connection.execute("SET default_transaction_read_only = on")
    connection.execute(f"SET lock_timeout = '{_LOCK_TIMEOUT_S}s'")
    connection.execute(f"SET statement_timeout = '{_STATEMENT_TIMEOUT_S}s'")
    connection.read_only = False
