"""One statement over many rows of given values, on either database.

The interpreter lock is let go once a statement, not once a row: neither database gets a row at a time.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, cast

from pydantic_core import to_json

from stampwell.db.database import Row, Tx

# Every number of rows has a prepared statement of its own, and SQLite keeps each: at 500 rows they took 100 MiB.
_ROWS_A_STATEMENT = 32


def over_rows(tx: Tx, columns: Mapping[str, str], rows: Iterable[Sequence[object]], sql: str) -> list[Row]:
    """What the SQL answers over a table `r` of those rows; on SQLite, several statements' answers one after another.

    `columns` are names and PostgreSQL types, in the order of a row's values. The SQL stands after `WITH r AS (…)`.
    """
    if tx.dialect == "postgresql":
        return tx.all(_over_recordset(tuple(columns.items()), sql), rows=_as_json(columns, rows))
    return [
        row for part in _parts(list(rows)) for row in tx.all(_over_values(tuple(columns), len(part), sql), *_flattened(part))
    ]


def run_over_rows(tx: Tx, columns: Mapping[str, str], rows: Iterable[Sequence[object]], sql: str) -> int:
    """As `over_rows`, for a statement that answers nothing: how many rows it changed."""
    if tx.dialect == "postgresql":
        return tx.run(_over_recordset(tuple(columns.items()), sql), rows=_as_json(columns, rows))
    return sum(tx.run(_over_values(tuple(columns), len(part), sql), *_flattened(part)) for part in _parts(list(rows)))


def values_of(row: Row) -> Iterable[Any]:
    """The row's values, in the order of the statement's columns."""
    # A driver's row is a dictionary, or has its values to go through.
    return row.values() if isinstance(row, dict) else cast("Iterable[Any]", row)


def _as_json(columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> str:
    return to_json([dict(zip(columns, row, strict=True)) for row in rows]).decode()


def _flattened(rows: Sequence[Sequence[object]]) -> Iterable[object]:
    return chain.from_iterable(rows)


def _parts(rows: Sequence[Sequence[object]]) -> list[Sequence[Sequence[object]]]:
    return [rows[start : start + _ROWS_A_STATEMENT] for start in range(0, len(rows), _ROWS_A_STATEMENT)]


@lru_cache(maxsize=256)
def _over_recordset(columns: tuple[tuple[str, str], ...], sql: str) -> str:
    typed = ", ".join(f"{name} {kind}" for name, kind in columns)
    return f"WITH r AS (SELECT * FROM json_to_recordset(CAST(:rows AS json)) AS r({typed})) {sql}"


@lru_cache(maxsize=16 * _ROWS_A_STATEMENT)
def _over_values(columns: tuple[str, ...], count: int, sql: str) -> str:
    # VALUES takes half the time of json_each here.
    row = "(" + ", ".join("?" * len(columns)) + ")"
    return f"WITH r ({', '.join(columns)}) AS (VALUES {', '.join([row] * count)}) {sql}"
