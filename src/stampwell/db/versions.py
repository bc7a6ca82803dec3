"""Which databases Stampwell supports."""

from stampwell.db.database import Tx

POSTGRESQL_MAJORS = (15, 16, 17)

_SERVER = (
    "SELECT current_setting('server_version') AS version, CAST(current_setting('server_version_num') AS int) / 10000 AS major"
)
_SQLITE = "SELECT sqlite_version() AS version"


def product_and_version(tx: Tx) -> tuple[str, bool]:
    """Such as `PostgreSQL 17.6`, and whether that is one of those."""
    if tx.dialect == "sqlite":
        return f"SQLite {tx.one(_SQLITE)['version']}", True
    server = tx.one(_SERVER)
    return f"PostgreSQL {server['version']}", server["major"] in POSTGRESQL_MAJORS
