"""Part `webhooks`: deliveries a second to a quick receiver, and what three webhooks cost creations and marks.

Deliveries are measured from the first arrival to the last, of stamps that a few large requests have issued. Creations and
marks are measured as in parts `create` and `add`, on a database without webhooks and on one with three; what waits for those
when a turn ends is dropped, and the next turn begins when the machine is quiet, so that none shares it with another.
"""

import json
import time
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import adding
import creating
from datasets import fill_roomy
from failure import BenchFailed
from findings import Findings, Sheet
from floors import Check, figure, floor
from generators import Target, highest_rate
from lab import DATABASES, WRITTEN, Lab
from rounds import PAUSE_S, Plan, Rates, Turn, busy_share, run_rounds
from servers import Server
from stores import Store

from stampwell.features.stamps.contract.examples import SAMPLE_CREATE

_A_SECOND = 1000.0
_OF_NONE = 0.9
_HOOKS = 3
# So few that the digests have them at once.
_STAMPS = 5000
_QUIET = 0.05
_CATCHES_UP_S = 20.0
_WHAT = {"create": "creations", "add": "marks"}
_ROWS = 1000
_EVENTS_A_SECOND = 2000
_DROP = ("DELETE FROM outbox", "DELETE FROM webhook_delivery")
_PATIENCE_S = 60.0
_POLL_S = 0.2
# Five turns a database.
_MOST_ROUNDS = 3


def measure(lab: Lab, plan: Plan) -> Findings:
    body = creating.sample_body(lab.folder)
    receiver = lab.receiver()
    hello = Target(lab.hello(), "/")
    for server in (receiver, hello.server):
        server.start()
    turns: dict[str, Turn] = {"hello": lambda seconds: highest_rate(hello, seconds)}
    servers: dict[str, Server] = {}
    for name in DATABASES:
        delivering = _Delivering(lab, name, receiver)
        servers[name] = delivering.server
        turns[f"deliveries-{name}"] = delivering
        targets = {hooks: _targets(lab, name, receiver=receiver, hooks=hooks, body=body) for hooks in (0, _HOOKS)}
        for what in _WHAT:
            turns |= {_turn(what, name, hooks): _Loaded(targets[hooks][what]) for hooks in targets}
    rates = run_rounds(turns, replace(plan, rounds=min(plan.rounds, _MOST_ROUNDS)))
    resident = {name: servers[name].resident_mib() for name in DATABASES}
    units = {name: f"{_WHAT.get(name.partition('-')[0], 'deliveries')}/s" for name in turns}
    return Findings(
        title="Webhooks",
        rates=rates,
        units=units | {"hello": "answers/s"},
        checks=[check for name in DATABASES for check in _checks(rates, name)],
        sheets=[_memory(resident)],
        details={"resident_mib": resident},
    )


class _Delivering:
    """A turn issues stamps in large requests, and waits until all of them have arrived."""

    def __init__(self, lab: Lab, name: str, receiver: Server) -> None:
        self._store = lab.store("delivering", name)
        self._receiver = receiver
        self.server = lab.stampwell(self._store, name, allow_loopback=True)
        self.server.start()
        _add_hooks(self.server, self._store, receiver, 1)

    def __call__(self, seconds: int) -> float:
        wanted = seconds * _EVENTS_A_SECOND
        _arrived(self._receiver, "/anew")
        for _ in range(wanted // _ROWS):
            _ask(self.server, "/api/stamp/v1/bulk", {"stamps": [SAMPLE_CREATE] * _ROWS}, key=self._store.api_key)
        deadline = time.monotonic() + _PATIENCE_S
        while (arrived := _arrived(self._receiver)).count < wanted:
            if time.monotonic() > deadline:
                raise BenchFailed(f"of {wanted} deliveries {arrived.count} arrived within {_PATIENCE_S:.0f} s")
            time.sleep(_POLL_S)
        return arrived.count / arrived.seconds


class _Loaded:
    """A turn at the highest rate; what waits for webhooks then is dropped, and the digests have time to catch up."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def __call__(self, seconds: int) -> float:
        rate = highest_rate(self._target, seconds)
        if self._target.store is not None:
            self._target.store.run(_DROP)
        ends = time.monotonic() + _CATCHES_UP_S
        while busy_share(PAUSE_S) > _QUIET and time.monotonic() < ends:
            pass
        return rate


class _Arrived(NamedTuple):
    """seconds: from the first to the last."""

    count: int
    seconds: float


def _arrived(receiver: Server, path: str = "/") -> _Arrived:
    found = _ask(receiver, path)
    return _Arrived(found["count"], found["seconds"])


def _targets(lab: Lab, name: str, *, receiver: Server, hooks: int, body: Path) -> dict[str, Target]:
    """By what is done: a server with that many webhooks, on stamps that have room for every mark."""
    store = lab.store(f"hooks-{hooks}", name)
    stamps = fill_roomy(store, time.time_ns() // 1000, count=_STAMPS)
    server = lab.stampwell(store, name, allow_loopback=True)
    server.start()
    _add_hooks(server, store, receiver, hooks)
    return {
        "create": Target(server, creating.PATH, {"body": body}, store, creating.EACH),
        "add": adding.marks_on(server, store, stamps),
    }


def _add_hooks(server: Server, store: Store, receiver: Server, count: int) -> None:
    for number in range(count):
        _ask(server, "/api/webhook/v1/create", {"url": f"{receiver.base_url}/{number}"}, key=store.api_key)


def _ask(server: Server, path: str, body: object = None, *, key: str = "") -> Any:
    """The answer's JSON; a POST where there is a body."""
    headers = {"Content-Type": "application/json", "Authorization": f"APIKey {key}"} if key else {}
    content = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(
        urllib.request.Request(server.base_url + path, content, headers), timeout=_PATIENCE_S
    ) as answer:
        return json.load(answer)


def _turn(what: str, name: str, hooks: int) -> str:
    return f"{what}-{name}, {hooks} webhooks" if hooks else f"{what}-{name}, no webhook"


def _checks(rates: Rates, name: str) -> list[Check]:
    deliveries = f"deliveries-{name}"
    return [
        floor(f"{WRITTEN[name]}: deliveries a second", rates.rates[deliveries], _A_SECOND),
        figure(f"{WRITTEN[name]}: deliveries / hello", rates.ratios(deliveries, "hello")),
        *(
            floor(
                f"{WRITTEN[name]}: {written} with {_HOOKS} webhooks / without",
                rates.ratios(_turn(what, name, _HOOKS), _turn(what, name, 0)),
                _OF_NONE,
            )
            for what, written in _WHAT.items()
        ),
    ]


def _memory(resident: dict[str, float]) -> Sheet:
    rows = [(WRITTEN[name], f"{mib:.0f} MiB") for name, mib in resident.items()]
    return Sheet("Memory after the deliveries", ("database", "resident"), rows)
