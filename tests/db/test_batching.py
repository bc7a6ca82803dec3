"""When a batch begins, and what becomes of many requests that wait when the database fails before their batch has its turn."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from stampwell.core.errors import AppError, DatabaseUnavailable
from stampwell.db.batching import Batches
from stampwell.db.database import Tx

# More than three batches take.
MANY = 2000

Unit = Callable[[Tx], list[int | AppError]]


class Turns:
    """A database whose units of work have their turn, and their end, when the test says so."""

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


def _batches(turns: Turns) -> Batches[int, int]:
    return Batches(turns.run, lambda _tx, requests: list(requests))


async def _submit(batches: Batches[int, int], count: int) -> list[asyncio.Task[int]]:
    tasks = [asyncio.ensure_future(batches.submit(number)) for number in range(count)]
    await asyncio.sleep(0)
    return tasks


def _refused(outcomes: list[int | BaseException]) -> int:
    return sum(isinstance(outcome, DatabaseUnavailable) for outcome in outcomes)


async def _outcomes(tasks: list[asyncio.Task[int]]) -> list[int | BaseException]:
    return await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 10)


def test_all_are_refused_when_their_batch_never_has_its_turn() -> None:
    async def story() -> None:
        turns = Turns()
        batches = _batches(turns)
        tasks = await _submit(batches, MANY)
        turns.asked.pop()[1].set_exception(DatabaseUnavailable())
        assert _refused(await _outcomes(tasks)) == MANY

    asyncio.run(story())


def test_all_that_wait_are_refused_when_the_next_batch_cannot_be_asked_for() -> None:
    async def story() -> None:
        turns = Turns()
        batches = _batches(turns)
        tasks = await _submit(batches, MANY)
        end = turns.take_turn()
        turns.is_open = False
        end()
        outcomes = await _outcomes(tasks)
        taken = [outcome for outcome in outcomes if isinstance(outcome, int)]
        assert taken == list(range(len(taken)))
        assert (len(taken) > 0, _refused(outcomes)) == (True, MANY - len(taken))

    asyncio.run(story())


def test_after_a_failure_the_next_request_asks_again() -> None:
    async def story() -> None:
        turns = Turns()
        batches = _batches(turns)
        tasks = await _submit(batches, MANY)
        turns.asked.pop()[1].set_exception(DatabaseUnavailable())
        await _outcomes(tasks)
        again = await _submit(batches, 1)
        turns.take_turn()()
        assert await _outcomes(again) == [0]

    asyncio.run(story())


def test_a_batch_begins_while_the_one_before_is_committed_or_when_that_has_ended() -> None:
    async def begun(*, overlaps: bool) -> list[int]:
        turns, counts = Turns(), []
        batches: Batches[int, int] = Batches(turns.run, lambda _tx, requests: list(requests), overlaps=overlaps)
        first = await _submit(batches, 1)
        end = turns.take_turn()
        others = await _submit(batches, 3)
        counts.append(len(turns.asked))
        end()
        await _outcomes(first)
        counts.append(len(turns.asked))
        turns.take_turn()()
        assert await _outcomes(others) == [0, 1, 2]
        return counts

    assert asyncio.run(begun(overlaps=True)) == [1, 1]
    assert asyncio.run(begun(overlaps=False)) == [0, 1]
