"""Where the marks of a card stand and how each was pressed: the same at every visit."""

import hashlib
from enum import Enum
from typing import NamedTuple

# Turned further, or paler, a mark looks like a mistake rather than like somebody's hand.
MOST_DEGREES = 9.0
PALEST = 0.88
SHAPES = 4
"""How many outlines a pressed mark may have."""


# By a byte.
_DEGREES = [round((one / 255 * 2 - 1) * MOST_DEGREES, 1) for one in range(256)]
_DENSITIES = [round(PALEST + (1 - PALEST) * one / 255, 2) for one in range(256)]


class Area(Enum):
    """The place for the marks, as width over height: on a phone, and on a card of a bank card's proportion."""

    NARROW = 1.25
    WIDE = 2.4


class Press(NamedTuple):
    """How a mark was pressed: its turn in degrees, the density of its ink up to 1, and which of the outlines it has."""

    degrees: float
    density: float
    shape: int


def columns(count: int, area: Area) -> int:
    """How many marks stand in a row. No row but that of a single mark has one alone; count is 1 to 100."""
    fitting = [across for across in range(1, count + 1) if across == count or (count % across != 1 and across > 1)]
    return max(fitting, key=lambda across: _size(count, across, area))


def presses(code: str, count: int) -> list[Press]:
    """How the first marks, so many, of the stamp with that code were pressed."""
    drawn = hashlib.shake_128(code.encode()).digest(3 * count)
    return [Press(_DEGREES[one], _DENSITIES[two], three % SHAPES) for one, two, three in zip(*[iter(drawn)] * 3, strict=True)]


def _size(count: int, across: int, area: Area) -> float:
    """How large marks would be in so many columns; rows that are not full count for less."""
    rows = -(-count // across)
    fullness = count / (rows * across)
    return min(area.value / across, 1 / rows) * fullness**2
