"""Figures for people and, as JSON, for machines."""

from collections.abc import Sequence
from dataclasses import asdict
from statistics import mean, median
from typing import Any

from floors import Check
from rich.console import Console
from rich.table import Table
from rounds import Measured

# Above this share of the cores in use by others, latencies say more of them than of us.
_QUIET = 0.05
_UNITS = {"hello": "answers/s", "pgbench": "inserts/s"}


def show(measured: Measured, checked: list[Check], *, used: dict[str, str], console: Console) -> None:
    """Prints the rates, the latencies, the figures that have a floor, and what they were measured with."""
    console.print(_rates(measured))
    console.print(_latencies(measured))
    console.print(_floors(checked))
    console.print(_company(measured), highlight=False)
    console.print("Measured with: " + ", ".join(f"{name} {value}" for name, value in used.items()), highlight=False)


def as_json(measured: Measured, checked: list[Check], *, used: dict[str, str]) -> dict[str, Any]:
    """Everything that was measured, every round of it."""
    return {
        "used": used,
        "measured": asdict(measured),
        "checks": [{**asdict(check), "median": check.middle, "holds": check.holds} for check in checked],
    }


def _company(measured: Measured) -> str:
    shares = measured.busy_elsewhere
    said = f"Between the turns, others kept {mean(shares):.0%} of the cores busy (mean; at most {max(shares):.0%})."
    return f"{said} Run it again when they are quiet." if mean(shares) > _QUIET else said


def _rates(measured: Measured) -> Table:
    table = _table("Highest rate, 32 connections", "contender", "unit", "min", "median", "max")
    for name, rates in measured.rates.items():
        table.add_row(name, _UNITS.get(name, "creations/s"), *_spread(rates, 0))
    return table


def _latencies(measured: Measured) -> Table:
    table = _table(
        "Creations at half the rate just measured", "database", "due/s", "sent/s", "p50 ms", "p99 ms, min", "median", "max"
    )
    for database, steady in measured.steady.items():
        table.add_row(
            database,
            f"{median(one.rate for one in steady):.0f}",
            f"{median(one.kept_rate for one in steady):.0f}",
            f"{median(one.p50_ms for one in steady):.1f}",
            *_spread([one.p99_ms for one in steady], 1),
        )
    return table


def _floors(checked: list[Check]) -> Table:
    table = _table("What must be reached (the median counts)", "figure", "min", "median", "max", "must be", "")
    for check in checked:
        bound = f"{'≥' if check.at_least else '≤'} {check.limit:g} {check.unit}".rstrip()
        digits = 3 if check.at_least and check.limit < 1 else 2
        table.add_row(check.title, *_spread(check.values, digits), bound, "yes" if check.holds else "MISSED")
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=True)
    return table


def _spread(values: Sequence[float], digits: int) -> list[str]:
    return [f"{value:.{digits}f}" for value in (min(values), median(values), max(values))]
