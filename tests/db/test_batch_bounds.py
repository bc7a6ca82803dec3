"""How much one batch takes, that batches take turns, and what becomes of one that the database asks to run again."""

import asyncio
import threading
import time
from collections.abc import Sequence
from functools import partial
from typing import cast

from turns import Turns, outcomes_of, submit

from stampwell.core.errors import AppError, DatabaseUnavailable
from stampwell.db.batching import Batches
from stampwell.db.database import Tx

_NO_TX = cast("Tx", None)


class Work:
    """Answers each request with its own number, and keeps the size of every batch that it was given."""

    def __init__(self) -> None:
        self.sizes: list[int] = []

    def __call__(self, _tx: Tx, requests: Sequence[int]) -> list[int | AppError]:
        self.sizes.append(len(requests))
        return list(requests)


def test_a_batch_takes_512_requests_and_leaves_the_others_to_the_next() -> None:
    async def story() -> None:
        turns, work = Turns(), Work()
        batches = Batches(turns.run, work)
        tasks = await submit(batches, 1100)
        while turns.asked:
            turns.take_turn()()
            await asyncio.sleep(0)
        assert await outcomes_of(tasks) == list(range(1100))
        assert work.sizes == [512, 512, 76]

    asyncio.run(story())


def test_a_batch_that_is_run_again_has_the_same_requests() -> None:
    async def story() -> None:
        turns, work = Turns(), Work()

        def first_meet_a_deadlock(tx: Tx, requests: Sequence[int]) -> list[int | AppError]:
            answers = work(tx, requests)
            if len(work.sizes) == 1:
                raise ZeroDivisionError
            return answers

        batches = Batches(turns.run, first_meet_a_deadlock)
        tasks = await submit(batches, 3)
        unit, answer = turns.asked.pop()
        try:
            unit(_NO_TX)
        except ZeroDivisionError:
            # Whoever comes in between waits for the next.
            later = await submit(batches, 2)
            answer.set_result(unit(_NO_TX))
        assert await outcomes_of(tasks) == [0, 1, 2]
        turns.take_turn()()
        assert await outcomes_of(later) == [0, 1]
        assert work.sizes == [3, 3, 2]

    asyncio.run(story())


def test_a_batch_takes_its_requests_when_the_one_before_is_done_with_its_work() -> None:
    at_work, go_on = threading.Event(), threading.Event()
    work = Work()

    def wait_at_first(tx: Tx, requests: Sequence[int]) -> list[int | AppError]:
        answers = work(tx, requests)
        if len(work.sizes) == 1:
            at_work.set()
            assert go_on.wait(10)
        return answers

    async def story() -> None:
        turns = Turns()
        batches = Batches(turns.run, wait_at_first)
        loop = asyncio.get_running_loop()

        def run_in_a_thread() -> threading.Thread:
            unit, answer = turns.asked.pop(0)
            thread = threading.Thread(
                target=lambda: loop.call_soon_threadsafe(partial(answer.set_result, unit(_NO_TX))), daemon=True
            )
            thread.start()
            return thread

        tasks = await submit(batches, 1)
        run_in_a_thread()
        await asyncio.to_thread(at_work.wait, 10)
        tasks += await submit(batches, 1)
        # Without taking turns it would be over here, with one request.
        await asyncio.to_thread(run_in_a_thread().join, 0.05)
        tasks += await submit(batches, 2)
        go_on.set()
        assert await outcomes_of(tasks) == [0, 0, 0, 1]
        assert work.sizes == [1, 3]

    asyncio.run(story())


def test_one_fault_is_told_to_those_whom_it_concerns() -> None:
    """A refusal of the whole batch is everybody's; after any other fault each request is tried alone."""

    async def outcomes(fault: Exception) -> tuple[list[int | BaseException], list[int]]:
        turns, work = Turns(), Work()

        def fail_with_the_second(tx: Tx, requests: Sequence[int]) -> list[int | AppError]:
            answers = work(tx, requests)
            if 1 in requests:
                raise fault
            return answers

        batches = Batches(turns.run, fail_with_the_second)
        tasks = await submit(batches, 3)
        while turns.asked:
            unit, answer = turns.asked.pop(0)
            try:
                answer.set_result(unit(_NO_TX))
            except (AppError, ZeroDivisionError) as error:
                answer.set_exception(error)
            await asyncio.sleep(0)
        return await outcomes_of(tasks), work.sizes

    away, broken = DatabaseUnavailable("away"), ZeroDivisionError()
    assert asyncio.run(outcomes(away)) == ([away, away, away], [3])
    assert asyncio.run(outcomes(broken)) == ([0, broken, 2], [3, 1, 1, 1])


def test_after_a_commit_in_doubt_the_server_is_given_time_and_draining_waits_for_what_is_found() -> None:
    async def story() -> None:
        turns, work = Turns(), Work()
        batches = Batches(turns.run, work, find=lambda _tx, requests: [None if number else 7 for number in requests])
        tasks = await submit(batches, 2)
        doubt = DatabaseUnavailable("away", in_doubt=True)
        unit, answer = turns.asked.pop()
        unit(_NO_TX)
        answer.set_exception(doubt)
        began_s = time.monotonic()
        draining = asyncio.ensure_future(batches.drain())
        while not turns.asked:
            await asyncio.sleep(0.01)
            assert not draining.done()
        # The server may still be at the commit when the connection has broken already.
        assert time.monotonic() - began_s >= 0.19
        turns.take_turn()()
        await asyncio.wait_for(draining, 10)
        assert await outcomes_of(tasks) == [7, doubt]

    asyncio.run(story())
