"""Two transactions on PostgreSQL, of which the second comes before the first has committed. SQLite has one writer."""

from collections.abc import Callable
from threading import Thread
from typing import Any, NamedTuple

from kit.data import Data
from kit.load import wait_for

_WAITING = "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

Unit = Callable[[Any], Any]
"""A unit of work without further arguments."""


class Beside(NamedTuple):
    """What both answered, or what the second raised; whether it waited for the first."""

    first: Any
    second: Any
    waited: bool


def one_beside_the_other(data: Data, first: Unit, second: Unit) -> Beside:
    """The first commits when the second is done, or waits."""
    seen: list[Any] = [None, False]

    def do_second() -> None:
        with Data(data.url) as own:
            try:
                seen[0] = own.write(second)
            except Exception as error:  # noqa: BLE001 - the test says which one it should be
                seen[0] = error

    other = Thread(target=do_second)

    def do_first(tx: object) -> object:
        answer = first(tx)
        other.start()
        with Data(data.url) as own:
            wait_for(lambda: not other.is_alive() or is_any_waiting(own))
        seen[1] = other.is_alive()
        return answer

    answer = data.write(do_first)
    other.join()
    return Beside(answer, *seen)


def is_any_waiting(data: Data) -> bool:
    """Whether a transaction waits for another one's lock."""
    return bool(data.rows(_WAITING)[0]["n"])
