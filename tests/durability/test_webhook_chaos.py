"""5,000 events to a receiver that fails at random, over ten times kill -9: all arrive, in order, each with one body, and the
list of events has each of them once.
"""

import json
import random
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from kit.chaos import Arrival, ChaoticReceiver
from kit.databases import Databases
from kit.hooks import ALLOW
from kit.load import wait_for
from kit.races import Request, Servers, add, create, redeem, update

_KILLS = 10
_TILLS = 12
_GOAL = 5
_TURNS_A_TILL = 21
_FILLED = 3
# Of one stamp that is marked step by step, and some that are filled and redeemed at once.
_EVENTS_A_TURN = (1 + _GOAL + 1 + 1) + _FILLED * (1 + 1 + 1 + 1)
_REQUESTS_A_TURN = (1 + _GOAL + 1 + 1) + _FILLED * 2
_EVENTS = _TILLS * _TURNS_A_TILL * _EVENTS_A_TURN
_PAGE = 100
# Milliseconds in the log of attempts are rounded.
_ROUNDED_US = 1000
_SECONDS = 90.0

# As if the time of every retry had come.
_NOW = "UPDATE webhook_delivery SET due_at = :now_us WHERE tries > 0 AND due_at > :now_us"
_WAITING = """
SELECT (SELECT COUNT(*) FROM webhook_delivery) AS waiting,
(SELECT COUNT(*) FROM webhook_delivery WHERE due_at > :now_us) AS later, (SELECT COUNT(*) FROM outbox) AS untold
"""
_LEDGER = "SELECT stamp_id, kind FROM stamp_event ORDER BY event_id"
_ENDS = "SELECT event_id, MIN(started_at + 1000 * milliseconds) AS ended_at FROM webhook_attempt GROUP BY event_id"


@pytest.fixture
def receiver() -> Iterator[ChaoticReceiver]:
    with ChaoticReceiver(seed=20261129) as listening:
        yield listening


@pytest.fixture
def delivering(databases: Databases, dialect: str, tmp_path: Path) -> Iterator[Servers]:
    """One process on SQLite, two on PostgreSQL."""
    count = 1 if dialect == "sqlite" else 2
    with databases.lent(dialect) as url:
        running = Servers(tmp_path, url, count=count, webhook_allow=ALLOW)
        yield running
        running.close()


class _Tills:
    """Sells until all is sold, whoever is killed meanwhile; every request is sent again until it is answered."""

    def __init__(self, servers: Servers, card: int) -> None:
        self._servers = servers
        self._card = card
        self._answered = [0] * _TILLS
        self._threads = ThreadPoolExecutor(_TILLS)
        self._selling = [self._threads.submit(self._sell, till) for till in range(_TILLS)]

    @property
    def share(self) -> float:
        """How much of all is sold."""
        return sum(self._answered) / (_TILLS * _TURNS_A_TILL * _REQUESTS_A_TURN)

    def join(self) -> None:
        for till in self._selling:
            till.result()
        self._threads.shutdown()

    def _sell(self, till: int) -> None:
        for number in range(_TURNS_A_TILL):
            name = f"{till}-{number}"
            first = self._send(till, create(self._card, userNm=name).with_key(f"{name} first")).result
            for mark in range(_GOAL):
                assert self._send(till, add(first).with_key(f"{name} mark {mark}")).result is None
            # What is refused is rolled back, and nobody hears of it.
            assert self._send(till, add(first).with_key(f"{name} refused")).status == 409
            assert self._send(till, redeem(first).with_key(f"{name} redeemed")).result is None
            for other in range(_FILLED):
                stamp = self._send(till, create(self._card, userNm=name).with_key(f"{name} issued {other}")).result
                filled = update(stamp, stamps=_GOAL, useYn="Y").with_key(f"{name} filled {other}")
                assert self._send(till, filled).result is None

    def _send(self, till: int, request: Request) -> Any:
        servers, chosen = self._servers, random.Random()
        answer = servers.caller.until_answered(lambda: chosen.choice(servers.processes).base, request)
        self._answered[till] += 1
        return answer


class _Puller:
    """Asks for what is new in the list of events, over and over, until `stop`."""

    def __init__(self, servers: Servers) -> None:
        self.events: list[Any] = []
        self._servers = servers
        self._stopping = threading.Event()
        self._threads = ThreadPoolExecutor(1)
        self._pulling = self._threads.submit(self._pull)

    def stop(self) -> list[Any]:
        """All that it was answered, what is there now among it."""
        self._stopping.set()
        self._pulling.result()
        self._threads.shutdown()
        return self.events

    def _pull(self) -> None:
        while True:
            is_last = self._stopping.is_set()
            self.events += _pulled(self._servers, after=self.events[-1]["data"]["eventIdx"] if self.events else 0)
            if is_last:
                return
            self._stopping.wait(0.1)


