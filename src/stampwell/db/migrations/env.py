"""Called by Alembic: connects and runs the revisions, all in one transaction."""

from alembic import context
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

# Any number; the same for every Stampwell, so that two migrations of one database wait for each other.
_ADVISORY_LOCK = 5_780_126_341

engine = create_engine(context.config.attributes["url"], poolclass=NullPool)
with engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    context.configure(connection=connection, transactional_ddl=True)
    with context.begin_transaction():
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))
        context.run_migrations()
    connection.commit()
