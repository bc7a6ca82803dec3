"""Load: wrk for the highest rate, h2load for a fixed one, pgbench for what the database alone can do."""

import json
import math
import os
import re
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cluster import Cluster
from failure import BenchFailed
from servers import Server
from stores import Counts, Store

from stampwell.core.text import digits_of
from stampwell.features.stamps.examples import SAMPLE_CREATE

CONNECTIONS = 32
_SCRIPTS = Path(__file__).with_name("load")


@dataclass(frozen=True, slots=True)
class Target:
    """What a load is for: a server, the path it is asked for and, to create stamps, the store it writes to."""

    server: Server
    path: str
    store: Store | None

    @property
    def url(self) -> str:
        return self.server.base_url + self.path


@dataclass(frozen=True, slots=True)
class Steady:
    """Latencies at a fixed rate. `kept_rate` is what was really sent a second; less when the server fell behind."""

    rate: float
    kept_rate: float
    p50_ms: float
    p99_ms: float


def highest_rate(target: Target, *, body: Path, seconds: int) -> float:
    """Answers a second, all of them 2xx, and every one of them a stamp in the store."""
    environment = dict(os.environ)
    if target.store is not None:
        environment |= {"BENCH_BODY": str(body), "BENCH_KEY": target.store.api_key}
    before = target.store.count() if target.store else None
    script = str(_SCRIPTS / "wrk.lua")
    said = _run(["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", script, target.url], environment=environment)
    summary = json.loads(said.split("SUMMARY ", 1)[1])
    if summary["refused"] or summary["broken"] or "Non-2xx" in said:
        raise BenchFailed(f"{target.server.name}: not every answer was good:\n{said}")
    if target.store is not None and before is not None:
        _require_stored(target.server.name, target.store, before=before, answers=summary["answers"])
    return float(summary["answers"] / summary["seconds"])


def _require_stored(name: str, store: Store, *, before: Counts, answers: int) -> None:
    # wrk hangs up on the requests it has under way at its end; they may be stored a moment later.
    time.sleep(0.3)
    after = store.count()
    stored = after.stamps - before.stamps
    if not answers <= stored <= answers + CONNECTIONS:
        raise BenchFailed(f"{name} answered {answers} creations and stored {stored} stamps")
    ledger, told = after.events - before.events, after.told - before.told
    if not ledger == told == stored:
        raise BenchFailed(f"{name} stored {stored} stamps with {ledger} ledger and {told} outbox rows")


def database_rate(cluster: Cluster, store: Store, *, seconds: int) -> float:
    """Single-row inserts of the sample's stamp a second, each a prepared statement and a transaction."""
    sample = {name: str(value) for name, value in SAMPLE_CREATE.items()}
    values = {
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
        "user_phone_digits": digits_of(sample["userPhnno"]),
        "user_email": sample["userEml"],
        "user_etc1": sample["userEtc1"],
        "created_at": time.time_ns() // 1000,
    }
    given = [part for name, value in values.items() for part in ("-D", f"{name}={value}")]
    before = store.count().stamps
    said = _run(
        [
            *(str(cluster.program("pgbench")), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2", "-T", str(seconds)),
            *(*given, "-f", str(_SCRIPTS / "insert_stamp.sql"), store.url),
        ],
        environment=dict(os.environ),
    )
    done = int(_found(r"transactions actually processed: (\d+)", said))
    stored = store.count().stamps - before
    if stored != done or int(_found(r"failed transactions: (\d+)", said)):
        raise BenchFailed(f"pgbench made {done} transactions and stored {stored} stamps:\n{said}")
    return float(_found(r"tps = ([\d.]+) \(without initial connection time\)", said))


def steady_rate(target: Target, *, body: Path, rate: float, seconds: int, log: Path) -> Steady:
    """Latencies of creations at that many a second."""
    if target.store is None:
        raise BenchFailed(f"{target.server.name} has nothing to create stamps in")
    log.unlink(missing_ok=True)
    # Connections start a millisecond apart: started together, they would all send together, in bursts, to the end.
    said = _run(
        [
            *("h2load", "--h1", "-t1", f"-c{CONNECTIONS}", "-r1", "--rate-period=1ms"),
            *(f"-n{rate * seconds:.0f}", f"--rps={rate / CONNECTIONS:.3f}"),
            *("-H", "Content-Type: application/json", "-H", f"Authorization: APIKey {target.store.api_key}"),
            *("-d", str(body), f"--log-file={log}", target.url),
        ],
        environment=dict(os.environ),
    )
    rows = [line.split("\t") for line in log.read_text().splitlines()]
    if not rows or any(row[1] != "200" for row in rows):
        raise BenchFailed(f"{target.server.name}: not every answer was good:\n{said}")
    starts_us = [int(row[0]) for row in rows]
    kept = len(rows) / ((max(starts_us) - min(starts_us)) / 1e6)
    latencies_us = sorted(_with_omitted((int(row[2]) for row in rows), every_us=round(CONNECTIONS / rate * 1e6)))
    return Steady(rate, kept, _percentile(latencies_us, 50) / 1e3, _percentile(latencies_us, 99) / 1e3)


def _with_omitted(latencies_us: Iterable[int], *, every_us: int) -> Iterator[int]:
    """Those, and the ones of the requests that were due on the same connection while an answer was waited for.

    h2load sends, and times, such a request late ("coordinated omission"); this is HdrHistogram's correction of it.
    """
    for latency_us in latencies_us:
        yield from range(latency_us, 0, -every_us)


def _percentile(ordered: list[int], percent: int) -> int:
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]


def _found(pattern: str, said: str) -> str:
    found = re.search(pattern, said)
    if found is None:
        raise BenchFailed(f"no {pattern!r} in:\n{said}")
    return found[1]


def _run(command: list[str], *, environment: dict[str, str]) -> str:
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise BenchFailed(f"{command[0]} is missing. Run: tools/setup.sh bench") from None
    if done.returncode:
        raise BenchFailed(f"{command[0]} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout
