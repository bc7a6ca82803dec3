"""Two processes deliver from one queue, and a webhook that hangs beside fifty that answer."""

import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from kit.hooks import Hooks, Received, Reply
from kit.load import wait_for
from kit.races import Request, Servers, create
from stampwell.workers.deliveries import AT_ONCE

_ENQUEUE = """
INSERT INTO webhook_delivery (webhook_id, event_id, account_id, stamp_id, due_at, tries, is_test)
SELECT :webhook, event_id, account_id, stamp_id, created_at, 0, FALSE FROM event
"""
_WORKERS = "SELECT COUNT(DISTINCT worker) AS n FROM webhook_delivery"
_WAITING = "SELECT COUNT(*) AS n FROM webhook_delivery"
_ATTEMPTS = "SELECT COUNT(*) AS n FROM webhook_attempt"
_LATER = "SELECT COUNT(*) AS n FROM webhook_attempt WHERE next_at IS NOT NULL"
_FAILING = "SELECT failing_since FROM webhook"


def _number(servers: Servers, sql: str) -> int:
    return int(servers.data.rows(sql)[0]["n"])


def _issue(servers: Servers, card: int, stamps: int) -> None:
    rows = [create(card).body] * stamps
    assert servers.send(Request("POST", "stamp/v1/bulk", {"stamps": rows})).status == 200


def _ids(hooks: Hooks) -> Counter[str]:
    return Counter(one.headers["webhook-id"] for one in hooks.received)


@pytest.mark.one_database("postgresql")
class TestTwoProcesses:
    def test_they_share_what_waits_and_deliver_it_once(self, hook_server: Servers) -> None:
        events, pause = 600, threading.Event()

        def slowly(_: Received) -> Reply:
            pause.wait(0.05)
            return Reply()

        with Hooks(slowly) as hooks:
            _issue(hook_server, hook_server.new_card(), events)
            made = {"url": hooks.url, "activeYn": "N"}
            webhook = hook_server.send(Request("POST", "webhook/v1/create", made)).result["webhookIdx"]
            wait_for(lambda: hook_server.data.count("outbox") == 0)
            assert hook_server.processes.pop().stop() == 0
            assert hook_server.data.run(_ENQUEUE, webhook=webhook) == events
            hook_server.data.run("UPDATE webhook SET active = TRUE")
            with ThreadPoolExecutor(2) as starting:
                for started in [starting.submit(hook_server.start) for _ in range(2)]:
                    started.result()
            wait_for(lambda: _number(hook_server, _WORKERS) == 2, seconds=30)
            wait_for(lambda: _number(hook_server, _WAITING) == 0, seconds=30)
            assert len(_ids(hooks)) == events
            assert set(_ids(hooks).values()) == {1}

    def test_one_that_stands_still_loses_what_it_has_in_hand_and_does_no_harm_afterwards(self, hook_server: Servers) -> None:
        # As many as are sent at the same time.
        events, is_held, released, arriving = AT_ONCE, True, threading.Event(), count(1)
        reached = 0

        def hold(_: Received) -> Reply:
            nonlocal reached
            reached = next(arriving)
            if is_held:
                released.wait(60)
            return Reply()

        with Hooks(hold) as hooks:
            hook_server.send(Request("POST", "webhook/v1/create", {"url": hooks.url}))
            card = hook_server.new_card()
            _issue(hook_server, card, events)
            wait_for(lambda: reached == events, seconds=20)
            (still,) = hook_server.processes
            still.process.send_signal(signal.SIGSTOP)
            is_held = False
            hook_server.start()
            # Not before the first is given up.
            wait_for(lambda: _number(hook_server, _WAITING) == 0, seconds=40)
            assert (len(_ids(hooks)), _number(hook_server, _ATTEMPTS)) == (events, events)
            still.process.send_signal(signal.SIGCONT)
            # Its own attempts have come to nothing meanwhile.
            wait_for(lambda: _number(hook_server, _ATTEMPTS) == 2 * events, seconds=30)
            released.set()
            assert _number(hook_server, _WAITING) == 0
            assert hook_server.data.rows(_FAILING) == [{"failing_since": None}]
            assert hook_server.data.rows(_LATER) == [{"n": 0}]
            _issue(hook_server, card, 1)
            wait_for(lambda: reached == 2 * events + 1, seconds=20)
