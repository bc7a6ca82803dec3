"""Part `stamp-page`: the customer's page against a bare server, its latency, and a thousand pages that are open at once."""

import time
from dataclasses import asdict
from statistics import median

import open_pages
from datasets import fill_lookup
from findings import Findings, Sheet
from floors import ceiling, figure, floor
from generators import Steady, Target, highest_rate, steady_rate
from lab import DATABASES, WRITTEN, Lab
from report import spread
from rounds import PAUSE_S, Plan, Turn, run_rounds
from stores import Store

_OF_HELLO = 0.10
_P99_MS = 25.0
_RESIDENT_MIB = 120.0
_TOLD_S = 2.0
_STAMPS = 20_000
_CODES = 10_000
_DIGEST_WITHIN_S = 120
_UNREAD = "SELECT (SELECT coalesce(max(event_id), 0) FROM stamp_event) - (SELECT min(event_id) FROM ledger_reader)"


class _Steadied:
    """A turn at the highest rate and one at half of it; of the latter it remembers the latencies."""

    def __init__(self, lab: Lab, target: Target, one: Target) -> None:
        self.steady: list[Steady] = []
        self._lab = lab
        self._target = target
        self._one = one

    def __call__(self, seconds: int) -> float:
        highest = highest_rate(self._target, seconds)
        time.sleep(PAUSE_S)
        self.steady.append(steady_rate(self._one, rate=highest / 2, seconds=seconds, log=self._lab.folder / "h2load.log"))
        return highest


def measure(lab: Lab, plan: Plan) -> Findings:
    hello = Target(lab.hello(), "/")
    hello.server.start()
    stores = {name: lab.store("stampwell", name) for name in DATABASES}
    servers = {name: lab.stampwell(stores[name], name) for name in DATABASES}
    steadied: dict[str, _Steadied] = {}
    for name, store in stores.items():
        fill_lookup(store, _STAMPS)
        codes = [row[0] for row in store.ask(f"SELECT code FROM stamp ORDER BY stamp_id DESC LIMIT {_CODES}")]
        lines = lab.folder / f"{name}.codes"
        lines.write_text("".join(f"{code}\n" for code in codes))
        servers[name].start()
        _wait_for_digest(store, plan)
        # Another stamp a request, where the generator can.
        many, one = Target(servers[name], "/stamp/", {"lines": lines}), Target(servers[name], f"/stamp/{codes[0]}")
        steadied[name] = _Steadied(lab, many, one)
    turns: dict[str, Turn] = {"hello": lambda seconds: highest_rate(hello, seconds)}
    turns |= {f"stampwell-{name}": steadied[name] for name in DATABASES}
    rates = run_rounds(turns, plan, warmed_up=lambda: [one.steady.clear() for one in steadied.values()])
    resident_mib = {name: servers[name].resident_mib() for name in DATABASES}
    opened = {name: open_pages.measure(servers[name], stores[name], plan) for name in DATABASES}
    checks = []
    for name in DATABASES:
        written, seen = WRITTEN[name], opened[name]
        checks += [
            floor(f"{written}: pages / bare uvicorn answers", rates.ratios(f"stampwell-{name}", "hello"), _OF_HELLO),
            ceiling(f"{written}: p99 at half the highest rate", [one.p99_ms for one in steadied[name].steady], _P99_MS, "ms"),
            ceiling(f"{written}: resident memory after the pages", [resident_mib[name]], _RESIDENT_MIB, "MiB"),
            ceiling(f"{written}: {open_pages.PAGES} open pages: p99 from a mark to its event", [seen.told_p99_s], _TOLD_S, "s"),
            figure(f"{written}: {open_pages.PAGES} open pages: resident memory, more", [seen.more_mib], "MiB"),
            figure(f"{written}: {open_pages.PAGES} open pages: of one core", [100 * seen.core_share], "%"),
        ]
    return Findings(
        title="The customer's page",
        rates=rates,
        units={"hello": "answers/s"} | {f"stampwell-{name}": "pages/s" for name in DATABASES},
        checks=checks,
        sheets=[_latencies({name: steadied[name].steady for name in DATABASES})],
        details={"steady": {name: [asdict(one) for one in steadied[name].steady] for name in DATABASES}},
    )


def _wait_for_digest(store: Store, plan: Plan) -> None:
    """The stamps of the data set are news to the server; a shop's are not."""
    plan.say("waits for the digest of the ledger")
    until_s = time.monotonic() + _DIGEST_WITHIN_S
    while store.ask(_UNREAD)[0][0] > 0 and time.monotonic() < until_s:
        time.sleep(1)


def _latencies(measured: dict[str, list[Steady]]) -> Sheet:
    rows = [
        (
            name,
            f"{median(one.rate for one in steady):.0f}",
            f"{median(one.kept_rate for one in steady):.0f}",
            f"{median(one.p50_ms for one in steady):.1f}",
            *spread([one.p99_ms for one in steady], 1),
        )
        for name, steady in measured.items()
    ]
    columns = ("database", "due/s", "sent/s", "p50 ms", "p99 ms, min", "median", "max")
    return Sheet("Pages at half the rate just measured", columns, rows)
