"""Called by Alembic: connects and runs the revisions, all in one transaction."""

from alembic import context
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from stampwell.db.migrations.sqlite_dialect import sqlite_engine
from stampwell.db.opening import sqlite_path

# Any number; the same for every Stampwell, so that two migrations of one database wait for each other.
_ADVISORY_LOCK = 5_780_126_341


def _engine(url: str) -> Engine:
    path = sqlite_path(url)
    if path is not None:
        return sqlite_engine(path)
    address = url.split("://", 1)[1]
    # A pooler may run the next transaction on another connection to the server, which knows no statement prepared before.
    connect_args = {"prepare_threshold": None}
    return create_engine(f"postgresql+psycopg://{address}", poolclass=NullPool, connect_args=connect_args)


engine = _engine(context.config.attributes["url"])
with engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        connection.exec_driver_sql("PRAGMA synchronous = FULL")
    context.configure(connection=connection, transactional_ddl=True)
    with context.begin_transaction():
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        context.run_migrations()
    connection.commit()
