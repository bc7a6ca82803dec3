"""Rounds: in each, every contender once, in another order every time, so that a slow moment of the machine spares none."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

# Lets the loser of the last turn finish what it wrote.
PAUSE_S = 0.3
_WARM_UP_S = 1

Turn = Callable[[int], float]
"""Seconds of load -> what was done a second."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured; `say` tells of the progress."""

    rounds: int
    seconds: int
    starts: int
    lookups: int
    stamps: int
    say: Callable[[str], None]


@dataclass(slots=True)
class Rates:
    """By contender, a rate a round.

    busy_elsewhere: the share of the machine's cores that others used between the turns, when every contender was idle.
    """

    rates: dict[str, list[float]] = field(default_factory=dict)
    busy_elsewhere: list[float] = field(default_factory=list)

    def ratios(self, one: str, other: str, *, times: float = 1.0) -> list[float]:
        """The quotient of the two in each round, one of them multiplied."""
        return [times * mine / theirs for mine, theirs in zip(self.rates[one], self.rates[other], strict=True)]


def run_rounds(turns: Mapping[str, Turn], plan: Plan, *, warmed_up: Callable[[], None] = lambda: None) -> Rates:
    """Every turn once to warm up, then the rounds. Those whose ratio is wanted should follow each other."""
    measured = Rates()
    plan.say("warm-up")
    for turn in turns.values():
        turn(_WARM_UP_S)
    warmed_up()
    names = list(turns)
    for number in range(plan.rounds):
        first = number * len(names) // plan.rounds
        order = names[first:] + names[:first]
        for name in reversed(order) if number % 2 else order:
            plan.say(f"round {number + 1} of {plan.rounds}: {name}")
            time.sleep(PAUSE_S)
            measured.busy_elsewhere.append(busy_share(PAUSE_S))
            measured.rates.setdefault(name, []).append(turns[name](plan.seconds))
    return measured


def busy_share(seconds: float) -> float:
    """The share of all cores that was in use meanwhile."""
    before = _core_ticks()
    time.sleep(seconds)
    busy, every = (now - then for now, then in zip(_core_ticks(), before, strict=True))
    return busy / every


def _core_ticks() -> tuple[int, int]:
    """Of all cores since boot: ticks in use, and all of them."""
    user, nice, system, idle, waiting, *rest = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9])
    busy = user + nice + system + sum(rest)
    return busy, busy + idle + waiting
