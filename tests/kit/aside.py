"""Transactions of PostgreSQL beside each other: one that stays open, and units of work that wait for it in threads."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import dict_row

from kit.data import Data
from kit.load import wait_for
from stampwell.core.errors import AppError
from stampwell.db.database import Tx
from stampwell.db.postgres import _PostgresTx

_PATIENCE_S = 30.0
_WAITING = """
SELECT COUNT(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@contextmanager
def open_transaction(data: Data) -> Iterator[Tx]:
    """Open until the end of the block, which commits it."""
    with psycopg.connect(data.url, row_factory=dict_row) as connection:
        yield _PostgresTx(connection)


class Aside:
    """A unit of work in a thread and on a connection of its own."""

    def __init__(self, data: Data, unit: Callable[..., Any], *arguments: Any, **named: Any) -> None:
        self._answer: Any = None
        self._thread = threading.Thread(target=self._run, args=(data.url, unit, arguments, named))
        self._thread.start()

    @property
    def is_over(self) -> bool:
        return not self._thread.is_alive()

    def join(self) -> Any:
        """What the unit answers, or the refusal that it raised."""
        self._thread.join(_PATIENCE_S)
        assert self.is_over
        return self._answer

    def _run(self, url: str, unit: Callable[..., Any], arguments: Any, named: Any) -> None:
        with Data(url) as data:
            try:
                self._answer = data.write(unit, *arguments, **named)
            except AppError as refusal:
                self._answer = refusal


def wait_for_waiting(data: Data, *, number: int = 1) -> None:
    """Returns when so many transactions of that database wait for another."""
    wait_for(lambda: data.rows(_WAITING)[0]["n"] >= number)
