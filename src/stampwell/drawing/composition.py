"""How the marks of a card stand: one composition for every count, without a hole and without a ragged end.

All rows are full. Where the count does not come out even, the reward's place, which is always the last one, is as wide as
what is left of the last row, as "FREE" is on many printed cards. There is one gap, in proportion to the marks; they are as
large as the width lets them, up to a limit. `card.css` draws the same figures.
"""

import math
from enum import Enum
from functools import cache
from typing import NamedTuple

GAP = 0.08
"""Between two marks, in marks. The drawing of a mark leaves as much again around it."""

SPLIT = 0.12
"""What stands between the fifth and the sixth mark of ten besides the gaps, in marks."""

LABELS_PX = 22
"""Room for the numbers beside rows of ten."""

TEN = 10
MOST_COLUMNS = 10
MOST_IN_A_ROW = 5
"""As many stand in one row, as wide as it may be."""

MOST_IN_PROPORTION = 30
"""A card of more marks is as tall as they are, whatever the width."""

MOST_BEFORE_TENS = 50
"""Of more marks every row has ten, so that a person can count them."""

# Two and one may be larger than the rest.
_LARGEST_PX = {1: 112.0, 2: 104.0}
_LARGE_PX = 80.0
# Of the size that a composition would have, for each further mark that the reward's place is wide.
_WIDE_REWARD, _WIDER_REWARD, _WIDEST_REWARD = 0.93, 0.07, 0.5


class Area(Enum):
    """The place for marks on a usual phone, and on a card of a bank card's proportion: pixels.

    Its width, and the height that it has for a card in proportion and that a card of more marks may well have.
    """

    NARROW = (326, 235, 270)
    WIDE = (430, 168, 280)

    @property
    def width(self) -> float:
        return float(self.value[0])

    def height(self, count: int) -> float:
        return float(self.value[1 if count <= MOST_IN_PROPORTION else 2])


class Composition(NamedTuple):
    """So many columns and rows, the reward's place so many marks wide; tens: in groups of ten, five and five."""

    columns: int
    rows: int
    reward: int
    tens: bool

    @property
    def tracks(self) -> int:
        """How many tracks of the grid the reward's place has; groups of ten have one more, in the middle."""
        return self.reward + (self.tens and self.reward > TEN // 2)

    def size(self, width: float) -> float:
        """The side of a mark in pixels where the marks have that width."""
        return min(_LARGEST_PX.get(self.columns, _LARGE_PX), self.fitting(width))

    def fitting(self, width: float) -> float:
        """The side of a mark with which the rows are as wide as that."""
        return (width - LABELS_PX * self.tens) / (length(self.columns) + (SPLIT + GAP) * self.tens)


@cache
def compose(count: int, area: Area) -> Composition:
    """The composition of that many marks, 1 to 100."""
    if count > MOST_BEFORE_TENS:
        return rows_of(TEN, count, tens=True)
    if count <= MOST_IN_A_ROW:
        return rows_of(count, count)
    every = [rows_of(columns, count) for columns in range(1, min(count, MOST_COLUMNS) + 1)]
    return max(every, key=lambda one: _merit(one, area.width, area.height(count)))


def rows_of(columns: int, count: int, *, tens: bool = False) -> Composition:
    """So many marks in rows of so many."""
    rows = -(-count // columns)
    return Composition(columns, rows, rows * columns - count + 1, tens)


def length(marks: int) -> float:
    """Of a row of so many marks, in marks."""
    return marks * (1 + GAP) - GAP


def _merit(one: Composition, width: float, height: float) -> float:
    """How large the marks are; less where they leave the width empty, are too tall, or the reward's place is stretched."""
    size = one.size(width)
    tall = max(1.0, size * length(one.rows) / height)
    full = min(1.0, size * length(one.columns) / width)
    stretched = 1.0 if one.reward == 1 else max(_WIDEST_REWARD, _WIDE_REWARD - _WIDER_REWARD * (one.reward - 1))
    return size / math.pow(tall, 1.5) * stretched * (0.6 + 0.4 * full)
