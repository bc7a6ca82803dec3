"""Merchants' colours as a stylesheet: a strict policy lets no page write a style into its elements.

The address of a sheet holds all that the sheet says, so that answering it computes nothing: whoever asks for it may be
anybody, and may ask for any colours. What is computed is computed by the page that links to it.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from stampwell.core.colors import ColorPair, mark_colors, paper_colors

MOST_COLORS = 50
"""In one stylesheet."""

_DIGITS = 6
# A colour, then what marks and paper of it are made of, on a light ground and on a dark one.
_PARTS = 5
_ONE = f"[0-9a-f]{{{_DIGITS * _PARTS}}}"
_NAMES = re.compile(f"{_ONE}(-{_ONE}){{0,{MOST_COLORS - 1}}}")


class Ink(NamedTuple):
    """A colour that a merchant chose, and what can be seen and read of it."""

    color: str
    marks: ColorPair
    paper: ColorPair


def sheet_path(colors: Iterable[str]) -> str:
    """The address of the stylesheet of those colours, or blank when none is left of them; blank ones count for nothing.

    Beyond fifty the rest is left out: what they color is drawn in our own.
    """
    named = sorted({color for color in colors if color})[:MOST_COLORS]
    inks = (Ink(color, mark_colors(color), paper_colors(color)) for color in named)
    return f"/colors/{'-'.join(''.join((ink.color, *ink.marks, *ink.paper)) for ink in inks)}.css" if named else ""


def inks_in(names: str) -> list[Ink] | None:
    """What an address says, or None when it is none of ours."""
    if _NAMES.fullmatch(names) is None:
        return None
    return [_ink(name) for name in names.split("-")]


def sheet_of(inks: Sequence[Ink]) -> str:
    """Rules for `data-color` and `data-paper`, which set the tokens of the pages' stylesheet for what is inside."""
    return "".join(
        f'[data-color="{ink.color}"]{{--seal:light-dark(#{ink.marks.light},#{ink.marks.dark})}}\n'
        f'[data-paper="{ink.color}"]{{--card:light-dark(#{ink.paper.light},#{ink.paper.dark})}}\n'
        for ink in inks
    )


def _ink(name: str) -> Ink:
    color, *fitted = (name[place : place + _DIGITS] for place in range(0, _DIGITS * _PARTS, _DIGITS))
    return Ink(color, ColorPair(*fitted[:2]), ColorPair(*fitted[2:]))
