"""Cards as pictures of pixels: for previews of links and for home screens. They name nobody, and are of no single stamp."""

import io
import math
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageColor, ImageDraw, ImageFont, ImageOps

from stampwell.core.colors import mark_colors, paper_colors
from stampwell.drawing.composition import GAP, MOST_BEFORE_TENS, TEN, Area, Composition, compose, length, rows_of
from stampwell.drawing.marks import presses

PREVIEW_SIZE = (1200, 630)
_GROUND, _LINE, _INK, _SOFT, _WHITE = "#fbf9f5", "#e6e0d6", "#1d1a16", "#5f584e", "#ffffff"
_SEAL = "b3261e"
# Drawn larger and made smaller, so that edges are smooth.
_TIMES = 2
_EDGE, _INNER = 60, 56
_MARGIN = _EDGE + _INNER
# Of a mark.
_LARGEST = 180
# In radii of the seal; the product's own seal is turned to the left.
_CHECK = ((-0.36, 0.02), (-0.1, 0.28), (0.4, -0.26))
# The box, its lid, the ribbon, and both loops of the bow.
_GIFT = (
    ((-0.36, 0.02), (-0.36, 0.42), (0.36, 0.42), (0.36, 0.02)),
    ((-0.44, -0.19), (0.44, -0.19), (0.44, 0.02), (-0.44, 0.02), (-0.44, -0.19)),
    ((0.0, -0.19), (0.0, 0.42)),
    ((0.0, -0.19), (-0.1, -0.4), (-0.26, -0.44), (-0.34, -0.34), (-0.26, -0.22), (0.0, -0.19)),
    ((0.0, -0.19), (0.1, -0.4), (0.26, -0.44), (0.34, -0.34), (0.26, -0.22), (0.0, -0.19)),
)
_TILT = 9.0
# Previews are of no stamp, and are all pressed by one hand.
_HAND = "preview"

# Longer lines have no room in any size; shaping thousands of letters to find out takes its time.
_LONGEST_LINE = 120
_SMALLEST = 26
# Korean and Japanese, where somebody has installed them (Debian: fonts-noto-cjk, fonts-nanum).
_INSTALLED = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/nanum/NanumGothic.ttf",
)
# What faces draw for a letter that they lack; no text has this one.
_NO_LETTER = "\uffff"


_Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


class Design(NamedTuple):
    """What a card's pictures depend on. Colours are six hexadecimal digits or blank; logo: the content of an image, or none.

    promise: what the card promises, in words. rewards: at how many marks there is a reward on the way.
    """

    title: str
    shop: str
    goal: int
    color: str
    paper: str
    logo: bytes | None
    promise: str = ""
    rewards: tuple[int, ...] = ()


def draw_preview(design: Design) -> bytes:
    """PNG, 1200 x 630: the card with some marks, the same for every stamp of it."""
    width, height = (side * _TIMES for side in PREVIEW_SIZE)
    image = Image.new("RGB", (width, height), _GROUND)
    draw = ImageDraw.Draw(image)
    edge, margin = _EDGE * _TIMES, _MARGIN * _TIMES
    box = (edge, edge, width - edge, height - edge)
    draw.rounded_rectangle(box, radius=36 * _TIMES, fill=_paper_of(design), outline=_LINE, width=2 * _TIMES)
    left, top = margin, edge + 48 * _TIMES
    if design.logo is not None:
        size = 84 * _TIMES
        _paste(image, design.logo, (left, top, size))
        left += size + 28 * _TIMES
    _write(draw, (left, top - 8 * _TIMES), design.shop, size=32, color=_SOFT)
    _write(draw, (left, top + 32 * _TIMES), design.title, size=54, color=_INK)
    _write(draw, (margin, top + 112 * _TIMES), design.promise, size=38, color=_INK)
    _marks(draw, design, (margin, top + 184 * _TIMES, width - margin, height - edge - 44 * _TIMES))
    return _png(image.resize(PREVIEW_SIZE, Image.Resampling.LANCZOS))


