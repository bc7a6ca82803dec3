"""What people upload becomes clean pixels: decoded, turned the right way up, made small, written anew without metadata."""

import asyncio
import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from stampwell.core.phrases import Phrase, phrase
from stampwell.features.images.errors import PictureRefused
from stampwell.features.images.model import LARGEST_UPLOAD, Picture

LONGEST_SIDE = 4000
LARGEST_SHOWN = 512
"""Pixels: of what may be sent, and of what is kept."""

_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
# A picture of the largest size takes 64 MiB decoded.
_AT_ONCE = 2
_QUALITY = 88

# Pillow's own guard, behind ours: a header that lies about its size, or a format that grows while it is read.
Image.MAX_IMAGE_PIXELS = LONGEST_SIDE * LONGEST_SIDE
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)

_TOO_LARGE = (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError)
# What Pillow's readers raise on broken files; OSError has most of them.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, OverflowError, struct.error, zlib.error)


class Pictures:
    """Re-encodes off the event loop, two at a time. Close it."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="pictures")

    async def reencode(self, content: bytes) -> Picture:
        """Raises PictureRefused."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, reencode, content)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def reencode(content: bytes) -> Picture:
    """Of an animation, its first frame. Raises PictureRefused, in words for whoever chose the file."""
    if len(content) > LARGEST_UPLOAD:
        raise PictureRefused(_too_many_bytes())
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as opened:
            # Nothing but the header has been read so far.
            if max(opened.size) > LONGEST_SIDE:
                raise PictureRefused(_too_many_pixels())
            return _written(_upright(opened))
    except _TOO_LARGE as error:
        raise PictureRefused(_too_many_pixels()) from error
    except UnidentifiedImageError as error:
        raise PictureRefused(_unknown(content)) from error
    except _BROKEN as error:
        raise PictureRefused(phrase("This picture is damaged and cannot be read. Save it anew and try again.")) from error


def _upright(opened: Image.Image) -> Image.Image:
    turned = ImageOps.exif_transpose(opened)
    transparent = turned.has_transparency_data
    pixels = turned.convert("RGBA" if transparent else "RGB")
    pixels.thumbnail((LARGEST_SHOWN, LARGEST_SHOWN), Image.Resampling.LANCZOS)
    return pixels


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


def _too_many_pixels() -> Phrase:
    return phrase("This picture has too many pixels. Choose one of at most {side} x {side}.", side=LONGEST_SIDE)
