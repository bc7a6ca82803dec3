"""Deadlines for what a client sends and takes, and a bound on its connections: uvicorn's HTTP protocol waits for ever.

A connection has one timer, which looks now and then how far it is; requests only note what has begun. So a deadline is kept to
within one `head_s`.
"""

import asyncio
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any

from stampwell.operations.bounded_heads import BoundedConnection
from stampwell.operations.connection_bound import ConnectionBound
from stampwell.settings import Settings

_TIMEOUT, _UNAVAILABLE = 408, 503


@dataclass(frozen=True, slots=True)
class Deadlines:
    """head_s: for a request's line and headers, from its first byte or, of the first request, from the connection. body_s: for
    the whole body; and how long an answer may lie here of which the client takes nothing. least_rate: bytes of a body a
    second, judged over `head_s`.
    """

    head_s: float = 20.0
    body_s: float = 600.0
    least_rate: int = 500


class _Awaited(Enum):
    """What the client is to send next."""

    HEAD = "head"
    BODY = "body"
    NOTHING = "nothing"


# A global name costs less than an attribute of an Enum, and each request has three of them.
_HEAD, _BODY, _NOTHING = _Awaited


class TimedConnection(BoundedConnection):
    """For uvicorn's `http` option, by `timed_connections`."""

    def __init__(self, *args: Any, deadlines: Deadlines, bound: ConnectionBound, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._deadlines = deadlines
        self._bound = bound
        self._network: str | None = ""
        self._timer: asyncio.TimerHandle | None = None
        self._awaited = _HEAD
        # When the head or the body began that is awaited; when a body was last judged, and how much of it has come since.
        self._since_s = self._judged_s = 0.0
        self._came = 0
        # What lay here of an answer when it was last less, and when that was.
        self._unsent = 0
        self._unsent_s = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._network = self._bound.enter(self.client[0]) if self.client else ""
        if self._network is None:
            self.refuse(
                _UNAVAILABLE, "Too many connections are open from your network. Close some, or use each for more requests."
            )
        self._since_s = self.loop.time()
        self._timer = self.loop.call_later(self._deadlines.head_s, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._network:
            self._bound.leave(self._network)
            self._network = ""
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self._awaited, self._since_s = _HEAD, self.loop.time()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._awaited, self._came = _BODY, 0
        self._since_s = self._judged_s = self.loop.time()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._came += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._awaited = _NOTHING
        super().on_message_complete()

    def _look(self) -> None:
        """The timer's: cuts off who is late, and comes again."""
        now_s = self.loop.time()
        if self._takes_nothing(now_s):
            self.transport.abort()
            return
        head_s = again_s = self._deadlines.head_s
        if self.transport.is_closing() or self.timeout_keep_alive_task is not None:
            # Either is about to end, or idle after an answer, for which uvicorn has a timer of its own.
            pass
        elif self._awaited is _HEAD and self.flow.read_paused:
            # It is we who do not read on.
            self._since_s = now_s
        elif self._awaited is _HEAD:
            again_s = self._since_s + head_s - now_s
            if again_s <= 0:
                self._cut_off()
        elif self._awaited is _BODY:
            if self._is_late_with_body(now_s):
                self._cut_off()
            again_s = min(head_s, self._since_s + self._deadlines.body_s - now_s)
        elif self.cycle.response_complete:
            # Something came after the answer that is no beginning of a head, such as line ends.
            self._awaited, self._since_s = _HEAD, now_s
        self._timer = self.loop.call_later(max(again_s, 0.01), self._look)

    def _is_late_with_body(self, now_s: float) -> bool:
        if self.flow.read_paused or self.cycle.waiting_for_100_continue:
            # It is we who do not read on.
            self._since_s += now_s - self._judged_s
        elif now_s - self._since_s >= self._deadlines.body_s:
            return True
        elif now_s - self._judged_s < self._deadlines.head_s:
            return False
        elif self._came < self._deadlines.least_rate * (now_s - self._judged_s):
            return True
        self._judged_s, self._came = now_s, 0
        return False

    def _takes_nothing(self, now_s: float) -> bool:
        """Whether the client has stopped reading what it is answered, for too long."""
        unsent = self.transport.get_write_buffer_size()
        if unsent == 0 or unsent != self._unsent:
            self._unsent, self._unsent_s = unsent, now_s
        return unsent > 0 and now_s - self._unsent_s >= self._deadlines.body_s

    def _cut_off(self) -> None:
        """Says why, unless an answer is under way, or nobody has said anything."""
        said_nothing = self.scope is None
        answering = self.cycle is not None and self.cycle.response_started and not self.cycle.response_complete
        if said_nothing or answering:
            self.transport.close()
        else:
            self.refuse(_TIMEOUT, "The request took too long to arrive. Send it again.")


def timed_connections(settings: Settings) -> "partial[TimedConnection]":
    """What uvicorn makes connections with; every process that it is handed to counts for itself."""
    deadlines = Deadlines(settings.head_seconds, settings.body_seconds, settings.body_bytes_per_second)
    bound = ConnectionBound(most=settings.connections_per_client, trusted=settings.trusted_proxies)
    return partial(TimedConnection, deadlines=deadlines, bound=bound)
