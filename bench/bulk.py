"""Part `bulk`: stamps a second in requests of many, against single creations on as many connections.

One connection is what an importer has: it sends the most rows that a request may have. Many connections send fewer, so that
those that are under way when the load ends weigh little.
"""

import json
from dataclasses import replace
from functools import partial

from creating import EACH, PATH, sample_body
from findings import Findings
from floors import Check, figure, floor
from generators import CONNECTIONS, Target, highest_rate
from lab import DATABASES, WRITTEN, Lab
from rounds import Plan, Rates, Turn, run_rounds
from stores import Counts

from stampwell.features.stamps.contract.examples import SAMPLE_CREATE
from stampwell.features.stamps.contract.requests import MOST_ROWS

_PATH = "/api/stamp/v1/bulk"
_ROWS = {1: MOST_ROWS, CONNECTIONS: MOST_ROWS // 10}
_TIMES_SINGLE = 5.0
# Eight turns a round are many, and the figure is far from its floor.
_MOST_ROUNDS = 3


def measure(lab: Lab, plan: Plan) -> Findings:
    single = sample_body(lab.folder)
    turns: dict[str, Turn] = {}
    for name in DATABASES:
        store = lab.store("stampwell", name)
        server = lab.stampwell(store, name)
        server.start()
        for connections, rows in _ROWS.items():
            many = lab.folder / f"bulk-{rows}.json"
            many.write_text(json.dumps({"stamps": [SAMPLE_CREATE] * rows}))
            one = Target(server, PATH, {"body": single}, store, EACH, connections)
            several = Target(server, _PATH, {"body": many}, store, Counts(rows, rows, rows), connections)
            turns[_turn("create", name, connections)] = partial(highest_rate, one)
            turns[_turn("bulk", name, connections)] = partial(_stamp_rate, several, rows)
    rates = run_rounds(turns, replace(plan, rounds=min(plan.rounds, _MOST_ROUNDS)))
    return Findings(
        title="Stamps issued singly and in bulk",
        rates=rates,
        units=dict.fromkeys(turns, "stamps/s"),
        checks=[check for name in DATABASES for check in _checks(rates, name)],
    )


def _stamp_rate(target: Target, rows: int, seconds: int) -> float:
    return rows * highest_rate(target, seconds)


def _turn(what: str, name: str, connections: int) -> str:
    return f"{what}-{name}, {connections} connection{'s' if connections > 1 else ''}"


def _checks(rates: Rates, name: str) -> list[Check]:
    def ratios(connections: int) -> list[float]:
        return rates.ratios(_turn("bulk", name, connections), _turn("create", name, connections))

    return [
        floor(f"{WRITTEN[name]}: bulk / single creations, one connection", ratios(1), _TIMES_SINGLE),
        figure(f"{WRITTEN[name]}: bulk / single creations, {CONNECTIONS} connections", ratios(CONNECTIONS)),
    ]
