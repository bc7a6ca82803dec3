"""Rounds: in each, everyone once, the first one another every time, so that a slow moment of the machine spares nobody."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from contenders import DATABASES, Contenders
from generators import Steady, database_rate, highest_rate, steady_rate
from servers import Server

# Lets the loser of the last turn finish what it wrote.
_PAUSE_S = 0.5
_WARM_UP_S = 1


@dataclass(slots=True)
class Measured:
    """A value a round. `rates` by contender; the rest by database, of Stampwell alone.

    busy_elsewhere: the share of the machine's cores that others used between the turns, when every contender was idle.
    """

    rates: dict[str, list[float]] = field(default_factory=dict)
    steady: dict[str, list[Steady]] = field(default_factory=dict)
    resident_mib: dict[str, float] = field(default_factory=dict)
    start_s: dict[str, list[float]] = field(default_factory=dict)
    busy_elsewhere: list[float] = field(default_factory=list)

    def ratios(self, one: str, other: str) -> list[float]:
        """The quotient of the two in each round."""
        return [mine / theirs for mine, theirs in zip(self.rates[one], self.rates[other], strict=True)]


def measure(field_: Contenders, *, rounds: int, seconds: int, starts: int, body: Path, say: Callable[[str], None]) -> Measured:
    """Starts everyone, runs the rounds and weighs the servers."""
    measured = Measured()
    for database in DATABASES:
        server = field_.stampwell[database].server
        measured.start_s[database] = [_start_anew(server) for _ in range(starts)]
    for server in field_.servers:
        if not server.is_running:
            server.start()
    turns = _turns(field_, measured, body=body)
    say("warm-up")
    for turn in turns.values():
        turn(_WARM_UP_S)
    measured.rates.clear()
    measured.steady.clear()
    names = list(turns)
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            say(f"round {number + 1} of {rounds}: {name}")
            time.sleep(_PAUSE_S)
            measured.busy_elsewhere.append(_busy_share(_PAUSE_S))
            turns[name](seconds)
    for database in DATABASES:
        measured.resident_mib[database] = field_.stampwell[database].server.resident_mib()
    return measured


def _busy_share(seconds: float) -> float:
    before = _core_ticks()
    time.sleep(seconds)
    busy, every = (now - then for now, then in zip(_core_ticks(), before, strict=True))
    return busy / every


def _core_ticks() -> tuple[int, int]:
    """Of all cores since boot: ticks in use, and all of them."""
    user, nice, system, idle, waiting, *rest = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9])
    busy = user + nice + system + sum(rest)
    return busy, busy + idle + waiting


def _start_anew(server: Server) -> float:
    if server.is_running:
        server.stop()
    return server.start()


def _turns(field_: Contenders, measured: Measured, *, body: Path) -> dict[str, Callable[[int], None]]:
    def note(name: str, rate: float) -> float:
        measured.rates.setdefault(name, []).append(rate)
        return rate

    def hello(seconds: int) -> None:
        note("hello", highest_rate(field_.hello, body=body, seconds=seconds))

    def pgbench(seconds: int) -> None:
        note("pgbench", database_rate(field_.cluster, field_.pgbench, seconds=seconds))

    def stampwell(database: str, seconds: int) -> None:
        target = field_.stampwell[database]
        highest = note(f"stampwell-{database}", highest_rate(target, body=body, seconds=seconds))
        time.sleep(_PAUSE_S)
        steady = steady_rate(target, body=body, rate=highest / 2, seconds=seconds, log=body.with_name("h2load.log"))
        measured.steady.setdefault(database, []).append(steady)

    def peer(database: str, seconds: int) -> None:
        note(f"peer-{database}", highest_rate(field_.peer[database], body=body, seconds=seconds))

    # Those whose ratio is wanted follow each other.
    return {
        "hello": hello,
        "stampwell-sqlite": lambda seconds: stampwell("sqlite", seconds),
        "peer-sqlite": lambda seconds: peer("sqlite", seconds),
        "pgbench": pgbench,
        "stampwell-postgresql": lambda seconds: stampwell("postgresql", seconds),
        "peer-postgresql": lambda seconds: peer("postgresql", seconds),
    }
