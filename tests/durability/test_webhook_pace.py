"""A webhook that hangs beside fifty that answer, at 200 events a second: those that answer hear of each within two seconds."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from statistics import quantiles

from kit.hooks import Hooks, Received, Reply
from kit.load import wait_for
from kit.people import open_account
from kit.races import Caller, Request, Servers, create
from stampwell.workers.deliveries import IN_HAND

_ANSWERING = 50
_EVENTS_A_SECOND = 200
# As many as one webhook may have in hand, and more: the one that hangs has each 51st.
_EVENTS = (_ANSWERING + 1) * 20
_OF_THE_HANGING = 2 * IN_HAND
_THREADS = 12
_SECONDS = 2.0


def test_those_that_answer_hear_soon(hook_server: Servers) -> None:
    released = threading.Event()

    def hang(_: Received) -> Reply:
        released.wait(60)
        return Reply()

    waits_s: list[float] = []

    def answer(came: Received) -> Reply:
        waits_s.append((datetime.now(UTC) - datetime.fromisoformat(came.json["timestamp"])).total_seconds())
        return Reply()

    with Hooks(answer) as answering, Hooks(hang) as hanging:
        first, *_ = shops = [_open(hook_server, hanging.url), *(_open(hook_server, answering.url) for _ in range(_ANSWERING))]
        # What hangs has its hands full from the beginning.
        rows = [create(first[1]).body] * _OF_THE_HANGING
        assert first[0].send(hook_server.base, Request("POST", "stamp/v1/bulk", {"stamps": rows})).status == 200
        _issue(hook_server, shops)
        expected = _EVENTS - _EVENTS // len(shops)
        wait_for(lambda: len(waits_s) == expected, seconds=30)
        assert quantiles(waits_s, n=20)[-1] < _SECONDS
        assert hanging.received == []
        # Before it listens no more, so that nobody waits for it.
        hook_server.processes[0].kill()
        released.set()


def _open(hook_server: Servers, url: str) -> tuple[Caller, int]:
    """What calls for a shop with that webhook, and its card."""
    account = open_account(hook_server.data, now_us=1)
    caller = Caller(account.key)
    assert caller.send(hook_server.base, Request("POST", "webhook/v1/create", {"url": url})).status == 200
    return caller, account.card_id


def _issue(hook_server: Servers, shops: list[tuple[Caller, int]]) -> None:
    """For each of the shops in turn, at that rate."""
    began_s, pause = time.monotonic(), threading.Event()

    def issue(number: int) -> int:
        pause.wait(max(0, began_s + number / _EVENTS_A_SECOND - time.monotonic()))
        caller, card = shops[number % len(shops)]
        return caller.send(hook_server.base, create(card)).status

    with ThreadPoolExecutor(_THREADS) as threads:
        assert set(threads.map(issue, range(_EVENTS))) == {200}
