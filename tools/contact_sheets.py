"""Many pictures on one: so that a person can look at all of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

_COLUMNS = {"small": 8, "phone": 8, "tablet": 5, "desktop": 4, "wide": 3}
_ROWS = 3
_WIDTH = 2400
_GAP = 24
_LABEL = 28
_PAPER, _INK = (226, 222, 214), (29, 26, 22)
# What is below on a long page is in its own picture.
_TALLEST = 2.2


class Shot(NamedTuple):
    """A picture that was taken: of what, at which size, in which theme."""

    name: str
    size: str
    theme: str
    path: Path


def write_sheets(shots: Sequence[Shot], folder: Path, title: str) -> list[Path]:
    """A sheet, or several, for each size and theme, in the order in which the pictures were taken."""
    kinds = dict.fromkeys((shot.size, shot.theme) for shot in shots)
    written = []
    for size, theme in kinds:
        alike = [shot for shot in shots if (shot.size, shot.theme) == (size, theme)]
        most = _COLUMNS[size] * _ROWS
        for number, first in enumerate(range(0, len(alike), most), start=1):
            path = folder / f"sheet-{title}-{size}-{theme}-{number}.png"
            _sheet(alike[first : first + most], _COLUMNS[size]).save(path)
            written.append(path)
    return written


def _sheet(shots: Sequence[Shot], columns: int) -> Image.Image:
    width = (_WIDTH - _GAP) // columns - _GAP
    tiles = [_tile(shot.path, width) for shot in shots]
    rows = [tiles[first : first + columns] for first in range(0, len(tiles), columns)]
    heights = [max(tile.height for tile in row) for row in rows]
    sheet = Image.new("RGB", (_WIDTH, sum(heights) + len(rows) * (_LABEL + _GAP) + _GAP), _PAPER)
    draw = ImageDraw.Draw(sheet)
    top, place = _GAP, 0
    for row, height in zip(rows, heights, strict=True):
        for column, tile in enumerate(row):
            left = _GAP + column * (width + _GAP)
            draw.text((left, top), shots[place].name, fill=_INK, font=ImageFont.load_default(18))
            sheet.paste(tile, (left, top + _LABEL))
            place += 1
        top += height + _LABEL + _GAP
    return sheet


def _tile(path: Path, width: int) -> Image.Image:
    with Image.open(path) as picture:
        tile = picture.convert("RGB")
    tallest = min(tile.height, round(tile.width * _TALLEST))
    tile = tile.crop((0, 0, tile.width, tallest))
    return tile.resize((width, max(1, round(tallest * width / tile.width))), Image.Resampling.LANCZOS)
