"""A database whose units of work have their turn, and their end, when a test says so."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from stampwell.core.errors import AppError, DatabaseUnavailable
from stampwell.db.batching import Batches
from stampwell.db.database import Tx

Unit = Callable[[Tx], list[int | AppError]]


class Turns:
    """Runs nothing by itself: `asked` has the units that wait, and the answer of each."""

    def __init__(self) -> None:
        self.asked: list[tuple[Unit, asyncio.Future[Any]]] = []
        self.is_open = True

    def run(self, unit: Unit) -> asyncio.Future[list[int | AppError]]:
        if not self.is_open:
            raise DatabaseUnavailable
        answer = asyncio.get_running_loop().create_future()
        self.asked.append((unit, answer))
        return answer

    def take_turn(self) -> Callable[[], None]:
        """The oldest unit runs now; its end comes with the call of what is answered."""
        unit, answer = self.asked.pop(0)
        outcomes = unit(cast("Tx", None))
        return lambda: answer.set_result(outcomes)


async def submit(batches: Batches[int, int], count: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.ensure_future(batches.submit(number)) for number in range(count)]
    await asyncio.sleep(0)
    return tasks


async def outcomes_of(tasks: list[asyncio.Task[int]]) -> list[int | BaseException]:
    return await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)
