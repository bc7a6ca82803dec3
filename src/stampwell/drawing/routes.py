"""`/colors/….css` and `/images/….webp`: open to anybody, and never another thing under the same address."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stampwell.drawing.color_sheets import inks_in, sheet_of

TEMPLATES = Path(__file__).with_name("templates")

_FOR_GOOD = "public, max-age=31536000, immutable"
_HANDLE = re.compile("[0-9a-f]{32}")
# An image is never a page: a browser that is talked into showing it as one may load and run nothing.
_IMAGE_HEADERS = {
    "Cache-Control": _FOR_GOOD,
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Content-Disposition": "inline",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_NOTHING_HEADERS = {"Cache-Control": "no-store"}

FindImage = Callable[[str], Awaitable[bytes | None]]
"""The content of the WebP image of that handle."""


def drawing_routes(find_image: FindImage) -> list[Route]:
    async def image(request: Request) -> Response:
        handle = request.path_params["handle"]
        content = await find_image(handle) if _HANDLE.fullmatch(handle) else None
        if content is None:
            return _nothing()
        return Response(content, headers=_IMAGE_HEADERS, media_type="image/webp")

    return [
        Route("/colors/{names}.css", _colors, methods=["GET"]),
        Route("/images/{handle}.webp", image, methods=["GET"]),
    ]


async def _colors(request: Request) -> Response:
    inks = inks_in(request.path_params["names"])
    if inks is None:
        return _nothing()
    return Response(sheet_of(inks), headers={"Cache-Control": _FOR_GOOD}, media_type="text/css")


def _nothing() -> Response:
    return Response("There is nothing here.\n", 404, _NOTHING_HEADERS, "text/plain")
