"""A copy of a database that is in use, and proof that it can be read."""

import os
import subprocess
from contextlib import closing
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import apsw

from stampwell.core.errors import OperatorError
from stampwell.db.opening import sqlite_path
from stampwell.db.sqlite_file import READ_ONLY, READ_WRITE, open_sqlite


class BackupFailed(OperatorError):
    """There is no copy; the message says why."""


def copy_ending(url: str) -> str:
    """What the name of a copy ends in: a SQLite file, or PostgreSQL's custom format."""
    return ".dump" if sqlite_path(url) is None else ".db"


def copy_database(url: str, target: Path) -> None:
    """Writes a whole copy to the target, which does not exist yet. Raises BackupFailed or OSError."""
    path = sqlite_path(url)
    if path is None:
        _dump_postgresql(url, target)
        return
    if not path.exists():
        raise BackupFailed(f"{path} does not exist")
    try:
        _copy_sqlite(path, target)
    except apsw.Error as error:
        raise BackupFailed(f"{path}: {error}") from error


def _copy_sqlite(source: Path, target: Path) -> None:
    with closing(open_sqlite(source, READ_ONLY)) as connection:
        # It reads one snapshot, so that writers neither wait for it nor make it start again.
        connection.execute("VACUUM INTO ?", (str(target),))
    # SQLite overlooks CHECK constraints on a connection that is opened read-only.
    with closing(open_sqlite(target, READ_WRITE, pragmas=["PRAGMA query_only = ON"])) as connection:
        found = connection.execute("PRAGMA integrity_check(1)").get
        if found != "ok":
            raise BackupFailed(f"the copy fails SQLite's integrity_check: {found}")
        if connection.execute("PRAGMA foreign_key_check").fetchall():
            raise BackupFailed("the copy has rows whose parents are missing (PRAGMA foreign_key_check)")


def _dump_postgresql(url: str, target: Path) -> None:
    # PostgreSQL's driver is 8 MiB that a backup of SQLite does without.
    from stampwell.db.postgres import is_behind_pooler  # noqa: PLC0415

    if is_behind_pooler(url):
        raise BackupFailed(
            "a connection pooler answers there, and pg_dump would leave its settings to whoever is served next. "
            "For the backup, name PostgreSQL itself in STAMPWELL_DATABASE_URL."
        )
    address = urlsplit(url)
    # A password on the command line would show in the list of processes.
    secret = {"PGPASSWORD": unquote(address.password)} if address.password else {}
    user_and_host = address.netloc.rpartition("@")
    user = user_and_host[0].partition(":")[0]
    plain = urlunsplit(address._replace(netloc=f"{user}@{user_and_host[2]}" if user else user_and_host[2]))
    _call(["pg_dump", "--no-password", "--format=custom", f"--file={target}", f"--dbname={plain}"], secret)
    _call(["pg_restore", "--list", str(target)], {})


def _call(command: list[str], environment: dict[str, str]) -> None:
    try:
        # The program is one of ours to name, and no shell reads the rest.
        subprocess.run(command, env={**os.environ, **environment}, check=True, capture_output=True, text=True)  # noqa: S603
    except FileNotFoundError as error:
        raise BackupFailed(f"{command[0]} is not installed") from error
    except subprocess.CalledProcessError as error:
        raise BackupFailed(f"{command[0]}: {error.stderr.strip()}") from error
