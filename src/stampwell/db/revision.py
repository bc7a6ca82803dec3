"""Whether the schema that a database has is the one this version speaks."""

from stampwell.db.database import Tx

HEAD = "0011"
"""The newest revision in `migrations/versions`; a test holds the two together."""

_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'",
    "postgresql": "SELECT to_regclass('alembic_version') AS name WHERE to_regclass('alembic_version') IS NOT NULL",
}
_REVISION = "SELECT version_num FROM alembic_version"


class WrongSchema(Exception):
    """The schema is missing, older or newer; the message says what to run."""


def find_revision(tx: Tx) -> str | None:
    """The revision the database is at, or None when it was never migrated."""
    if tx.maybe(_TABLES[tx.dialect]) is None:
        return None
    row = tx.maybe(_REVISION)
    return None if row is None else str(row["version_num"])


def require_head(tx: Tx) -> None:
    """Raises WrongSchema unless the database is at HEAD."""
    found = find_revision(tx)
    if found is None:
        raise WrongSchema("The database has no Stampwell schema yet. Run: stampwell migrate")
    if found < HEAD:
        raise WrongSchema(
            f"The database's schema is {found}, this version needs {HEAD}. Back it up, then run: stampwell migrate"
        )
    if found > HEAD:
        raise WrongSchema(
            f"The database's schema is {found}, newer than the {HEAD} that this version knows. "
            "Run the version of Stampwell that migrated it, or a later one."
        )
