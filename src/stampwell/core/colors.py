"""Colours that merchants choose, corrected so that they can be read: six hexadecimal digits in, six out."""

import math
import re
from functools import lru_cache
from typing import NamedTuple

INK_ON_LIGHT, INK_ON_DARK = "1d1a16", "f2eee6"
CARD_ON_LIGHT, CARD_ON_DARK = "ffffff", "211e18"
"""Text and surfaces: the tokens of the pages' stylesheet."""

# WCAG asks 3:1 of a mark. At 4.5:1 on the plain card it keeps that on every tint of paper, and small words may be made of it.
MARK_CONTRAST = 4.5
# What text has on the pages' own paper; the softer second text keeps its 4.5:1 then.
PAPER_CONTRAST = 12.0

_HEX = re.compile(r"[0-9a-f]{6}")
# A step of lightness that nobody sees.
_STEPS = 400
# Where the sRGB curve is a line, encoded and linear.
_STRAIGHT, _STRAIGHT_LINEAR = 0.04045, 0.0031308
# The matrices are rounded.
_TOLERANCE = 0.0005


class ColorPair(NamedTuple):
    """A colour on a light ground and on a dark one."""

    light: str
    dark: str


class _Oklch(NamedTuple):
    """Lightness 0 to 1, chroma, hue in radians: Björn Ottosson's OKLab in polar coordinates."""

    lightness: float
    chroma: float
    hue: float


class _Ladder(NamedTuple):
    """The colours of one hue from the given one on, a step of lightness each, towards black (-1) or white (1)."""

    start: _Oklch
    direction: int

    def color(self, step: int) -> str:
        lightness = self.start.lightness + self.direction * step / _STEPS
        return _to_hex(self.start._replace(lightness=min(max(lightness, 0.0), 1.0)))

    def first_step(self, against: str, ratio: float) -> int | None:
        """The first one that has the contrast; None when none has.

        All behind it have it too, so each look leaves out half of them: looking at one after the other takes 14 times as long.
        """
        short, reaching = 0, _STEPS
        if contrast(self.color(reaching), against) < ratio:
            return None
        while reaching - short > 1:
            middle = (short + reaching) // 2
            if contrast(self.color(middle), against) >= ratio:
                reaching = middle
            else:
                short = middle
        return reaching


def parse_color(text: str) -> str | None:
    """`#B3261E` and `b3261e` are `b3261e`; None for what is no six hexadecimal digits."""
    digits = text.strip().removeprefix("#").lower()
    return digits if _HEX.fullmatch(digits) else None


def contrast(one: str, other: str) -> float:
    """WCAG's ratio, 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=4096)
def fit(color: str, against: str, ratio: float) -> str:
    """The colour of the same hue, nearest in lightness, whose contrast against that ground reaches the ratio.

    Raises ValueError when none does: black or white always reaches 4.5:1.
    """
    if contrast(color, against) >= ratio:
        return color
    start = _to_oklch(color)
    ladders = (_Ladder(start, -1), _Ladder(start, 1))
    reaching = [(step, ladder) for ladder in ladders if (step := ladder.first_step(against, ratio)) is not None]
    if not reaching:
        raise ValueError(f"no colour reaches {ratio}:1 against {against}")
    step, ladder = min(reaching, key=lambda one: one[0])
    return ladder.color(step)


def mark_colors(color: str) -> ColorPair:
    """What marks are made of."""
    return ColorPair(fit(color, CARD_ON_LIGHT, MARK_CONTRAST), fit(color, CARD_ON_DARK, MARK_CONTRAST))


def paper_colors(color: str) -> ColorPair:
    """A tint for the card itself, on which text can be read."""
    return ColorPair(fit(color, INK_ON_LIGHT, PAPER_CONTRAST), fit(color, INK_ON_DARK, PAPER_CONTRAST))


def _luminance(color: str) -> float:
    red, green, blue = _to_linear(color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _to_linear(color: str) -> tuple[float, float, float]:
    red, green, blue = (_linear(int(color[place : place + 2], 16) / 255) for place in (0, 2, 4))
    return red, green, blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= _STRAIGHT else float(((value + 0.055) / 1.055) ** 2.4)


def _encoded(value: float) -> int:
    value = min(max(value, 0.0), 1.0)
    return round(255 * (12.92 * value if value <= _STRAIGHT_LINEAR else 1.055 * value ** (1 / 2.4) - 0.055))


def _to_oklch(color: str) -> _Oklch:
    red, green, blue = _to_linear(color)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return _Oklch(
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        math.hypot(a, b),
        math.atan2(b, a),
    )


def _to_hex(color: _Oklch) -> str:
    """The most colourful one of that lightness and hue that a screen can show, at most as colourful as asked for."""
    reachable, chroma = 0.0, color.chroma
    if not _on_screen(_to_rgb(color)):
        for _ in range(12):
            middle = (reachable + chroma) / 2
            if _on_screen(_to_rgb(color._replace(chroma=middle))):
                reachable = middle
            else:
                chroma = middle
        chroma = reachable
    return "".join(f"{_encoded(value):02x}" for value in _to_rgb(color._replace(chroma=chroma)))


def _on_screen(values: tuple[float, float, float]) -> bool:
    return all(-_TOLERANCE <= value <= 1 + _TOLERANCE for value in values)


def _to_rgb(color: _Oklch) -> tuple[float, float, float]:
    """Linear red, green and blue; beyond 0 to 1 for what no screen can show."""
    a, b = color.chroma * math.cos(color.hue), color.chroma * math.sin(color.hue)
    long = (color.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (color.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (color.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
