"""The SQL statements of requests, as their units of work ask for them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from kit.clock import IN_A_REQUEST
from stampwell import services
from stampwell.db.database import Database, Tx


class Statements:
    """What the requests of a server ask of its database. Statements of the workers beside it are left out."""

    def __init__(self) -> None:
        self._seen: list[str] = []

    @contextmanager
    def counted(self, taken: dict[str, int], name: str) -> Iterator[None]:
        """Puts down under that name how many statements the requests take that are sent inside."""
        self._seen.clear()
        yield
        taken[name] = len(self._seen)

    def watch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Every server that is built from now on has its statements noted."""
        open_database = services.open_database
        monkeypatch.setattr(services, "open_database", lambda *args, **kwargs: _Noting(open_database(*args, **kwargs), self))

    def unit(self, unit: Callable[..., Any]) -> Callable[..., Any]:
        """The unit of work, noted where it belongs to a request."""
        if not IN_A_REQUEST.get():
            return unit
        return lambda tx, *args, **kwargs: unit(_NotingTx(tx, self._seen), *args, **kwargs)


class _Noting:
    """See `Database`."""

    def __init__(self, db: Database, statements: Statements) -> None:
        self._db = db
        self._statements = statements

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    def read(self, unit: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return self._db.read(self._statements.unit(unit), *args, **kwargs)

    def write(self, unit: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        return self._db.write(self._statements.unit(unit), *args, **kwargs)


class _NotingTx:
    """See `Tx`."""

    def __init__(self, tx: Tx, seen: list[str]) -> None:
        self._tx = tx
        self._seen = seen

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._tx, name)
        if name not in {"one", "maybe", "all", "run"}:
            return value

        def noting(sql: str, *values: object, **parameters: object) -> Any:
            self._seen.append(sql)
            return value(sql, *values, **parameters)

        return noting
