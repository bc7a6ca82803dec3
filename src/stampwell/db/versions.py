"""Which databases Stampwell supports."""

from stampwell.db.database import Tx
from stampwell.db.sqlite_file import sqlite_name

POSTGRESQL_MAJORS = (15, 16, 17)

_SERVER = (
    "SELECT current_setting('server_version') AS version, CAST(current_setting('server_version_num') AS int) / 10000 AS major"
)


def product_and_version(tx: Tx) -> tuple[str, bool]:
    """Such as `PostgreSQL 17.6`, and whether that is one of those."""
    if tx.dialect == "sqlite":
        return sqlite_name(), True
    server = tx.one(_SERVER)
    between = ", through a connection pooler" if tx.pooled else ""
    return f"PostgreSQL {server['version']}{between}", server["major"] in POSTGRESQL_MAJORS
