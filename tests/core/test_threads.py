"""A few at a time, some who wait, and a clear word to everybody else."""

import asyncio
import threading

import pytest

from stampwell.core.errors import TooBusy
from stampwell.core.passwords import Passwords
from stampwell.core.threads import BoundedThreads


def test_what_the_work_answers_and_raises_is_handed_on() -> None:
    async def use() -> None:
        threads = BoundedThreads("test", at_once=1, most_waiting=0)
        assert await threads.run(divmod, 7, 2) == (3, 1)
        with pytest.raises(ZeroDivisionError):
            await threads.run(divmod, 7, 0)
        # A place that was taken is free again, whatever became of the work.
        assert await threads.run(divmod, 7, 2) == (3, 1)
        threads.close()

    asyncio.run(use())


def test_no_more_than_that_at_once_and_no_more_than_those_wait() -> None:
    going, running, most = threading.Event(), 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        going.wait(20)
        with lock:
            running -= 1

    async def use() -> None:
        threads = BoundedThreads("test", at_once=2, most_waiting=3)
        taken = [asyncio.ensure_future(threads.run(work)) for _ in range(5)]
        await asyncio.sleep(0)
        with pytest.raises(TooBusy):
            threads.require_room()
        with pytest.raises(TooBusy):
            await threads.run(work)
        going.set()
        await asyncio.gather(*taken)
        threads.require_room()
        await threads.run(work)
        threads.close()

    asyncio.run(use())
    assert most == 2


def test_one_client_has_no_more_than_its_share() -> None:
    going = threading.Event()

    async def use() -> None:
        threads = BoundedThreads("test", at_once=1, most_waiting=5, most_of_one=2)
        taken = [asyncio.ensure_future(threads.run_for("greedy", going.wait, 20)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(TooBusy):
            threads.require_room(by="greedy")
        with pytest.raises(TooBusy):
            await threads.run_for("greedy", going.wait, 20)
        # Others, and whoever is not counted apart, have the rest of the places.
        threads.require_room(by="another")
        taken += [asyncio.ensure_future(threads.run_for("another", going.wait, 20)) for _ in range(2)]
        taken += [asyncio.ensure_future(threads.run(going.wait, 20)) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(TooBusy):
            threads.require_room()
        going.set()
        await asyncio.gather(*taken)
        threads.require_room(by="greedy")
        threads.close()

    asyncio.run(use())


def test_somebody_who_gives_up_leaves_the_place() -> None:
    going = threading.Event()

    async def use() -> None:
        threads = BoundedThreads("test", at_once=1, most_waiting=1)
        first, second = (asyncio.ensure_future(threads.run(going.wait, 20)) for _ in range(2))
        await asyncio.sleep(0)
        second.cancel()
        await asyncio.wait([second])
        threads.require_room()
        going.set()
        await first
        threads.close()

    asyncio.run(use())


def test_passwords_are_compared_for_a_bounded_number_at_once() -> None:
    async def use() -> None:
        passwords = Passwords()
        stored = await passwords.hash("latte77")
        tries = [asyncio.ensure_future(passwords.matches("wrong", stored)) for _ in range(100)]
        await asyncio.sleep(0)
        with pytest.raises(TooBusy):
            passwords.require_room()
        outcomes = await asyncio.gather(*tries, return_exceptions=True)
        assert {type(outcome) for outcome in outcomes} == {bool, TooBusy}
        assert sum(outcome is False for outcome in outcomes) == 42
        assert await passwords.matches("latte77", stored)
        passwords.close()

    asyncio.run(use())
