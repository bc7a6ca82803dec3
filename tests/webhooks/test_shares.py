"""What a process takes in hand at once: each webhook has its share and its turn."""

from collections import Counter

import pytest

from kit.clock import FakeClock
from kit.data import Data
from kit.hooks import store_webhook
from kit.people import Person, open_account
from stampwell.features.events.model import EventType
from stampwell.features.events.service import tell_at_once
from stampwell.features.webhooks.delivering import claim, say_alive
from stampwell.features.webhooks.queueing import enqueue

_NOW_US = FakeClock().now_us()


@pytest.fixture
def alice(data: Data) -> Person:
    return open_account(data, now_us=_NOW_US)


def _webhook(data: Data, alice: Person) -> int:
    return store_webhook(data, alice.account_id, "http://127.0.0.1:1/", now_us=_NOW_US).webhook_id


def _events(data: Data, alice: Person, count: int) -> None:
    for _ in range(count):
        told = data.write(tell_at_once, alice.account_id, EventType.CARD_UPDATED, {"cardIdx": 1}, now_us=_NOW_US)
        data.write(enqueue, [told])


def _claimed(data: Data, *, most: int, last_served: int = 0) -> Counter[int]:
    data.write(say_alive, "A", now_us=_NOW_US)
    claimed = data.write(claim, "A", {}, at_once=50, most=most, last_served=last_served, now_us=_NOW_US)
    return Counter(one.delivery.webhook_id for one in claimed)


def test_one_for_which_much_waits_leaves_the_other_its_share(data: Data, alice: Person) -> None:
    behind = _webhook(data, alice)
    _events(data, alice, 30)
    fresh = _webhook(data, alice)
    _events(data, alice, 1)
    assert _claimed(data, most=10) == {behind: 5, fresh: 1}


def test_of_more_webhooks_than_it_takes_at_once_each_has_its_turn(data: Data, alice: Person) -> None:
    webhooks = [_webhook(data, alice) for _ in range(3)]
    _events(data, alice, 2)
    served, last = [], 0
    for _ in range(6):
        ((last, count),) = _claimed(data, most=1, last_served=last).items()
        assert count == 1
        served.append(last)
    assert served == webhooks * 2
