"""Figures for people and, as JSON, for machines."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from statistics import mean, median
from typing import Any

from findings import Findings, Sheet
from floors import Check
from rich.console import Console
from rich.table import Table

# Above this share of the cores in use by others, latencies say more of them than of us.
_QUIET = 0.05


def show(found: Mapping[str, Findings], *, used: dict[str, str], console: Console) -> None:
    """Prints every part's rates and tables, the figures that have a floor, and what they were measured with."""
    for findings in found.values():
        if findings.rates.rates:
            console.print(_rates(findings))
        for sheet in findings.sheets:
            console.print(_sheet(sheet))
    console.print(_floors([check for findings in found.values() for check in findings.checks]))
    console.print(_company([share for findings in found.values() for share in findings.rates.busy_elsewhere]), highlight=False)
    console.print("Measured with: " + ", ".join(f"{name} {value}" for name, value in used.items()), highlight=False)


def as_json(found: Mapping[str, Findings], *, used: dict[str, str]) -> dict[str, Any]:
    """Everything that was measured, every round of it."""
    return {
        "used": used,
        "parts": {
            name: {
                "rates": asdict(findings.rates),
                "checks": [{**asdict(check), "median": check.middle, "holds": check.holds} for check in findings.checks],
                **findings.details,
            }
            for name, findings in found.items()
        },
    }


def spread(values: Sequence[float], digits: int) -> tuple[str, str, str]:
    """Smallest, median, largest."""
    low, middle, high = (f"{value:.{digits}f}" for value in (min(values), median(values), max(values)))
    return low, middle, high


def _company(shares: list[float]) -> str:
    said = f"Between the turns, others kept {mean(shares):.0%} of the cores busy (mean; at most {max(shares):.0%})."
    return f"{said} Run it again when they are quiet." if mean(shares) > _QUIET else said


def _rates(findings: Findings) -> Table:
    table = _table(f"{findings.title}: highest rate", "contender", "unit", "min", "median", "max")
    for name, rates in findings.rates.rates.items():
        table.add_row(name, findings.units[name], *spread(rates, 0))
    return table


def _sheet(sheet: Sheet) -> Table:
    table = _table(sheet.title, *sheet.columns)
    for row in sheet.rows:
        table.add_row(*row)
    return table


def _floors(checked: list[Check]) -> Table:
    table = _table("What must be reached (the median counts)", "figure", "min", "median", "max", "must be", "")
    for check in checked:
        digits = 3 if check.at_least and check.middle < 1 else 2
        verdict = "" if check.limit is None else "yes" if check.holds else "MISSED"
        table.add_row(check.title, *spread(check.values, digits), check.bound, verdict)
    return table


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", no_wrap=True)
    return table