def _pulled(servers: Servers, *, after: int = 0) -> list[Any]:
    """Page after page, as a program would that is told where to go on."""
    events: list[Any] = []
    number: int | None = after
    while number is not None:
        page = servers.until_answered(Request("GET", f"webhook/v1/events?after={number}&limit={_PAGE}")).result
        events += page["list"]
        number = page["nextCursor"]
    return events


@pytest.mark.timeout(900)
def test_every_event_arrives_over_ten_kills(delivering: Servers, receiver: ChaoticReceiver) -> None:
    made = Request("POST", "webhook/v1/create", {"url": receiver.url, "personalYn": "Y"})
    webhook = delivering.send(made).result["webhookIdx"]
    tills, puller = _Tills(delivering, delivering.new_card(maxStamps=_GOAL)), _Puller(delivering)
    for kill in range(_KILLS):
        wait_for(lambda kill=kill: tills.share >= (kill + 1) / (_KILLS + 1), seconds=_SECONDS)  # type: ignore[misc]
        delivering.restart(kill % len(delivering.processes))
    tills.join()
    receiver.behave()
    wait_for(lambda: _is_all_delivered(delivering), seconds=_SECONDS)
    polled, events = puller.stop(), _pulled(delivering)

    assert set(receiver.seen) == {"refused", "error", "reset", "hang up", "drip", "hang"}
    assert len(events) == _EVENTS
    numbers = [event["data"]["eventIdx"] for event in events]
    assert numbers == sorted(set(numbers))
    assert polled == events
    _assert_told_as_in_ledger(delivering, events)
    expected = {f"evt_{event['data']['eventIdx']}_{webhook}_personal": event for event in events}
    came: dict[str, list[Arrival]] = defaultdict(list)
    for arrival in receiver.arrivals:
        came[arrival.id].append(arrival)
    assert came.keys() == expected.keys()
    for name, arrivals in came.items():
        assert len({arrival.body for arrival in arrivals}) == 1, f"{name} has two bodies"
        assert json.loads(arrivals[0].body) == expected[name]
    first = {expected[name]["data"]["eventIdx"]: arrivals[0].at_us for name, arrivals in came.items()}
    _assert_in_order(delivering, events, first)


def _is_all_delivered(servers: Servers) -> bool:
    now_us = time.time_ns() // 1000
    (found,) = servers.data.rows(_WAITING, now_us=now_us)
    if found["later"]:
        servers.data.run(_NOW, now_us=now_us)
    return not found["waiting"] and not found["untold"]


def _of_stamps(events: list[Any]) -> dict[int, list[Any]]:
    """`data` of each stamp's events."""
    found: dict[int, list[Any]] = defaultdict(list)
    for event in events:
        found[event["data"]["stamp"]["stampIdx"]].append(event["data"] | {"type": event["type"]})
    return found


def _assert_told_as_in_ledger(servers: Servers, events: list[Any]) -> None:
    """Each row of a ledger is an event, and nothing else but that the stamp was full; numbered without a gap."""
    ledgers: dict[int, list[str]] = defaultdict(list)
    for row in servers.data.rows(_LEDGER):
        ledgers[row["stamp_id"]].append(f"stamp.{row['kind']}")
    told = _of_stamps(events)
    assert told.keys() == ledgers.keys()
    for stamp, data in told.items():
        assert [one["sequence"] for one in data] == list(range(1, len(data) + 1))
        assert [one["type"] for one in data if one["type"] != "stamp.full"] == ledgers[stamp]
        assert [one["before"] for one in data[1:]] == [one["after"] for one in data[:-1]]


def _assert_in_order(servers: Servers, events: list[Any], first: dict[int, int]) -> None:
    """No event of a stamp came before the first attempt of the one before had ended. first: when each came, by number.

    An attempt that no process lived to write down has not ended: it is made again.
    """
    ended = {row["event_id"]: row["ended_at"] for row in servers.data.rows(_ENDS)}
    for data in _of_stamps(events).values():
        for before, after in pairwise(one["eventIdx"] for one in data):
            assert ended[before] <= first[after] + _ROUNDED_US, f"{after} overtook {before}"
