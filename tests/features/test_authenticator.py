"""Keys that are remembered for half a second: how many, for whom the look-up goes on, and how often their use is noted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from kit.clock import FakeClock
from kit.data import Data
from kit.people import Person, add_key, open_account
from stampwell.db.opening import open_database
from stampwell.features.keys import authentication
from stampwell.features.keys.authentication import Authenticator
from stampwell.features.keys.errors import KeyRefused
from stampwell.features.keys.model import ALL_SCOPES
from stampwell.features.plans.table import load_plans


@pytest.fixture
def alice(data: Data) -> Person:
    return open_account(data, now_us=FakeClock().now_us())


@asynccontextmanager
async def authenticating(data: Data, clock: FakeClock) -> AsyncIterator[Authenticator]:
    """One that remembers nothing yet, as in a process that has just begun."""
    db = open_database(data.url, connections=1)
    await db.start()
    authenticator = Authenticator(db, plans=load_plans(None), clock=clock)
    try:
        yield authenticator
    finally:
        await authenticator.drain()
        await db.close()


def used_at(data: Data, person: Person) -> int | None:
    (row,) = data.rows("SELECT last_used_at FROM api_key WHERE key_id = :key_id", key_id=person.key_id)
    found: int | None = row["last_used_at"]
    return found


async def use(data: Data, clock: FakeClock, key: str) -> None:
    async with authenticating(data, clock) as authenticator:
        await authenticator(key)


def test_use_is_noted_once_a_minute(data: Data, alice: Person) -> None:
    clock = FakeClock()
    first_us = clock.now_us()
    asyncio.run(use(data, clock, alice.key))
    assert used_at(data, alice) == first_us
    clock.advance(seconds=59.999)
    asyncio.run(use(data, clock, alice.key))
    assert used_at(data, alice) == first_us
    clock.advance(seconds=0.001)
    asyncio.run(use(data, clock, alice.key))
    assert used_at(data, alice) == first_us + 60_000_000


@pytest.mark.one_database
def test_a_client_that_hangs_up_takes_nobody_elses_answer_along(data: Data, alice: Person) -> None:
    """All requests with a key wait for one look-up; whoever asked first may not end it."""

    async def main() -> None:
        async with authenticating(data, FakeClock()) as authenticator:
            waiting = [asyncio.ensure_future(authenticator(alice.key)) for _ in range(3)]
            await asyncio.sleep(0)
            waiting[0].cancel()
            answers = await asyncio.gather(*waiting, return_exceptions=True)
            assert isinstance(answers[0], asyncio.CancelledError)
            assert [one.account_id for one in answers[1:] if not isinstance(one, BaseException)] == [alice.account_id] * 2

    asyncio.run(main())


@pytest.mark.one_database
def test_no_more_keys_are_remembered_than_there_is_room_for(data: Data, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authentication, "_CACHE_SIZE", 3)
    now_us = FakeClock().now_us()
    keys = [add_key(data, alice.account_id, scopes=ALL_SCOPES, now_us=now_us)[0] for _ in range(8)]

    async def main() -> None:
        async with authenticating(data, FakeClock()) as authenticator:
            for key in keys:
                assert (await authenticator(key)).account_id == alice.account_id
                assert len(authenticator._cache) <= 3
                with pytest.raises(KeyRefused):
                    await authenticator(f"{key[:-1]}{'a' if key[-1] != 'a' else 'b'}")
            assert authenticator._looking == {}

    asyncio.run(main())


@pytest.mark.one_database
def test_two_keys_in_turn_are_each_looked_up_once(data: Data, alice: Person) -> None:
    other = add_key(data, alice.account_id, scopes=ALL_SCOPES, now_us=FakeClock().now_us())[0]

    async def main() -> None:
        async with authenticating(data, FakeClock()) as authenticator:
            looked_up = [await authenticator(key) for key in (alice.key, other)]
            # Whatever is taken away from the database, what is remembered is still known.
            await asyncio.to_thread(data.run, "UPDATE api_key SET digest = 'gone'")
            assert [await authenticator(key) for key in (alice.key, other)] == looked_up

    asyncio.run(main())


@pytest.mark.one_database
def test_a_note_of_use_that_fails_does_not_fail_the_stop(data: Data, alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        stopping = asyncio.Event()

        async def fail(*_given: object) -> None:
            await stopping.wait()
            raise RuntimeError("the disk is gone")

        async with authenticating(data, FakeClock()) as authenticator:
            monkeypatch.setattr(authenticator, "_touch", fail)
            assert (await authenticator(alice.key)).account_id == alice.account_id
            asyncio.get_running_loop().call_soon(stopping.set)
            await authenticator.drain()

    asyncio.run(main())
    assert used_at(data, alice) is None
