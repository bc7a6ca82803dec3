"""A delivery that was claimed is in the hands of one process, and never of a process that does not know it."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, cast

import pytest

from kit.clock import FakeClock
from kit.data import Data
from kit.hooks import ALLOW, Hooks, store_webhook
from kit.people import open_account
from stampwell.core.errors import DatabaseUnavailable
from stampwell.core.units import SECOND_US
from stampwell.db.database import Database, Tx
from stampwell.db.opening import open_database
from stampwell.features.events.model import EventType, LoggedEvent
from stampwell.features.events.service import tell_at_once
from stampwell.features.webhooks import queries
from stampwell.features.webhooks.delivering import ALIVE_US, Claimed, claim, say_alive, write_down
from stampwell.features.webhooks.model import Webhook
from stampwell.features.webhooks.outcomes import Ended
from stampwell.features.webhooks.queueing import enqueue
from stampwell.outbound.client import OutboundClient
from stampwell.outbound.reach import Reach, read_networks
from stampwell.workers.busy import BusyMeter
from stampwell.workers.deliveries import DeliveryWorker, Told

_NOW_US = FakeClock().now_us()
_MOST_TURNS = 100


def _webhook_with_event(data: Data, url: str) -> Webhook:
    """A webhook that an event waits for."""
    account = open_account(data, now_us=_NOW_US)
    webhook = store_webhook(data, account.account_id, url, now_us=_NOW_US)
    told = {"cardIdx": account.card_id}
    event: LoggedEvent = data.write(tell_at_once, account.account_id, EventType.CARD_UPDATED, told, now_us=_NOW_US)
    data.write(enqueue, [event])
    return webhook


def _claimed(data: Data, worker: str, now_us: int) -> Sequence[Claimed]:
    data.write(say_alive, worker, now_us=now_us)
    return data.write(claim, worker, {}, at_once=10, most=10, last_served=0, now_us=now_us)


def _ended(claimed: Claimed, status: int | None) -> Ended:
    return Ended(claimed.delivery, _NOW_US, 20_000, status, "", 0, 0.0)


class TestOneThatStoodStill:
    """Process A stood still for longer than it counts as alive, and B took over what it had in hand."""

    def test_nobody_else_takes_it_while_it_is_alive(self, data: Data) -> None:
        _webhook_with_event(data, "http://127.0.0.1:1/")
        assert len(_claimed(data, "A", _NOW_US)) == 1
        assert _claimed(data, "B", _NOW_US + ALIVE_US - 1) == []
        assert len(_claimed(data, "B", _NOW_US + ALIVE_US)) == 1

    def test_its_failure_means_nothing_for_the_webhook(self, data: Data) -> None:
        webhook = _webhook_with_event(data, "http://127.0.0.1:1/")
        (old,) = _claimed(data, "A", _NOW_US)
        (new,) = _claimed(data, "B", _NOW_US + ALIVE_US)
        later = _NOW_US + ALIVE_US + SECOND_US
        data.write(write_down, "B", [_ended(new, 200)], now_us=later)
        data.write(write_down, "A", [_ended(old, None)], now_us=later + 1)
        found = data.read(queries.find, webhook.account_id, webhook.webhook_id)
        assert found is not None
        assert (found.last_success_at, found.failing_since) == (later, None)
        rows = data.rows("SELECT status, next_at FROM webhook_attempt ORDER BY attempt_id")
        assert rows == [{"status": 200, "next_at": None}, {"status": None, "next_at": None}]
        assert data.count("webhook_delivery") == 0

    def test_it_does_not_put_off_what_the_other_has_in_hand(self, data: Data) -> None:
        _webhook_with_event(data, "http://127.0.0.1:1/")
        (old,) = _claimed(data, "A", _NOW_US)
        (new,) = _claimed(data, "B", _NOW_US + ALIVE_US)
        data.write(write_down, "A", [_ended(old, None)], now_us=_NOW_US + ALIVE_US + SECOND_US)
        assert data.rows("SELECT worker, tries FROM webhook_delivery") == [{"worker": "B", "tries": 0}]
        data.write(write_down, "B", [_ended(new, 500)], now_us=_NOW_US + ALIVE_US + SECOND_US)
        assert data.rows("SELECT worker, tries FROM webhook_delivery") == [{"worker": None, "tries": 1}]


def _workers(tx: Tx) -> list[str | None]:
    """Who has what waits in hand."""
    return [row["worker"] for row in tx.all("SELECT worker FROM webhook_delivery")]


class _Forgetful:
    """A database whose connection breaks once, after a COMMIT was carried out and before its answer."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.breaks = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._db, name)

    async def write(self, unit: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        answer = await self._db.write(unit, *args, **kwargs)
        if self.breaks and unit.__name__ == "unit":
            self.breaks = False
            raise DatabaseUnavailable("the connection broke", in_doubt=True)
        return answer


def test_what_was_taken_in_a_commit_that_nobody_heard_of_is_delivered(data: Data, hooks: Hooks) -> None:
    _webhook_with_event(data, hooks.url)

    async def work() -> None:
        db = open_database(data.url, connections=2)
        await db.start()
        client, forgetful = OutboundClient(Reach(read_networks([ALLOW]))), _Forgetful(db)
        told = Told(attempt=lambda _: None, due=lambda _: None, notice=lambda _: None)
        clock = FakeClock()
        worker = DeliveryWorker(cast("Database", forgetful), client=client, clock=clock, busy=BusyMeter(), told=told)
        try:
            forgetful.breaks = True
            with pytest.raises(DatabaseUnavailable):
                await worker.turn()
            assert await db.read(_workers) == [worker.name]
            for _ in range(_MOST_TURNS):
                await worker.turn()
                if not await db.read(_workers):
                    break
        finally:
            with suppress(DatabaseUnavailable):
                await worker.close()
            client.close()
            await db.close()

    asyncio.run(work())
    assert len(hooks.received) == 1
