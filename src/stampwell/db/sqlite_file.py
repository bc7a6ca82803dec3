"""The one place where a SQLite file is opened, whoever wants it: server, migration, backup.

It is opened by the SQLite library inside apsw's wheel, and by no other: the system's own may be one that can lose a commit.
Two libraries in one process would also take each other's locks on the file away.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import apsw

from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.private_file import create_private

CREATE = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
READ_WRITE = apsw.SQLITE_OPEN_READWRITE
READ_ONLY = apsw.SQLITE_OPEN_READONLY

_BUSY_TIMEOUT_MS = 5000
"""How long to wait for a writer of another process."""

# https://sqlite.org/wal.html#walresetbug: two connections that write or checkpoint at the same instant.
_FIRST_AFFECTED = (3, 7, 0)
_FIRST_SOUND = (3, 51, 3)
_MENDED = {(3, 44): 6, (3, 50): 7}
"""Older series with the mending, and the first release of each that has it."""


def open_sqlite(path: Path, flags: int, *, pragmas: Iterable[str] = (), statements_kept: int = 100) -> apsw.Connection:
    """Raises DatabaseUnavailable when the library may lose a commit, apsw.Error when the file cannot be opened, and with
    CREATE also OSError.
    """
    fault = sqlite_fault(apsw.sqlite_lib_version())
    if fault is not None:
        raise DatabaseUnavailable(fault)
    if flags == CREATE:
        create_private(path)
    connection = apsw.Connection(str(path.absolute()), flags=flags, statementcachesize=statements_kept)
    try:
        connection.set_busy_timeout(_BUSY_TIMEOUT_MS)
        for pragma in pragmas:
            connection.execute(pragma).fetchall()
    except apsw.Error:
        connection.close()
        raise
    return connection


def sqlite_name() -> str:
    """The library that files are opened with, and what brings it."""
    return f"SQLite {apsw.sqlite_lib_version()}, by apsw {apsw.apsw_version()}"


def sqlite_fault(version: str) -> str | None:
    """A sentence when that SQLite can lose a committed transaction."""
    parts = [int(part) for part in re.findall(r"\d+", version)]
    release = (parts[0], parts[1], parts[2])
    mended = _MENDED.get(release[:2])
    sound = release >= _FIRST_SOUND or release < _FIRST_AFFECTED or (mended is not None and release[2] >= mended)
    if sound:
        return None
    return (
        f"SQLite {version} can lose a committed transaction when two programs write at the same instant (3.51.3 cannot). "
        "Install apsw as requirements/run.txt has it: its wheel brings a newer SQLite along."
    )
