"""A request that something slow comes before, such as a password that is compared, while another process has the same key."""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest

from kit.data import Data
from kit.people import Person, open_account
from stampwell.db.database import Database, Tx
from stampwell.db.opening import open_database
from stampwell.features.idempotency import service
from stampwell.features.idempotency.api import HEADER, Idempotency, idempotency_key_of
from stampwell.features.idempotency.model import IdempotentRequest
from stampwell.features.stamps.contract.look_requests import OneStamp
from stampwell.features.stamps.errors import WrongStaffPassword
from stampwell.http import envelope
from stampwell.http.envelope import Rendered

NOW_US = 1_772_442_000_000_000
REQUEST = OneStamp(stampIdx=7)


@pytest.fixture
def alice(data: Data) -> Person:
    return open_account(data, now_us=NOW_US)


def context_of(alice: Person, key: bytes | None) -> Any:
    headers = {} if key is None else {HEADER.lower().encode(): key}
    principal = SimpleNamespace(account_id=alice.account_id)
    return SimpleNamespace(principal=principal, headers=headers, method="POST", path="/redeem", now_us=NOW_US)


def run(data: Data, work: Callable[[Database], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        db = open_database(data.url, connections=1)
        await db.start()
        try:
            return await work(db)
        finally:
            await db.close()

    return asyncio.run(main())


def refused_after(data: Data, context: Any, meanwhile: Callable[[Database], Awaitable[object]]) -> Any:
    """What a request is answered whose slow part ends in a refusal, after what happened meanwhile."""

    async def work(db: Database) -> object:
        async def prepare() -> Callable[[Tx], object]:
            await meanwhile(db)
            raise WrongStaffPassword(left=4)

        return await Idempotency(db).after(context, REQUEST, prepare)

    return run(data, work)


def test_a_refusal_gives_way_to_what_another_process_has_answered_meanwhile(data: Data, alice: Person) -> None:
    context = context_of(alice, b"k")

    async def elsewhere(db: Database) -> None:
        key = idempotency_key_of(context_of(alice, b"k"), REQUEST)
        assert key is not None
        key = key._replace(created_at=NOW_US - 1)
        await db.write(service.answer_once, IdempotentRequest(lambda _tx: "redeemed", key, envelope.success))

    answer = refused_after(data, context, elsewhere)
    assert isinstance(answer, Rendered)
    assert answer.body == envelope.success("redeemed")
    assert dict(answer.headers) == {b"idempotency-replayed": b"true"}


@pytest.mark.parametrize("key", [None, b"k"])
def test_it_stays_one_where_nobody_has(data: Data, alice: Person, key: bytes | None) -> None:
    async def nothing(_db: Database) -> None:
        pass

    with pytest.raises(WrongStaffPassword):
        refused_after(data, context_of(alice, key), nothing)
