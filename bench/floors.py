"""What must be reached, and whether it was."""

from dataclasses import dataclass
from statistics import median

from contenders import DATABASES
from rounds import Measured

_OF_PGBENCH = 0.35
_OF_HELLO = 0.15
_TIMES_PEER = 10.0
_P99_MS = 25.0
_RESIDENT_MIB = 120.0
_START_S = 1.5

_WRITTEN = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Check:
    """One figure against its floor or, for what should be small, its ceiling. `values` has one a round or start."""

    title: str
    values: list[float]
    limit: float
    at_least: bool
    unit: str = ""

    @property
    def middle(self) -> float:
        return median(self.values)

    @property
    def holds(self) -> bool:
        return self.middle >= self.limit if self.at_least else self.middle <= self.limit


def checks(measured: Measured) -> list[Check]:
    """Every figure that has a floor or a ceiling."""
    listed = [
        _floor("PostgreSQL: creations / pgbench inserts", measured.ratios("stampwell-postgresql", "pgbench"), _OF_PGBENCH),
        _floor("SQLite: creations / bare uvicorn answers", measured.ratios("stampwell-sqlite", "hello"), _OF_HELLO),
    ]
    for database in DATABASES:
        written = _WRITTEN[database]
        p99_ms = [steady.p99_ms for steady in measured.steady[database]]
        listed += [
            _floor(
                f"{written}: creations / FastAPI + SQLAlchemy creations",
                measured.ratios(f"stampwell-{database}", f"peer-{database}"),
                _TIMES_PEER,
            ),
            _ceiling(f"{written}: p99 at half the highest rate", p99_ms, _P99_MS, "ms"),
            _ceiling(f"{written}: resident memory after the load", [measured.resident_mib[database]], _RESIDENT_MIB, "MiB"),
            _ceiling(f"{written}: from start to /readyz 200", measured.start_s[database], _START_S, "s"),
        ]
    return listed


def _floor(title: str, values: list[float], limit: float) -> Check:
    return Check(title, values, limit, at_least=True)


def _ceiling(title: str, values: list[float], limit: float, unit: str) -> Check:
    return Check(title, values, limit, at_least=False, unit=unit)
