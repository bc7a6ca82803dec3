"""What the database itself says of keeping what it was given, and of the time."""

from stampwell.db.database import Tx

# PostgreSQL's settings that a durable commit rests on. `remote_apply` and the like are stricter than `on`.
_SETTINGS = "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')"
_CLOCK = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS bigint) AS now_us"


def durability_faults(tx: Tx) -> list[str]:
    """A sentence for everything that could lose a committed stamp."""
    if tx.dialect == "postgresql":
        return [
            f"PostgreSQL's {row['name']} is off: a crash can lose answered stamps. Switch it on."
            for row in tx.all(_SETTINGS)
            if row["setting"] == "off"
        ]
    faults = []
    if tx.one("PRAGMA journal_mode")["journal_mode"] != "wal":
        faults.append("SQLite's journal is not a write-ahead log; is the file on a network file system?")
    integrity = tx.one("PRAGMA quick_check(1)")["quick_check"]
    if integrity != "ok":
        faults.append(f"SQLite's quick_check says: {integrity}. Restore the file from a backup.")
    return faults


def clock_us(tx: Tx) -> int | None:
    """The database server's clock in microseconds since 1970, UTC; None where it is this machine's own."""
    return int(tx.one(_CLOCK)["now_us"]) if tx.dialect == "postgresql" else None
