"""What people upload becomes clean pixels: decoded, turned the right way up, made small, written anew without metadata."""

import math
import struct
import warnings
import zlib
from io import BytesIO

from PIL import ExifTags, Image, ImageOps, PngImagePlugin, UnidentifiedImageError

from stampwell.core.phrases import Phrase, phrase
from stampwell.core.threads import BoundedThreads
from stampwell.features.images.errors import PictureRefused
from stampwell.features.images.model import LARGEST_UPLOAD, Picture

LONGEST_SIDE = 4000
LARGEST_SHOWN = 512
"""Pixels: of what may be sent, and of what is kept."""

# Formats, and what decoding takes in bytes a pixel at worst. Pillow keeps four for a colour. A progressive JPEG is kept whole
# as two bytes for each of up to four colours. WebP's library has canvases of its own beside Pillow's.
_DECODED = {"PNG": 4, "JPEG": 8, "WEBP": 20, "GIF": 4}
_MOST_DECODED = 128 * 2**20
# Made small some rows at a time, so that the picture is never in memory twice.
_BAND_PIXELS = 2**18
_MOST_WAITING = 8
_QUALITY = 88

# Pillow's own guard, behind ours: a header that lies about its size, or a format that grows while it is read.
Image.MAX_IMAGE_PIXELS = LONGEST_SIDE * LONGEST_SIDE
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
# Nobody reads them, and they are compressed.
PngImagePlugin.MAX_TEXT_MEMORY = 2**20

_TOO_LARGE = (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError)
# What Pillow's readers raise on broken files; OSError has most of them.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, OverflowError, struct.error, zlib.error)


class Pictures:
    """Re-encodes off the event loop, one at a time. Close it."""

    def __init__(self) -> None:
        self._threads = BoundedThreads("pictures", at_once=1, most_waiting=_MOST_WAITING)

    async def reencode(self, content: bytes) -> Picture:
        """Raises PictureRefused, and TooBusy when too many wait already."""
        return await self._threads.run(reencode, content)

    def close(self) -> None:
        self._threads.close()


def reencode(content: bytes) -> Picture:
    """Of an animation, its first frame. Raises PictureRefused, in words for whoever chose the file."""
    if len(content) > LARGEST_UPLOAD:
        raise PictureRefused(_too_many_bytes())
    try:
        with Image.open(BytesIO(content), formats=tuple(_DECODED)) as opened:
            # Nothing but the header has been read so far.
            _judge_size(opened)
            return _written(_upright(_reduced(opened), opened))
    except _TOO_LARGE as error:
        raise PictureRefused(_too_many_pixels(LONGEST_SIDE)) from error
    except UnidentifiedImageError as error:
        raise PictureRefused(_unknown(content)) from error
    except _BROKEN as error:
        raise PictureRefused(phrase("This picture is damaged and cannot be read. Save it again and try again.")) from error


def _judge_size(opened: Image.Image) -> None:
    """Raises PictureRefused for one that is too large, or that would take too much memory in its format."""
    side = min(LONGEST_SIDE, math.isqrt(_MOST_DECODED // _DECODED[opened.format or "WEBP"]))
    width, height = opened.size
    if max(width, height) > LONGEST_SIDE or width * height > side * side:
        raise PictureRefused(_too_many_pixels(side))


def _reduced(opened: Image.Image) -> Image.Image:
    """A picture of at most twice the size that is kept; each of its pixels is the mean of a square of the other's."""
    # A JPEG can be decoded small; other formats do nothing here.
    opened.draft(None, (2 * LARGEST_SHOWN, 2 * LARGEST_SHOWN))
    mode = "RGBA" if opened.has_transparency_data else "RGB"
    factor = -(-max(opened.size) // (2 * LARGEST_SHOWN))
    if factor == 1:
        return opened.convert(mode)
    width, height = opened.size
    reduced = Image.new(mode, (-(-width // factor), -(-height // factor)))
    rows = max(1, _BAND_PIXELS // (width * factor)) * factor
    for top in range(0, height, rows):
        band = opened.crop((0, top, width, min(top + rows, height)))
        reduced.paste(band.convert(mode).reduce(factor), (0, top // factor))
    return reduced


def _upright(pixels: Image.Image, opened: Image.Image) -> Image.Image:
    """Made small, and turned as the file says."""
    pixels.thumbnail((LARGEST_SHOWN, LARGEST_SHOWN), Image.Resampling.LANCZOS)
    pixels.getexif()[ExifTags.Base.Orientation] = opened.getexif().get(ExifTags.Base.Orientation, 1)
    return ImageOps.exif_transpose(pixels)


def _written(pixels: Image.Image) -> Picture:
    # A new image of the bare pixels: what else the file said stays behind.
    bare = Image.frombytes(pixels.mode, pixels.size, pixels.tobytes())
    written = BytesIO()
    bare.save(written, "WEBP", quality=_QUALITY, method=4)
    return Picture(written.getvalue(), *bare.size)


def _unknown(content: bytes) -> Phrase:
    if b"<svg" in content[:1000].lower():
        return phrase("SVG drawings are not taken, because they can carry programs. Save it as PNG and try again.")
    return phrase("This is no picture that can be used. Choose a PNG, JPEG, WebP or GIF file.")


def _too_many_bytes() -> Phrase:
    return phrase("This file is too large. Choose a picture of at most {limit_mib} MiB.", limit_mib=LARGEST_UPLOAD // 2**20)


def _too_many_pixels(side: int) -> Phrase:
    return phrase("This picture has too many pixels. Choose one of at most {side} x {side}.", side=side)
