"""A queue that grew a moment ago: what the database knows of it is still from when almost nothing waited."""

import pytest

from kit.clock import FakeClock
from kit.data import Data
from kit.hooks import store_webhook
from kit.people import Person, open_account
from stampwell.core.units import MINUTE_US
from stampwell.db.database import Tx
from stampwell.features.events import queries as events
from stampwell.features.events.model import OutboxRow
from stampwell.features.webhooks import queue_queries
from stampwell.features.webhooks.model import NewDelivery

_NOW_US = FakeClock().now_us()
_MANY = 10_000
# PostgreSQL ends what takes longer; a walk through the queue for each of its rows took minutes.
_PATIENCE = "SET LOCAL statement_timeout = '10s'"


@pytest.fixture
def alice(data: Data) -> Person:
    return open_account(data, now_us=_NOW_US)


def _with_patience(tx: Tx) -> None:
    if tx.dialect == "postgresql":
        tx.run(_PATIENCE)


def test_deliveries_are_claimed(data: Data, alice: Person) -> None:
    webhook_id = store_webhook(data, alice.account_id, "http://127.0.0.1:1/", now_us=_NOW_US).webhook_id

    def wait(tx: Tx, numbers: range) -> None:
        due_at = _NOW_US - MINUTE_US
        rows = [NewDelivery(webhook_id, number, alice.account_id, number, due_at, is_test=False) for number in numbers]
        queue_queries.insert(tx, rows)

    def claim(tx: Tx) -> list[int]:
        _with_patience(tx)
        claimed = queue_queries.claim(tx, webhook_id, worker="A", now_us=_NOW_US, limit=50)
        return [one.event_id for one in claimed]

    data.write(wait, range(1, 2))
    data.run("ANALYZE webhook_delivery")
    data.write(wait, range(2, _MANY))
    assert data.write(claim) == list(range(1, 51))


def test_the_outbox_is_taken_from(data: Data, alice: Person) -> None:
    def fill(tx: Tx, numbers: range) -> None:
        events.insert_outbox(tx, [OutboxRow(alice.account_id, number, "added", 1, None, _NOW_US) for number in numbers])

    def take(tx: Tx) -> list[int]:
        _with_patience(tx)
        return [row.stamp_id for row in events.take(tx, limit=50)]

    data.run("DELETE FROM outbox")
    data.write(fill, range(1, 2))
    data.run("ANALYZE outbox")
    data.write(fill, range(2, _MANY))
    assert data.write(take) == list(range(1, 51))
