"""`/stamp/{code}/events` and `/stamp/{code}/version`: how a page that is open learns that there is something new.

Only a version is told; what it looks like is the page's to ask for.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

from starlette.responses import JSONResponse, Response, StreamingResponse

from stampwell.http.pages import is_head
from stampwell.stamp_page.errors import TooManyLook
from stampwell.stamp_page.headers import STAMP_HEADERS
from stampwell.stamp_page.parts import Parts
from stampwell.stamp_page.route import StampRoute
from stampwell.stamp_page.visit import Visit
from stampwell.stamp_page.watching import Watchers

_HEARTBEAT_S = 15.0
LONGEST_S = 600.0
"""How long a stream lasts. Then the browser asks anew: a phone that went away without a word is not held for ever."""

_RETRY_MS = 2000
_STREAM_HEADERS = {
    **STAMP_HEADERS,
    # nginx would keep events back until it has a page of them.
    "X-Accel-Buffering": "no",
}


class LivePages:
    """News of a stamp."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self) -> tuple[StampRoute, ...]:
        return (
            StampRoute("GET", "/events", self.events),
            StampRoute("GET", "/version", self.version),
        )

    async def version(self, visit: Visit) -> Response:
        """`{"version": …}`: for who cannot have events."""
        return JSONResponse({"version": visit.look.version}, headers=STAMP_HEADERS)

    async def events(self, visit: Visit) -> Response:
        """Server-sent events; the id of one is the version. `?seen=` or Last-Event-ID: what the page shows already."""
        watchers = self._parts.watchers
        if watchers.is_full(visit.stamp.code):
            raise TooManyLook(headers={"Retry-After": "30"})
        seen = visit.request.headers.get("last-event-id") or visit.request.query_params.get("seen", "")
        now = visit.look.version
        stream = _no_events() if is_head(visit.request) else _events(watchers, visit.stamp.code, seen=seen, now=now)
        return StreamingResponse(stream, media_type="text/event-stream", headers=_STREAM_HEADERS)


async def _no_events() -> AsyncIterator[str]:
    for nothing in list[str]():
        yield nothing


async def _events(watchers: Watchers, code: str, *, seen: str, now: str) -> AsyncIterator[str]:
    until_s = time.monotonic() + LONGEST_S
    with watchers.watching(code, now) as watch:
        yield f"retry: {_RETRY_MS}\n\n"
        if seen != now:
            yield _event(now)
        while not watchers.stopping and time.monotonic() < until_s:
            with suppress(TimeoutError):
                await asyncio.wait_for(watch.changed.wait(), _HEARTBEAT_S)
            if not watch.changed.is_set():
                yield ": still here\n\n"
            elif not watchers.stopping:
                watch.changed.clear()
                yield _event(watch.version)


def _event(version: str) -> str:
    return f"id: {version}\nevent: version\ndata: {version}\n\n"
