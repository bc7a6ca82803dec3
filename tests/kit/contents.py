"""All that a database holds, but for what is written at any time."""

from kit.data import Data

# Written at any time: by workers from the ledger, by requests of the API, and on purpose by refused sign-ins.
_RESTLESS = frozenset(
    {
        *("sign_in_try", "ledger_reader", "daily_count", "stamp_word", "stamp_upgrade", "request_block", "clock"),
        *("outbox", "event", "extra_events", "expiry_reader", "webhook_delivery", "webhook_attempt", "webhook_worker"),
    }
)
_RESTLESS_COLUMNS = frozenset({"seen_at", "expires_at", "last_used_at", "last_success_at", "failing_since", "warned_at"})

_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'",
    "postgresql": "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
}


def everything(data: Data, *, account_id: int | None = None) -> dict[str, list[str]]:
    """Every row of every table but those that change by themselves; of one account, if it is named."""
    tables = sorted(row["name"] for row in data.rows(_TABLES[data.dialect]))
    return {table: _rows(data, table, account_id) for table in tables if table not in _RESTLESS}


def _rows(data: Data, table: str, account_id: int | None) -> list[str]:
    rows = data.rows(f"SELECT * FROM {table}")
    plain = [{name: value for name, value in row.items() if name not in _RESTLESS_COLUMNS} for row in rows]
    return sorted(repr(row) for row in plain if account_id is None or row.get("account_id") == account_id)
