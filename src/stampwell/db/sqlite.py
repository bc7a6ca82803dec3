"""SQLite: one writer thread whose queued units of work share a commit, and read-only reader threads.

The driver lets go of the interpreter lock inside SQLite, so the event loop runs on while a commit is synced.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Concatenate, NamedTuple

import apsw

from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.database import Dialect, P, Row, T, require
from stampwell.db.sqlite_file import READ_ONLY, READ_WRITE, open_sqlite

# Each with its reason.
_PRAGMAS = (
    "PRAGMA journal_mode = WAL",  # readers and the writer do not wait for each other
    "PRAGMA synchronous = FULL",  # a commit that was answered survives a power cut
    "PRAGMA foreign_keys = ON",
    "PRAGMA cache_size = -16384",  # KiB; the default of 2 MiB rereads index pages under load
    "PRAGMA wal_autocheckpoint = 4000",  # pages of 4 KiB; fewer, longer checkpoints: a batch rewrites the same index pages
)
_READER_PRAGMAS = ("PRAGMA query_only = ON",)

_STATEMENTS_KEPT = 256
"""Prepared statements of a connection."""

# The most units that may share a commit: bounds the longest wait, not the rate.
_GROUP_LIMIT = 256

# Everything else is our own mistake and stays an exception.
_UNAVAILABLE = (
    apsw.BusyError,
    apsw.LockedError,
    apsw.ReadOnlyError,
    apsw.IOError,
    apsw.FullError,
    apsw.CantOpenError,
    apsw.ProtocolError,
)


class _SqliteTx:
    dialect: Dialect = "sqlite"
    pooled = False

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection

    def one(self, sql: str, **parameters: object) -> Row:
        return require(self.maybe(sql, **parameters))

    def maybe(self, sql: str, **parameters: object) -> Row | None:
        # All rows are fetched: a statement with RETURNING has to run to its end before the commit.
        rows = self.all(sql, **parameters)
        return rows[0] if rows else None

    def all(self, sql: str, *values: object, **parameters: object) -> list[Row]:
        cursor = self._connection.execute(sql, values or parameters)
        first = cursor.fetchone()
        if first is None:
            return []
        # The columns can be asked for as long as the statement has not come to its end.
        names = [column[0] for column in cursor.get_description()]
        return [dict(zip(names, row, strict=True)) for row in (first, *cursor.fetchall())]

    def run(self, sql: str, *values: object, **parameters: object) -> int:
        self._connection.execute(sql, values or parameters).fetchall()
        return self._connection.changes()


class _Job(NamedTuple):
    unit: Callable[[_SqliteTx], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


class _Outcome(NamedTuple):
    job: _Job
    result: object
    error: BaseException | None


class SqliteDatabase:
    """See `Database`."""

    dialect: Dialect = "sqlite"

    def __init__(self, path: Path, *, readers: int = 2) -> None:
        self._path = path
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._writer: threading.Thread | None = None
        self._local = threading.local()
        self._opened: list[apsw.Connection] = []
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="sqlite-read")

    async def start(self) -> None:
        # Opened here so that a wrong path stops the start; used by the writer thread alone from then on.
        try:
            connection = open_sqlite(self._path, READ_WRITE, pragmas=_PRAGMAS, statements_kept=_STATEMENTS_KEPT)
        except apsw.Error as error:
            raise DatabaseUnavailable(f"{self._path}: {error}") from error
        self._writer = threading.Thread(target=self._write_until_closed, args=(connection,), name="sqlite-write")
        self._writer.start()

    async def close(self) -> None:
        # The readers first: the last connection to close empties the write-ahead log into the file, and a reader cannot.
        self._readers.shutdown()
        for connection in self._opened:
            connection.close()
        writer, self._writer = self._writer, None
        if writer is not None:
            self._queue.put(None)
            await asyncio.get_running_loop().run_in_executor(None, writer.join)

    def read(self, unit: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        def on_reader() -> T:
            connection = self._reader_connection()
            connection.execute("BEGIN")
            try:
                return unit(_SqliteTx(connection), *args, **kwargs)
            except apsw.Error as error:
                raise _translated(error) from error
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

        return asyncio.get_running_loop().run_in_executor(self._readers, on_reader)

    def write(self, unit: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs) -> asyncio.Future[T]:
        if self._writer is None:
            raise DatabaseUnavailable("the database is not open")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.put(_Job(lambda tx: unit(tx, *args, **kwargs), loop, future))
        return future

    def _reader_connection(self) -> apsw.Connection:
        connection: apsw.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            try:
                connection = open_sqlite(self._path, READ_ONLY, pragmas=_READER_PRAGMAS, statements_kept=_STATEMENTS_KEPT)
            except apsw.Error as error:
                raise _translated(error) from error
            self._local.connection = connection
            self._opened.append(connection)
        return connection

    def _write_until_closed(self, connection: apsw.Connection) -> None:
        tx = _SqliteTx(connection)
        try:
            while (first := self._queue.get()) is not None:
                group, closing = self._take_group(first)
                _answer(_commit_group(connection, tx, group))
                if closing:
                    break
        finally:
            connection.close()

    def _take_group(self, first: _Job) -> tuple[list[_Job], bool]:
        group = [first]
        with suppress(Empty):
            while len(group) < _GROUP_LIMIT:
                job = self._queue.get_nowait()
                if job is None:
                    return group, True
                group.append(job)
        return group, False


def _commit_group(connection: apsw.Connection, tx: _SqliteTx, group: list[_Job]) -> list[_Outcome]:
    """Runs each job in its own savepoint and commits them together; a failing job is rolled back alone."""
    outcomes: list[_Outcome] = []
    try:
        connection.execute("BEGIN IMMEDIATE")
        for job in group:
            # A job alone needs no savepoint: what it leaves undone, the ROLLBACK undoes.
            outcomes.append(_run_in_savepoint(connection, tx, job) if len(group) > 1 else _Outcome(job, job.unit(tx), None))
            if not connection.in_transaction:
                # SQLite itself rolled all of it back, as it does when the disk is full.
                raise outcomes[-1].error or DatabaseUnavailable("the transaction was rolled back")
        connection.execute("COMMIT")
    except Exception as error:  # noqa: BLE001 - every waiting job gets the error, whatever it was
        if connection.in_transaction:
            with suppress(apsw.Error):
                connection.execute("ROLLBACK")
        failure = _translated(error)
        return [_Outcome(job, None, failure) for job in group]
    return outcomes


def _run_in_savepoint(connection: apsw.Connection, tx: _SqliteTx, job: _Job) -> _Outcome:
    connection.execute("SAVEPOINT unit")
    try:
        result = job.unit(tx)
    except Exception as error:  # noqa: BLE001 - it belongs to that job alone and is handed to it
        if connection.in_transaction:
            connection.execute("ROLLBACK TO unit")
            connection.execute("RELEASE unit")
        return _Outcome(job, None, _translated(error))
    connection.execute("RELEASE unit")
    return _Outcome(job, result, None)


def _answer(outcomes: list[_Outcome]) -> None:
    """Wakes each event loop once for the whole group."""
    for loop in {outcome.job.loop for outcome in outcomes}:
        mine = [outcome for outcome in outcomes if outcome.job.loop is loop]
        loop.call_soon_threadsafe(_settle, mine)


def _settle(outcomes: list[_Outcome]) -> None:
    for job, result, error in outcomes:
        if job.future.done():
            continue
        if error is None:
            job.future.set_result(result)
        else:
            job.future.set_exception(error)


def _translated(error: Exception) -> Exception:
    return DatabaseUnavailable(str(error)) if isinstance(error, _UNAVAILABLE) else error
