"""What is drawn for the customer's page is drawn once, off the event loop, and kept for whoever asks next."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from hashlib import blake2b
from typing import NamedTuple

from cachetools import LRUCache
from starlette.requests import Request
from starlette.responses import Response

from stampwell.stamp_page.headers import STAMP_HEADERS

# A logo, a colour or a domain may change any day; after that the ETag makes asking cheap.
_KEPT_BY_BROWSERS = "public, max-age=300"
# A drawing is never a page: opened by itself it may load and run nothing.
_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


class Drawing(NamedTuple):
    content: bytes
    etag: str


class Drawings:
    """By whatever a drawing depends on. Those that were not asked for longest go when all weigh too much."""

    def __init__(self, most_bytes: int) -> None:
        self._kept: LRUCache[tuple[object, ...], Drawing] = LRUCache(most_bytes, getsizeof=lambda drawing: len(drawing.content))
        # One at a time: a crowd that wants the same drawing waits for one, and leaves a processor to everybody else.
        self._turn = asyncio.Lock()

    async def get(self, key: tuple[object, ...], draw: Callable[[], bytes]) -> Drawing:
        """The drawing of that key, drawn now by a thread if it was not kept."""
        kept = self._kept.get(key)
        if kept is not None:
            return kept
        async with self._turn:
            kept = self._kept.get(key)
            return kept if kept is not None else self._keep(key, await asyncio.to_thread(draw))

    def _keep(self, key: tuple[object, ...], content: bytes) -> Drawing:
        drawing = Drawing(content, f'"{blake2b(content, digest_size=12).hexdigest()}"')
        # One that weighs more than all together may is not kept.
        with suppress(ValueError):
            self._kept[key] = drawing
        return drawing


def answer_drawing(request: Request, drawing: Drawing, media_type: str) -> Response:
    """The drawing, or only the word that it is the one the browser has."""
    headers: Mapping[str, str] = {
        **STAMP_HEADERS,
        "Cache-Control": _KEPT_BY_BROWSERS,
        "Content-Security-Policy": _POLICY,
        "ETag": drawing.etag,
    }
    if drawing.etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(drawing.content, headers=headers, media_type=media_type)
