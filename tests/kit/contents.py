"""All that a database holds, but for what is written at any time."""

from kit.data import RESTLESS, RESTLESS_COLUMNS, Data

_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    "postgresql": "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
}


def everything(data: Data, *, account_id: int | None = None) -> dict[str, list[str]]:
    """Every row of every table but those that change by themselves; of one account, if it is named."""
    tables = sorted(row["name"] for row in data.rows(_TABLES[data.dialect]))
    return {table: _rows(data, table, account_id) for table in tables if table not in RESTLESS}


def _rows(data: Data, table: str, account_id: int | None) -> list[str]:
    rows = data.rows(f"SELECT * FROM {table}")
    plain = [{name: value for name, value in row.items() if name not in RESTLESS_COLUMNS} for row in rows]
    return sorted(repr(row) for row in plain if account_id is None or row.get("account_id") == account_id)
