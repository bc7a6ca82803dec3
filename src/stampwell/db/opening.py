"""From a database URL to a `Database`."""

from pathlib import Path

from stampwell.db.database import Database, Preparing
from stampwell.db.sqlite import SqliteDatabase

_SQLITE = "sqlite:///"
_POSTGRESQL = ("postgresql://", "postgres://")


def sqlite_path(url: str) -> Path | None:
    """The file a `sqlite:///./file.db` (relative) or `sqlite:////srv/file.db` URL names; None for another database."""
    if not url.startswith(_SQLITE):
        return None
    return Path(url.removeprefix(_SQLITE))


def is_database_url(url: str) -> bool:
    """Whether `open_database` knows what to do with it."""
    if url.startswith(_POSTGRESQL):
        # PostgreSQL's driver is 8 MiB that a server on SQLite does without.
        from stampwell.db.postgres import is_postgres_url  # noqa: PLC0415

        return is_postgres_url(url)
    return url.startswith(_SQLITE) and len(url) > len(_SQLITE)


def open_database(url: str, *, connections: int = 4, prepare: Preparing = "auto") -> Database:
    """The database of that URL, not started yet. For PostgreSQL: the size of the pool, and whether to prepare statements."""
    path = sqlite_path(url)
    if path is not None:
        return SqliteDatabase(path)
    from stampwell.db.postgres import PostgresDatabase  # noqa: PLC0415

    return PostgresDatabase(url, connections=connections, prepare=prepare)
