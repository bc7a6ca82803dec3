"""How each mark of a card was pressed: the same at every visit."""

import hashlib
from typing import NamedTuple

# Turned further, or paler, a mark looks like a mistake rather than like somebody's hand.
MOST_DEGREES = 9.0
PALEST = 0.88
SHAPES = 4
"""How many outlines a pressed mark may have."""


# By a byte.
_DEGREES = [round((one / 255 * 2 - 1) * MOST_DEGREES, 1) for one in range(256)]
_DENSITIES = [round(PALEST + (1 - PALEST) * one / 255, 2) for one in range(256)]


class Press(NamedTuple):
    """How a mark was pressed: its turn in degrees, the density of its ink up to 1, and which of the outlines it has."""

    degrees: float
    density: float
    shape: int


def presses(code: str, count: int) -> list[Press]:
    """How the first marks, so many, of the stamp with that code were pressed."""
    drawn = hashlib.shake_128(code.encode()).digest(3 * count)
    return [Press(_DEGREES[one], _DENSITIES[two], three % SHAPES) for one, two, three in zip(*[iter(drawn)] * 3, strict=True)]
