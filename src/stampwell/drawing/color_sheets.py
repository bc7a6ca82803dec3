"""Merchants' colours as a stylesheet: a strict policy lets no page write a style into its elements."""

import re
from collections.abc import Iterable, Sequence

from stampwell.core.colors import mark_colors, paper_colors

MOST_COLORS = 50
"""In one stylesheet."""

_NAMES = re.compile(f"[0-9a-f]{{6}}(-[0-9a-f]{{6}}){{0,{MOST_COLORS - 1}}}")


def sheet_path(colors: Iterable[str]) -> str:
    """The address of the stylesheet of those colours, or blank when none is left of them; blank ones count for nothing.

    Beyond fifty the rest is left out: what they color is drawn in our own.
    """
    named = sorted({color for color in colors if color})[:MOST_COLORS]
    return f"/colors/{'-'.join(named)}.css" if named else ""


def colors_in(names: str) -> list[str] | None:
    """The colours that an address names, or None when it is none of ours."""
    return names.split("-") if _NAMES.fullmatch(names) else None


def sheet_of(colors: Sequence[str]) -> str:
    """Rules for `data-color` and `data-paper`, which set the tokens of the pages' stylesheet for what is inside."""
    return "".join(_rules(color) for color in colors)


def _rules(color: str) -> str:
    seal, card = mark_colors(color), paper_colors(color)
    return (
        f'[data-color="{color}"]{{--seal:light-dark(#{seal.light},#{seal.dark})}}\n'
        f'[data-paper="{color}"]{{--card:light-dark(#{card.light},#{card.dark})}}\n'
    )
