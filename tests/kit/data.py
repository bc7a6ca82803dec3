"""A test's own view of a database: synchronous, and on connections that no app shares."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from stampwell.db.database import Tx
from stampwell.db.opening import open_database

P = ParamSpec("P")
T = TypeVar("T")

_TOLD = """(
    SELECT account_id, stamp_id, kind, created_at, 1 AS waits, outbox_id AS number FROM outbox
    UNION ALL SELECT account_id, stamp_id, type, created_at, 0, event_id FROM event WHERE type <> 'stamp.full'
)"""

STORED_TABLES = {"stamp": "stamp", "stamp_event": "stamp_event", "told": f"{_TOLD} AS told"}
"""What issuing writes to; `told`: what is in the outbox, or an event by now."""

CHANGING_TABLES = ("card", "location", "stamp", "stamp_event", "idempotency", "webhook")
"""What requests write to."""

RESTLESS = frozenset(
    {
        *(
            "sign_in_try",
            "ledger_reader",
            "daily_count",
            "stamp_word",
            "stamp_upgrade",
            "request_block",
            "clock",
            "refused_try",
        ),
        *("outbox", "event", "extra_events", "expiry_reader", "webhook_delivery", "webhook_attempt", "webhook_worker"),
    }
)
RESTLESS_COLUMNS = frozenset({"seen_at", "expires_at", "last_used_at", "last_success_at", "failing_since", "warned_at"})
"""Tables and columns that change by themselves."""

FLAGS = ("active", "onsite", "renews", "carries")


class Data:
    """Runs units of work and SQL, one at a time. What it reads is what was committed.

    Not for use inside a running event loop. Close it, or use it in a `with`.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._runner = asyncio.Runner()
        self._db = open_database(url, connections=1)
        self.dialect = self._db.dialect
        self._runner.run(self._db.start())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._runner.run(self._db.close())
        self._runner.close()

    def write(self, unit: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What the unit answers, after COMMIT."""

        async def call() -> T:
            return await self._db.write(unit, *args, **kwargs)

        return self._runner.run(call())

    def read(self, unit: Callable[Concatenate[Any, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        async def call() -> T:
            return await self._db.read(unit, *args, **kwargs)

        return self._runner.run(call())

    def run(self, sql: str, **parameters: object) -> int:
        """How many rows the statement changed."""
        return self.write(lambda tx: _tx(tx).run(sql, **parameters))

    def rows(self, sql: str, **parameters: object) -> list[dict[str, Any]]:
        """Every row, flags as booleans on either database."""
        return self.read(lambda tx: [_plain(row) for row in _tx(tx).all(sql, **parameters)])

    def count(self, table: str) -> int:
        return int(self.rows(f"SELECT COUNT(*) AS n FROM {STORED_TABLES.get(table, table)}")[0]["n"])

    def stored(self) -> dict[str, int]:
        """How many rows each table has that issuing writes to."""
        counts = ", ".join(f"(SELECT COUNT(*) FROM {source}) AS {table}" for table, source in STORED_TABLES.items())
        return self.rows(f"SELECT {counts}")[0]

    def contents(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every table that a request may change."""
        rows = {table: self.rows(f"SELECT * FROM {table} ORDER BY 1, 2") for table in CHANGING_TABLES}
        for webhook in rows["webhook"]:
            # What deliveries write, which come and go by themselves.
            del webhook["last_success_at"], webhook["failing_since"], webhook["warned_at"]
        return rows

    def stamp(self, stamp: int | str) -> dict[str, Any]:
        """The one row of that stampIdx or code."""
        column = "stamp_id" if isinstance(stamp, int) else "code"
        (row,) = self.rows(f"SELECT * FROM stamp WHERE {column} = :stamp", stamp=stamp)
        return row

    def ledger(self, stamp_id: int) -> list[dict[str, Any]]:
        """The stamp's history, oldest first."""
        return self.rows("SELECT * FROM stamp_event WHERE stamp_id = :stamp_id ORDER BY event_id", stamp_id=stamp_id)

    def told(self, stamp_id: int) -> list[dict[str, Any]]:
        """What programs hear of the stamp, oldest first: what is an event by now, then what waits in the outbox."""
        columns = "account_id, stamp_id, kind, created_at"
        ordered = f"SELECT {columns} FROM {_TOLD} AS told WHERE stamp_id = :stamp_id ORDER BY waits, number"
        return self.rows(ordered, stamp_id=stamp_id)


def _tx(tx: Tx) -> Tx:
    return tx


def _plain(row: Any) -> dict[str, Any]:
    plain = dict(row)
    return plain | {flag: bool(plain[flag]) for flag in FLAGS if flag in plain}
