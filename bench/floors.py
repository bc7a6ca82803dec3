"""What must be reached, and whether it was."""

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Check:
    """One figure against its floor or, for what should be small, its ceiling. `values` has one a round or start.

    Without a limit it is a figure to look at.
    """

    title: str
    values: list[float]
    limit: float | None
    at_least: bool
    unit: str = ""

    @property
    def middle(self) -> float:
        return median(self.values)

    @property
    def holds(self) -> bool:
        if self.limit is None:
            return True
        return self.middle >= self.limit if self.at_least else self.middle <= self.limit

    @property
    def bound(self) -> str:
        if self.limit is None:
            return ""
        return f"{'≥' if self.at_least else '≤'} {self.limit:g} {self.unit}".rstrip()


def floor(title: str, values: list[float], limit: float) -> Check:
    return Check(title, values, limit, at_least=True)


def ceiling(title: str, values: list[float], limit: float, unit: str) -> Check:
    return Check(title, values, limit, at_least=False, unit=unit)


def figure(title: str, values: list[float], unit: str = "") -> Check:
    """Nothing has to be reached."""
    return Check(title, values, None, at_least=True, unit=unit)
