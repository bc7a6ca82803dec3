"""The door to the data: units of work are plain functions over a `Tx`, run by `read` or `write`.

A unit of work cannot await, so no transaction is ever open while something outside is waited for.
"""

from asyncio import Future
from collections.abc import Callable
from typing import Any, Concatenate, Literal, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

Dialect = Literal["sqlite", "postgresql"]

Preparing = Literal["auto", "yes", "no"]
"""Whether statements are prepared on PostgreSQL: `auto`, unless a connection pooler is found in between."""


class Row(Protocol):
    """One row of an answer; columns by name."""

    def __getitem__(self, column: str, /) -> Any: ...


class Tx(Protocol):
    """An open transaction. SQL names its parameters `:like_this`, on either database.

    SQL for SQLite alone may have `?` for long lists of values, which it binds several times faster than names.
    """

    @property
    def dialect(self) -> Dialect: ...

    @property
    def pooled(self) -> bool:
        """Whether a connection pooler stands between us and the database."""
        ...

    def one(self, sql: str, **parameters: object) -> Row:
        """The one row of the answer; LookupError when there is none."""
        ...

    def maybe(self, sql: str, **parameters: object) -> Row | None:
        """The first row of the answer, or None."""
        ...

    def all(self, sql: str, *values: object, **parameters: object) -> list[Row]:
        """Every row of the answer."""
        ...

    def run(self, sql: str, *values: object, **parameters: object) -> int:
        """How many rows the statement changed."""
        ...


class Database(Protocol):
    """One database. What it answers raises DatabaseUnavailable when it cannot be reached or has no room."""

    @property
    def dialect(self) -> Dialect: ...

    async def start(self) -> None: ...

    async def close(self) -> None:
        """Finishes what was queued, then lets go of every connection."""
        ...

    def read(self, unit: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Runs the unit on a connection that can only read. All its statements see what was committed when its first began."""
        ...

    def write(self, unit: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Runs the unit in a transaction and answers after COMMIT; when the unit raises, nothing of it stays.

        It is queued by the call, not by awaiting the answer, and runs in a thread of the database's. It may be run
        again from its start when the database asks for a retry.
        """
        ...


def require(row: Row | None) -> Row:
    """The row, or LookupError: for statements that always answer one."""
    if row is None:
        raise LookupError("the statement answered no row")
    return row
