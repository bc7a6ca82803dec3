"""Cards as pictures of pixels: for previews of links and for home screens. They name nobody and count nothing."""

import io
import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from PIL import Image, ImageColor, ImageDraw, ImageFont

from stampwell.core.colors import mark_colors, paper_colors
from stampwell.drawing.composition import Area, compose
from stampwell.drawing.marks import presses

PREVIEW_SIZE = (1200, 630)
_GROUND, _LINE, _INK, _SOFT, _WHITE = "#fbf9f5", "#e6e0d6", "#1d1a16", "#5f584e", "#ffffff"
_SEAL = "b3261e"
# Drawn larger and made smaller, so that edges are smooth.
_TIMES = 2
_EDGE, _INNER = 60, 56
_MARGIN = _EDGE + _INNER
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
# What faces draw for a letter that they lack; no text has this one.
_NO_LETTER = "\uffff"


class Design(NamedTuple):
    """What a card's pictures depend on. Colours are six hexadecimal digits or blank; logo: the content of an image, or none.

    rewards: at how many marks there is a reward on the way.
    """

    title: str
    shop: str
    goal: int
    color: str
    paper: str
    logo: bytes | None
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
    _write(draw, (left, top - 4 * _TIMES), design.shop, size=34, color=_SOFT)
    _write(draw, (left, top + 40 * _TIMES), design.title, size=56, color=_INK)
    _marks(draw, design, (margin, top + 132 * _TIMES, width - margin, height - edge - 44 * _TIMES))
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
    left, top, right, bottom = box
    across = compose(design.goal, Area.WIDE).columns
    rows = -(-design.goal // across)
    cell = min((right - left) / across, (bottom - top) / rows, 210 * _TIMES)
    left, top = left + int(right - left - cell * across) // 2, top + int(bottom - top - cell * rows) // 2
    color, faint = _color_of(design), _between(_paper_of(design), _INK, 0.25)
    pressed = presses(_HAND, max(1, design.goal * 2 // 5))
    for number in range(design.goal):
        center = (left + cell * (number % across + 0.5), top + cell * (number // across + 0.5))
        is_gift, is_goal = number + 1 in design.rewards, number == design.goal - 1
        if number < len(pressed):
            degrees = pressed[number].degrees
            _seal(draw, center, cell * 0.42, color, drawn=_gift if is_gift else _check, degrees=degrees)
            continue
        _circle(draw, center, cell * 0.41, outline=color if is_goal else faint, width=max(2, int(cell * 0.03)))
        if is_gift or (is_goal and design.rewards):
            # Smaller than that of the goal.
            _gift(draw, center, cell * (0.42 if is_goal else 0.32), color)


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
    """In one line; nothing where Pillow's own face lacks a letter, because boxes are worse than no words."""
    line = " ".join(text.split())
    if not _has_letters(line):
        return
    room = PREVIEW_SIZE[0] * _TIMES - at[0] - _MARGIN * _TIMES
    for points in range(size, _SMALLEST - 1, -2):
        font = ImageFont.load_default(points * _TIMES)
        if len(line) <= _LONGEST_LINE and font.getlength(line) <= room:
            draw.text(at, line, font=font, fill=color)
            return
    draw.text(at, _shortened(line, font, room), font=font, fill=color)


def _has_letters(line: str) -> bool:
    """Whether the face has a shape for all of them; it has little beside those of English."""
    font = ImageFont.load_default(16)
    missing = bytes(font.getmask(_NO_LETTER))
    return line.isprintable() and all(bytes(font.getmask(letter)) != missing for letter in set(line))


def _shortened(line: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, room: float) -> str:
    kept = line[:_LONGEST_LINE]
    while kept and font.getlength(f"{kept.rstrip()}...") > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}..."


def _paste(image: Image.Image, logo: bytes, place: tuple[int, int, int]) -> None:
    left, top, side = place
    with Image.open(io.BytesIO(logo), formats=("WEBP",)) as opened:
        picture = opened.convert("RGBA")
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
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
