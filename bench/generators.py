"""Load: wrk for the highest rate, h2load for a fixed one, pgbench for what the database alone can do."""

import json
import math
import os
import re
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cluster import Cluster
from failure import BenchFailed
from servers import Server
from stores import Counts, Store

CONNECTIONS = 32
_SETTLES_S = 0.3
_SCRIPTS = Path(__file__).with_name("load")


@dataclass(frozen=True, slots=True)
class Target:
    """What a load is for: a server, the path it is asked for and what `load/wrk.lua` is told.

    What every answer must have left in the store is `each`: a rate of effects that are not there is no rate.
    """

    server: Server
    path: str
    told: Mapping[str, object] = field(default_factory=dict)
    store: Store | None = None
    each: Counts = field(default_factory=Counts)
    connections: int = CONNECTIONS

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


def highest_rate(target: Target, seconds: int) -> float:
    """Answers a second, all of them 2xx, and every one of them with its effect in the store."""
    environment = dict(os.environ) | {f"BENCH_{name.upper()}": str(value) for name, value in target.told.items()}
    if target.store is not None:
        environment["BENCH_KEY"] = target.store.api_key
    before = target.store.ends() if target.store else None
    script = str(_SCRIPTS / "wrk.lua")
    command = ["wrk", "-t1", f"-c{target.connections}", f"-d{seconds}s", "--timeout", "10s", "-s", script, target.url]
    said = _run(command, environment=environment)
    summary = json.loads(said.split("SUMMARY ", 1)[1])
    if summary["refused"] or summary["broken"] or "Non-2xx" in said:
        raise BenchFailed(f"{target.server.name}: not every answer was good:\n{said}")
    if target.store is not None and before is not None:
        _require_stored(target, before=before, answers=summary["answers"])
    return float(summary["answers"] / summary["seconds"])


def _require_stored(target: Target, *, before: Counts, answers: int) -> None:
    store, each = target.store, target.each
    if store is None:
        return
    # wrk hangs up on the requests it has under way at its end; they may be stored a moment later.
    stored = None
    while stored != (now := store.count_after(before)):
        stored = now
        time.sleep(_SETTLES_S)
    effects = now.events // each.events if each.events else 0
    if each.events and not answers <= effects <= answers + target.connections:
        raise BenchFailed(f"{target.server.name} gave {answers} answers and stored the effects of {effects}")
    wanted = Counts(*(effects * one for one in each))
    if now != wanted:
        raise BenchFailed(f"{target.server.name}: {effects} effects are {wanted}, stored were {now}")


@dataclass(frozen=True, slots=True)
class Transactions:
    """What pgbench did: how many, and how many a second once its connections were open."""

    number: int
    rate: float


def transactions(cluster: Cluster, store: Store, script: str, *, seconds: int, given: Mapping[str, object]) -> Transactions:
    """Of that script of load/, each statement prepared."""
    values = [part for name, value in given.items() for part in ("-D", f"{name}={value}")]
    said = _run(
        [
            *(str(cluster.program("pgbench")), "-n", "-M", "prepared", "-c", str(CONNECTIONS), "-j", "2", "-T", str(seconds)),
            *(*values, "-f", str(_SCRIPTS / script), store.url),
        ],
        environment=dict(os.environ),
    )
    if int(_found(r"failed transactions: (\d+)", said)):
        raise BenchFailed(f"pgbench: transactions failed:\n{said}")
    return Transactions(
        int(_found(r"transactions actually processed: (\d+)", said)),
        float(_found(r"tps = ([\d.]+) \(without initial connection time\)", said)),
    )


def steady_rate(target: Target, *, rate: float, seconds: int, log: Path, body: Path | None = None) -> Steady:
    """Latencies at that many requests a second: of a store's owner with that body, or plain GETs without."""
    log.unlink(missing_ok=True)
    sent: tuple[str, ...] = ()
    if body is not None and target.store is not None:
        authorization = f"Authorization: APIKey {target.store.api_key}"
        sent = ("-H", "Content-Type: application/json", "-H", authorization, "-d", str(body))
    # Connections start a millisecond apart: started together, they would all send together, in bursts, to the end.
    said = _run(
        [
            *("h2load", "--h1", "-t1", f"-c{CONNECTIONS}", "-r1", "--rate-period=1ms"),
            *(f"-n{rate * seconds:.0f}", f"--rps={rate / CONNECTIONS:.3f}"),
            *(*sent, f"--log-file={log}", target.url),
        ],
        environment=dict(os.environ),
    )
    rows = [line.split("\t") for line in log.read_text().splitlines()]
    if not rows or any(row[1] != "200" for row in rows):
        raise BenchFailed(f"{target.server.name}: not every answer was good:\n{said}")
    starts_us = [int(row[0]) for row in rows]
    kept = len(rows) / ((max(starts_us) - min(starts_us)) / 1e6)
    latencies_us = sorted(_with_omitted((int(row[2]) for row in rows), every_us=round(CONNECTIONS / rate * 1e6)))
    return Steady(rate, kept, percentile(latencies_us, 50) / 1e3, percentile(latencies_us, 99) / 1e3)


def percentile(ordered: list[int], percent: int) -> int:
    """Of ascending values, by the nearest rank."""
    return ordered[math.ceil(len(ordered) * percent / 100) - 1]


def _with_omitted(latencies_us: Iterable[int], *, every_us: int) -> Iterator[int]:
    """Those, and the ones of the requests that were due on the same connection while an answer was waited for.

    h2load sends, and times, such a request late ("coordinated omission"); this is HdrHistogram's correction of it.
    """
    for latency_us in latencies_us:
        yield from range(latency_us, 0, -every_us)


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
