"""SQLAlchemy's SQLite dialect over apsw, for Alembic: a migration uses the same SQLite library as the server.

SQLAlchemy has no driver for apsw and talks to drivers as PEP 249 says. This module is one, as far as a migration needs it.
"""

import sys
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apsw
from sqlalchemy import Engine, create_engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.pool import NullPool

from stampwell.db.sqlite_file import CREATE, open_sqlite

paramstyle = "qmark"
Error = apsw.Error
sqlite_version_info = tuple(int(part) for part in apsw.sqlite_lib_version().split("."))


class Cursor:
    """Runs a statement to its end at once and keeps what it answered."""

    lastrowid = None

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._rows = deque[Any]()
        self.description: tuple[Any, ...] | None = None
        self.rowcount = -1

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> None:
        cursor = self._connection.cursor()
        cursor.exec_trace = self._note_columns
        self._rows = deque(cursor.execute(sql, tuple(parameters)).fetchall())
        self.rowcount = self._connection.changes() if self.description is None else -1

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        changed = 0
        for row in rows:
            self.execute(sql, row)
            changed += self.rowcount
        self.rowcount = changed

    def fetchone(self) -> Any:
        return self._rows.popleft() if self._rows else None

    def fetchmany(self, size: int = 1) -> list[Any]:
        return [self._rows.popleft() for _ in range(min(size, len(self._rows)))]

    def fetchall(self) -> list[Any]:
        return self.fetchmany(len(self._rows))

    def close(self) -> None:
        self._rows.clear()

    def _note_columns(self, cursor: apsw.Cursor, _sql: str, _bindings: object) -> bool:
        # Before the first step: afterwards, a statement that found no row has no columns to tell of.
        self.description = cursor.description or None
        return True


class Connection:
    """Begins nothing by itself: `env.py` does."""

    def __init__(self, path: Path) -> None:
        self._connection = open_sqlite(path, CREATE)

    def cursor(self) -> Cursor:
        return Cursor(self._connection)

    def commit(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("COMMIT")

    def rollback(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()


def connect(path: Path) -> Connection:
    return Connection(path)


class ApswDialect(SQLiteDialect):
    driver = "apsw"
    default_paramstyle = paramstyle
    supports_statement_cache = True

    @classmethod
    def import_dbapi(cls) -> Any:
        return sys.modules[__name__]

    def create_connect_args(self, _url: object) -> Any:
        return [], {}


registry.register("sqlite.apsw", __name__, ApswDialect.__name__)


def sqlite_engine(path: Path) -> Engine:
    """The path is handed over as it is: in a URL of SQLAlchemy's, some characters would mean something."""
    return create_engine("sqlite+apsw://", poolclass=NullPool, connect_args={"path": path})
