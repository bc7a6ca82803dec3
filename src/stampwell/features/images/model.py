import re
from typing import NamedTuple

LARGEST_UPLOAD = 2 * 1024 * 1024
"""Bytes."""

_ADDRESS = re.compile(r"(?P<origin>https?://[^/]+)/images/(?P<handle>[0-9a-f]{32})\.webp")


class Picture(NamedTuple):
    """Clean pixels, ready to be stored: WebP."""

    content: bytes
    width: int
    height: int


def path_of(handle: str) -> str:
    """Where the image of that handle is on this server; blank for none."""
    return f"/images/{handle}.webp" if handle else ""


def url_of(handle: str, origin: str) -> str:
    """The whole address of the image: what the API gives out."""
    return f"{origin}{path_of(handle)}"


def handle_in(url: str, origin: str) -> str:
    """The handle of the image that an address of this origin leads to; blank for every other address."""
    found = _ADDRESS.fullmatch(url)
    return found["handle"] if found and found["origin"] == origin else ""


def handle_of(path: str) -> str:
    """The handle of the image at that path of ours; blank for every other path."""
    found = _ADDRESS.fullmatch(f"https://x{path}")
    return found["handle"] if found else ""