def draw_icon(design: Design, size: int) -> bytes:
    """PNG, square: the shop's logo, or a seal in the card's colour; with room around it, so that it may be cut round."""
    large = size * _TIMES
    image = Image.new("RGB", (large, large), _paper_of(design))
    if design.logo is not None:
        side = large * 6 // 10
        _paste(image, design.logo, ((large - side) // 2, (large - side) // 2, side))
    else:
        _seal(ImageDraw.Draw(image), (large * 0.5, large * 0.5), large * 0.36, _color_of(design), drawn=_check)
    return _png(image.resize((size, size), Image.Resampling.LANCZOS))


def _marks(draw: ImageDraw.ImageDraw, design: Design, box: tuple[int, int, int, int]) -> None:
    """In the composition of a card that is wide, as large as the box lets them be; the reward's place at its bottom right."""
    left, top, right, bottom = box
    stand = _composition(design.goal)
    side = min((right - left) / length(stand.columns), (bottom - top) / length(stand.rows), _LARGEST * _TIMES)
    cell = side * (1 + GAP)
    left += int(right - left - side * length(stand.columns)) // 2
    top += int(bottom - top - side * length(stand.rows)) // 2
    color, faint = _color_of(design), _between(_paper_of(design), _INK, 0.25)
    pressed = presses(_HAND, min(design.goal - 1, max(1, design.goal * 2 // 5)))
    for number in range(design.goal - 1):
        center = (left + cell * (number % stand.columns) + side / 2, top + cell * (number // stand.columns) + side / 2)
        is_gift = number + 1 in design.rewards
        if number < len(pressed):
            drawn = _gift if is_gift else _check
            _seal(draw, center, side * 0.44, color, drawn=drawn, degrees=pressed[number].degrees)
        elif is_gift:
            _gift(draw, center, side * 0.62, color)
        else:
            _circle(draw, center, side * 0.43, outline=faint, width=max(2, int(side * 0.03)))
    wide = side * length(stand.reward)
    end, foot = left + side * length(stand.columns), top + side * length(stand.rows)
    draw.rounded_rectangle((end - wide, foot - side, end, foot), radius=side / 2, outline=color, width=max(2, int(side * 0.03)))
    _gift(draw, (end - wide / 2, foot - side / 2), side * 0.48, color)


def _composition(goal: int) -> Composition:
    return rows_of(2 * TEN, goal) if goal > MOST_BEFORE_TENS else compose(goal, Area.WIDE)


def _seal(
    draw: ImageDraw.ImageDraw,
    center: tuple[float, float],
    radius: float,
    color: str,
    *,
    drawn: Callable[..., None],
    degrees: float = -_TILT,
) -> None:
    """With what is `drawn` on it in white: `_check` or `_gift`."""
    _circle(draw, center, radius, fill=color)
    if drawn is _check:
        _circle(draw, center, radius * 0.78, outline=_WHITE, width=max(1, int(radius * 0.07)))
    drawn(draw, center, radius, _WHITE, degrees=degrees)


def _check(draw: ImageDraw.ImageDraw, center: tuple[float, float], radius: float, color: str, *, degrees: float) -> None:
    _line(draw, _turned(_CHECK, center, radius, degrees), color, width=radius * 0.16)


def _gift(draw: ImageDraw.ImageDraw, center: tuple[float, float], radius: float, color: str, *, degrees: float = 0) -> None:
    for line in _GIFT:
        _line(draw, _turned(line, center, radius, degrees), color, width=radius * 0.09)


def _line(draw: ImageDraw.ImageDraw, points: list[tuple[float, float]], color: str, *, width: float) -> None:
    """With round ends."""
    draw.line(points, fill=color, width=max(2, int(width)), joint="curve")
    for end in (points[0], points[-1]):
        _circle(draw, end, max(1, width * 0.49), fill=color)


def _turned(
    points: Sequence[tuple[float, float]], center: tuple[float, float], radius: float, degrees: float
) -> list[tuple[float, float]]:
    x, y = center
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    return [(x + radius * (a * cosine - b * sine), y + radius * (a * sine + b * cosine)) for a, b in points]


def _between(one: str, other: str, share: float) -> str:
    mixed = (round(a + (b - a) * share) for a, b in zip(ImageColor.getrgb(one), ImageColor.getrgb(other), strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _circle(
    draw: ImageDraw.ImageDraw,
    center: tuple[float, float],
    radius: float,
    *,
    fill: str | None = None,
    outline: str | None = None,
    width: int = 1,
) -> None:
    x, y = center
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill, outline=outline, width=width)


def _write(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, *, size: int, color: str) -> None:
    """In one line; nothing where no face that is here has its letters, because boxes are worse than no words."""
    line = " ".join(text.split())
    face = next((face for face in _faces() if _has_letters(line, face)), None) if line.isprintable() else None
    if face is None:
        return
    room = PREVIEW_SIZE[0] * _TIMES - at[0] - _MARGIN * _TIMES
    for points in range(size, _SMALLEST - 1, -2):
        font = _font(face, points * _TIMES)
        if len(line) <= _LONGEST_LINE and font.getlength(line) <= room:
            break
    else:
        line = _shortened(line, font, room)
    draw.text(at, line, font=font, fill=color)


@cache
def _faces() -> tuple[str, ...]:
    """Pillow's own, which has little beside the letters of English, and those with more that are installed."""
    return ("", *(path for path in _INSTALLED if Path(path).is_file()))


@lru_cache(maxsize=64)
def _font(face: str, points: float) -> _Font:
    return ImageFont.truetype(face, points) if face else ImageFont.load_default(points)


def _has_letters(line: str, face: str) -> bool:
    """Whether the face has a shape for all of them."""
    font = _font(face, 16)
    missing = bytes(font.getmask(_NO_LETTER))
    return all(letter.isspace() or bytes(font.getmask(letter)) != missing for letter in set(line))


def _shortened(line: str, font: _Font, room: float) -> str:
    kept = line[:_LONGEST_LINE]
    while kept and font.getlength(f"{kept.rstrip()}...") > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}..."


def _paste(image: Image.Image, logo: bytes, place: tuple[int, int, int]) -> None:
    left, top, side = place
    with Image.open(io.BytesIO(logo), formats=("WEBP",)) as opened:
        picture = ImageOps.contain(opened.convert("RGBA"), (side, side), Image.Resampling.LANCZOS)
    image.paste(picture, (left + (side - picture.width) // 2, top + (side - picture.height) // 2), picture)


def _color_of(design: Design) -> str:
    return f"#{mark_colors(design.color or _SEAL).light}"


def _paper_of(design: Design) -> str:
    return f"#{paper_colors(design.paper).light}" if design.paper else _WHITE


def _png(image: Image.Image) -> bytes:
    written = io.BytesIO()
    # Few colours are enough, and a quarter of the bytes.
    image.quantize(128, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
    return written.getvalue()
