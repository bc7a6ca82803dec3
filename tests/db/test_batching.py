"""When a batch begins, and what becomes of many requests that wait when the database fails before their batch has its turn."""

import asyncio

from turns import Turns, outcomes_of, submit

from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.batching import Batches

# More than three batches take.
MANY = 2000


def _batches(turns: Turns) -> Batches[int, int]:
    return Batches(turns.run, lambda _tx, requests: list(requests))


def _refused(outcomes: list[int | BaseException]) -> int:
    return sum(isinstance(outcome, DatabaseUnavailable) for outcome in outcomes)


def test_all_are_refused_when_their_batch_never_has_its_turn() -> None:
    async def story() -> None:
        turns = Turns()
        batches = _batches(turns)
        tasks = await submit(batches, MANY)
        turns.asked.pop()[1].set_exception(DatabaseUnavailable())
        assert _refused(await outcomes_of(tasks)) == MANY

    asyncio.run(story())


def test_all_that_wait_are_refused_when_the_next_batch_cannot_be_asked_for() -> None:
    async def story() -> None:
        turns = Turns()
        batches = _batches(turns)
        tasks = await submit(batches, MANY)
        end = turns.take_turn()
        turns.is_open = False
        end()
        outcomes = await outcomes_of(tasks)
        taken = [outcome for outcome in outcomes if isinstance(outcome, int)]
        assert taken == list(range(len(taken)))
        assert (len(taken) > 0, _refused(outcomes)) == (True, MANY - len(taken))

    asyncio.run(story())


def test_after_a_failure_the_next_request_asks_again() -> None:
    async def story() -> None:
        turns = Turns()
        batches = _batches(turns)
        tasks = await submit(batches, MANY)
        turns.asked.pop()[1].set_exception(DatabaseUnavailable())
        await outcomes_of(tasks)
        again = await submit(batches, 1)
        turns.take_turn()()
        assert await outcomes_of(again) == [0]

    asyncio.run(story())


def test_a_batch_begins_while_the_one_before_is_committed_or_when_that_has_ended() -> None:
    async def begun(*, overlaps: bool) -> list[int]:
        turns, counts = Turns(), []
        batches: Batches[int, int] = Batches(turns.run, lambda _tx, requests: list(requests), overlaps=overlaps)
        first = await submit(batches, 1)
        end = turns.take_turn()
        others = await submit(batches, 3)
        counts.append(len(turns.asked))
        end()
        await outcomes_of(first)
        counts.append(len(turns.asked))
        turns.take_turn()()
        assert await outcomes_of(others) == [0, 1, 2]
        return counts

    assert asyncio.run(begun(overlaps=True)) == [1, 1]
    assert asyncio.run(begun(overlaps=False)) == [0, 1]
