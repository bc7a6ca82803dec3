"""Part `create`: single creations, against pgbench's inserts, a bare server and the ORM peer; latency, memory, start."""

import json
import time
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from failure import BenchFailed
from findings import Findings, Sheet
from floors import Check, ceiling, floor
from generators import Steady, Target, highest_rate, steady_rate, transactions
from lab import DATABASES, WRITTEN, Lab
from report import spread
from rounds import PAUSE_S, Plan, Rates, Turn, run_rounds
from servers import Server
from stores import Counts, Store

from stampwell.core.phones import phone_digits
from stampwell.features.stamps.contract.examples import SAMPLE_CREATE

PATH = "/api/stamp/v1/create"
EACH = Counts(stamps=1, events=1, told=1)

_OF_PGBENCH = 0.35
_OF_HELLO = 0.15
_TIMES_PEER = 10.0
_P99_MS = 25.0
_RESIDENT_MIB = 120.0
_START_S = 1.5


class _Steadied:
    """A turn at the highest rate and one at half of it; of the latter it remembers the latencies."""

    def __init__(self, target: Target, body: Path) -> None:
        self.steady: list[Steady] = []
        self._target = target
        self._body = body

    def __call__(self, seconds: int) -> float:
        highest = highest_rate(self._target, seconds)
        time.sleep(PAUSE_S)
        log = self._body.with_name("h2load.log")
        self.steady.append(steady_rate(self._target, body=self._body, rate=highest / 2, seconds=seconds, log=log))
        return highest


def measure(lab: Lab, plan: Plan) -> Findings:
    body = sample_body(lab.folder)
    ours = {database: lab.store("stampwell", database) for database in DATABASES}
    theirs = {database: lab.store("peer", database) for database in DATABASES}
    servers = {database: lab.stampwell(ours[database], database) for database in DATABASES}
    starts = {database: [_start_anew(servers[database]) for _ in range(plan.starts)] for database in DATABASES}
    hello = Target(lab.hello(), "/")
    peers = {
        database: Target(lab.peer(theirs[database], database), PATH, {"body": body}, theirs[database], EACH)
        for database in DATABASES
    }
    for server in (hello.server, *(peer.server for peer in peers.values())):
        server.start()
    steadied = {
        database: _Steadied(Target(servers[database], PATH, {"body": body}, ours[database], EACH), body)
        for database in DATABASES
    }
    turns: dict[str, Turn] = {
        "hello": lambda seconds: highest_rate(hello, seconds),
        "stampwell-sqlite": steadied["sqlite"],
        "peer-sqlite": lambda seconds: highest_rate(peers["sqlite"], seconds),
        # The very table that Stampwell writes to.
        "pgbench": lambda seconds: _inserts(lab, ours["postgresql"], seconds),
        "stampwell-postgresql": steadied["postgresql"],
        "peer-postgresql": lambda seconds: highest_rate(peers["postgresql"], seconds),
    }
    rates = run_rounds(turns, plan, warmed_up=lambda: [one.steady.clear() for one in steadied.values()])
    steady = {database: steadied[database].steady for database in DATABASES}
    resident_mib = {database: servers[database].resident_mib() for database in DATABASES}
    return Findings(
        title="Creations",
        rates=rates,
        units={"hello": "answers/s", "pgbench": "inserts/s"} | dict.fromkeys(list(turns)[1:3] + list(turns)[4:], "creations/s"),
        checks=_checks(rates, steady, resident_mib=resident_mib, starts=starts),
        sheets=[_latencies(steady)],
        details={"steady": {database: [asdict(one) for one in steady[database]] for database in DATABASES}},
    )


def sample_body(folder: Path) -> Path:
    """The documented sample, as a file."""
    body = folder / "body.json"
    body.write_text(json.dumps(SAMPLE_CREATE))
    return body


def _start_anew(server: Server) -> float:
    if server.is_running:
        server.stop()
    return server.start()


def _inserts(lab: Lab, store: Store, seconds: int) -> float:
    before = store.ends()
    done = transactions(lab.cluster, store, "insert_stamp.sql", seconds=seconds, given=_sample_row(store))
    if store.count_after(before).stamps != done.number:
        raise BenchFailed("pgbench stored another number of stamps than it says")
    return done.rate


def _sample_row(store: Store) -> dict[str, Any]:
    sample = {name: str(value) for name, value in SAMPLE_CREATE.items()}
    return {
        "account_id": store.account_id,
        "card_id": sample["cardIdx"],
        "domain": sample["domain"],
        "starts_on": sample["strtYmd"],
        "ends_on": sample["endYmd"],
        "active": "true",
        "reward_title": "One coffee",
        "memo": sample["memo"],
        "user_id": sample["userId"],
        "user_name": sample["userNm"],
        "user_phone": sample["userPhnno"],
        "user_phone_digits": phone_digits(sample["userPhnno"]),
        "user_email": sample["userEml"],
        "user_etc1": sample["userEtc1"],
        "created_at": time.time_ns() // 1000,
    }


def _checks(
    rates: Rates, steady: dict[str, list[Steady]], *, resident_mib: dict[str, float], starts: dict[str, list[float]]
) -> list[Check]:
    listed = [
        floor("PostgreSQL: creations / pgbench inserts", rates.ratios("stampwell-postgresql", "pgbench"), _OF_PGBENCH),
        floor("SQLite: creations / bare uvicorn answers", rates.ratios("stampwell-sqlite", "hello"), _OF_HELLO),
    ]
    for database in DATABASES:
        written = WRITTEN[database]
        of_peer = rates.ratios(f"stampwell-{database}", f"peer-{database}")
        listed += [
            floor(f"{written}: creations / FastAPI + SQLAlchemy creations", of_peer, _TIMES_PEER),
            ceiling(f"{written}: p99 at half the highest rate", [one.p99_ms for one in steady[database]], _P99_MS, "ms"),
            ceiling(f"{written}: resident memory after the load", [resident_mib[database]], _RESIDENT_MIB, "MiB"),
            ceiling(f"{written}: from start to /readyz 200", starts[database], _START_S, "s"),
        ]
    return listed


def _latencies(measured: dict[str, list[Steady]]) -> Sheet:
    rows = [
        (
            database,
            f"{median(one.rate for one in steady):.0f}",
            f"{median(one.kept_rate for one in steady):.0f}",
            f"{median(one.p50_ms for one in steady):.1f}",
            *spread([one.p99_ms for one in steady], 1),
        )
        for database, steady in measured.items()
    ]
    columns = ("database", "due/s", "sent/s", "p50 ms", "p99 ms, min", "median", "max")
    return Sheet("Creations at half the rate just measured", columns, rows)
