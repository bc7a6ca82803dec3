"""What a part of the bench found."""

from dataclasses import dataclass, field
from typing import Any

from floors import Check
from rounds import Rates


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table for people: numbers are shown as they are."""

    title: str
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Findings:
    """`units` say what a contender's rate counts; `details` go into the JSON as they are."""

    title: str
    rates: Rates
    units: dict[str, str]
    checks: list[Check]
    sheets: list[Sheet] = field(default_factory=list)
    details: dict[str, Any] = field(default_factory=dict)
