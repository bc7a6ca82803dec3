"""`/stamp/{code}/events` and `/stamp/{code}/version`: how a page that is open learns that there is something new.

Only a version is sent; the page then fetches what is new of it.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress

from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from stampwell.http.heads import is_head
from stampwell.stamp_page.context import StampPageContext
from stampwell.stamp_page.deps import StampPageDeps
from stampwell.stamp_page.errors import TooManyWatchers
from stampwell.stamp_page.headers import STAMP_HEADERS
from stampwell.stamp_page.live_updates import Watch, Watchers
from stampwell.stamp_page.route import StampPageRoute

_HEARTBEAT_S = 15.0
LONGEST_S = 600.0
"""How long a stream lasts. Then the browser asks anew: a phone that went away without a word is not held for ever."""

_RETRY_MS = 2000
_MEDIA_TYPE = "text/event-stream"
_STREAM_HEADERS = {
    **STAMP_HEADERS,
    # nginx would keep events back until it has a page of them.
    "X-Accel-Buffering": "no",
}


class LivePages:
    """News of a stamp."""

    def __init__(self, deps: StampPageDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[StampPageRoute, ...]:
        return (
            StampPageRoute("GET", "/events", self.events, staff=True),
            StampPageRoute("GET", "/version", self.version, staff=True),
        )

    async def version(self, context: StampPageContext) -> Response:
        """`{"version": …}`: for who cannot have events."""
        return JSONResponse({"version": context.look.version}, headers=STAMP_HEADERS)

    async def events(self, context: StampPageContext) -> Response:
        """Server-sent events; the id of one is the version. `?seen=` or Last-Event-ID: what the page shows already."""
        now = context.look.version
        if is_head(context.request.scope):
            return StreamingResponse(_no_events(), media_type=_MEDIA_TYPE, headers=_STREAM_HEADERS)
        watchers = self._deps.watchers
        watch = watchers.enter(context.stamp.code, now)
        if watch is None:
            raise TooManyWatchers(headers={"Retry-After": "30"})
        seen = context.request.headers.get("last-event-id") or context.request.query_params.get("seen", "")
        return _News(watchers, watch, is_new=seen != now)


class _News(StreamingResponse):
    """Gives its place back when it ends, also where it never began."""

    def __init__(self, watchers: Watchers, watch: Watch, *, is_new: bool) -> None:
        super().__init__(_events(watchers, watch, is_new=is_new), media_type=_MEDIA_TYPE, headers=_STREAM_HEADERS)
        self._watchers = watchers
        self._watch = watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._watchers.leave(self._watch)


async def _no_events() -> AsyncIterator[str]:
    for nothing in list[str]():
        yield nothing


async def _events(watchers: Watchers, watch: Watch, *, is_new: bool) -> AsyncIterator[str]:
    """is_new: whether what is shown now has not been seen yet."""
    until_s = time.monotonic() + LONGEST_S
    yield f"retry: {_RETRY_MS}\n\n"
    if is_new:
        yield _event(watch.version)
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
