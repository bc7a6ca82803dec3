"""A month of a figure as bars, for an SVG."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from stampwell.core.phrases import Phrase

WIDTH, HEIGHT = 600, 120
_GAP = 4


class Bar(NamedTuple):
    """A rectangle of the drawing, and the day and number that it stands for."""

    x: float
    y: float
    width: float
    height: float
    day: date
    number: int


class Chart(NamedTuple):
    """A figure over the days: its title, its highest day, its sum, and a bar a day."""

    title: Phrase
    most: int
    total: int
    bars: Sequence[Bar]


def chart_of(title: Phrase, counts: Sequence[tuple[date, int]]) -> Chart:
    """Bars as high as their numbers; a day with anything at all is seen. Days on which more was taken back show nothing."""
    most = max([count for _, count in counts], default=0)
    step = WIDTH / max(1, len(counts))
    bars = []
    for number, (day, count) in enumerate(counts):
        height = 0.0 if count <= 0 else max(2.0, HEIGHT * count / most)
        bars.append(
            Bar(round(number * step, 1), round(HEIGHT - height, 1), round(step - _GAP, 1), round(height, 1), day, count)
        )
    return Chart(title, most, sum(count for _, count in counts), bars)
