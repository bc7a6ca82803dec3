"""A figure over the last four weeks as bars, for an SVG that stretches while its words do not."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from stampwell.core.phrases import Phrase
from stampwell.dashboard.home.chart_days import short_day

WEEK = 7
DAYS = 4 * WEEK
HEIGHT = 100
"""Of the highest bar; a day is 1 wide."""

_GAP = 0.15
# A day with anything at all is seen.
_LEAST = 3.0


class Tick(NamedTuple):
    """A day below the bars. at: its middle in percent of the width."""

    at: float
    day: Phrase


class Chart(NamedTuple):
    """A figure over the days, the last of which is today.

    path, today_path: the bars, for the `d` of a path. busiest_at: the middle of the highest bar in percent of the width.
    this_week, week_before: sums of the last seven days, and of the seven days before those.
    """

    title: Phrase
    path: str
    today_path: str
    ticks: Sequence[Tick]
    total: int
    busiest: int
    busiest_at: float
    this_week: int
    week_before: int


def chart_of(title: Phrase, counts: Sequence[tuple[date, int]]) -> Chart:
    """Bars as high as their numbers. Days on which more was taken back show nothing."""
    numbers = [count for _, count in counts]
    busiest = max(0, *numbers)
    bars = [_bar(place, number, busiest) for place, number in enumerate(numbers)]
    today = len(counts) - 1
    return Chart(
        title=title,
        path="".join(bars[:today]),
        today_path=bars[today],
        ticks=[Tick(_middle(place, len(counts)), short_day(counts[place][0])) for place in range(0, today, WEEK)],
        total=sum(numbers),
        busiest=busiest,
        busiest_at=_middle(numbers.index(busiest), len(counts)) if busiest else 0.0,
        this_week=sum(numbers[-WEEK:]),
        week_before=sum(numbers[-2 * WEEK : -WEEK]),
    )


def _bar(place: int, number: int, busiest: int) -> str:
    if number <= 0:
        return ""
    top = HEIGHT - max(_LEAST, HEIGHT * number / busiest)
    return f"M{place + _GAP / 2:g} {HEIGHT}V{top:.4g}h{1 - _GAP:g}V{HEIGHT}z"


def _middle(place: int, days: int) -> float:
    return round(100 * (place + 0.5) / days, 2)
