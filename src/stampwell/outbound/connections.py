"""Keeps connections that were used, for the next request to the same host."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpcore2

from stampwell.outbound.stream import Stream
from stampwell.outbound.urls import Target

# So that one host cannot take every descriptor of the process; further requests wait for a turn.
_MOST_OF_ONE_HOST = 64
_MOST_IDLE = 256
IDLE_S = 30.0
# A name that moved to another address, or to one that is not allowed, is noticed after this time at the latest.
OLDEST_S = 60.0

Origin = tuple[str, str, int]


class OutgoingConnection:
    """A connection that was made to an address which may be reached."""

    def __init__(self, target: Target, stream: Stream) -> None:
        self.origin: Origin = (target.scheme, target.host, target.port)
        self.stream = stream
        self.http = httpcore2.AsyncHTTP11Connection(
            httpcore2.Origin(target.scheme.encode(), target.host.encode(), target.port), stream
        )
        self.is_used = False
        self.since = asyncio.get_running_loop().time()
        self.idle_end: asyncio.TimerHandle | None = None


class _Host:
    """The connections to one host."""

    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(_MOST_OF_ONE_HOST)
        self.users = 0
        self.idle: list[OutgoingConnection] = []


class Connections:
    """Idle connections, of each host those that were used last first."""

    def __init__(self, *, idle_s: float, oldest_s: float) -> None:
        self._idle_s = idle_s
        self._oldest_s = oldest_s
        self._hosts: dict[Origin, _Host] = {}
        self._idle = 0
        self._is_closed = False

    @asynccontextmanager
    async def turn(self, target: Target) -> AsyncIterator[None]:
        """Waits until the host may have one more connection."""
        origin = (target.scheme, target.host, target.port)
        host = self._hosts.setdefault(origin, _Host())
        host.users += 1
        try:
            async with host.turns:
                yield
        finally:
            host.users -= 1
            self._forget(origin, host)

    def take(self, target: Target) -> OutgoingConnection | None:
        """One that is open and not too old, within one's turn."""
        host = self._hosts[target.scheme, target.host, target.port]
        now = asyncio.get_running_loop().time()
        while host.idle:
            connection = host.idle[-1]
            self._remove(connection)
            if now - connection.since < self._oldest_s:
                return connection
            connection.stream.abort()
        return None

    def give_back(self, connection: OutgoingConnection, *, may_keep: bool) -> None:
        """Within one's turn. Closes it, unless it is ready for another request."""
        stream = connection.stream
        loop = asyncio.get_running_loop()
        if not may_keep or stream.is_ended or not connection.http.is_idle() or self._idle >= _MOST_IDLE or self._is_closed:
            stream.abort()
            return
        connection.is_used = True
        self._hosts[connection.origin].idle.append(connection)
        self._idle += 1
        stream.on_end = lambda: self._drop(connection)
        connection.idle_end = loop.call_later(self._idle_s, self._drop, connection)

    def close(self) -> None:
        """Closes those that are idle; the others are closed when they are given back."""
        self._is_closed = True
        for host in list(self._hosts.values()):
            for connection in list(host.idle):
                self._drop(connection)

    def _drop(self, connection: OutgoingConnection) -> None:
        self._remove(connection)
        connection.stream.abort()
        self._forget(connection.origin, self._hosts[connection.origin])

    def _remove(self, connection: OutgoingConnection) -> None:
        self._hosts[connection.origin].idle.remove(connection)
        self._idle -= 1
        connection.stream.on_end = None
        if connection.idle_end is not None:
            connection.idle_end.cancel()
            connection.idle_end = None

    def _forget(self, origin: Origin, host: _Host) -> None:
        if not host.users and not host.idle:
            self._hosts.pop(origin, None)
