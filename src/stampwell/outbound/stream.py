"""A TCP or TLS connection as httpcore2 reads and writes it, without its layers in between."""

import asyncio
from collections.abc import Callable
from typing import cast

import httpcore2

# Small, so that an answer of many tiny pieces lets others have their turn.
_SLICE = 4096
_MOST_WAITING = 64 * 1024


class AnswerTooLong(Exception):
    """More bytes came than one answer may have."""


class Stream(asyncio.Protocol, httpcore2.AsyncNetworkStream):
    """What is written goes out when an answer is waited for: line, headers and body of a request in one piece.

    `received` counts the bytes since `begin`. `on_end` is called when an idle connection is closed, or talks unasked.
    """

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._outgoing: list[bytes] = []
        self._waiting = bytearray()
        self._waiter: asyncio.Future[None] | None = None
        self._is_paused = False
        self._most = 0
        self._lost: BaseException | None = None
        self.is_ended = False
        self.received = 0
        self.first = b""
        self.on_end: Callable[[], None] | None = None

    def begin(self, most: int) -> None:
        """A request follows, whose answer has at most so many bytes."""
        self.received, self.first, self._most, self.on_end = 0, b"", most, None

    def abort(self) -> None:
        """Closes the connection at once."""
        self.on_end = None
        if self._transport is not None:
            self._transport.abort()

    # What the event loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self.on_end is not None:
            self._end(None)
            return
        if not self.received:
            self.first = data[:8]
        self.received += len(data)
        self._waiting += data
        if len(self._waiting) > _MOST_WAITING and self._transport is not None:
            self._transport.pause_reading()
            self._is_paused = True
        self._wake()

    def eof_received(self) -> None:
        self._end(None)

    def connection_lost(self, exc: BaseException | None) -> None:
        self._end(exc)

    # What httpcore2 asks for

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002, ASYNC109
        self._outgoing.append(buffer)

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109
        """Raises AnswerTooLong, or OSError when the connection was reset."""
        if self._outgoing and self._transport is not None and not self.is_ended:
            self._transport.write(b"".join(self._outgoing))
            self._outgoing.clear()
        if self._waiting:
            await asyncio.sleep(0)
        elif not self.is_ended:
            self._waiter = asyncio.get_running_loop().create_future()
            await self._waiter
        if self.received > self._most:
            raise AnswerTooLong
        if not self._waiting and isinstance(self._lost, OSError):
            raise self._lost
        size = min(max_bytes, _SLICE)
        data = bytes(self._waiting[:size])
        del self._waiting[:size]
        if self._is_paused and not self._waiting and self._transport is not None:
            self._is_paused = False
            self._transport.resume_reading()
        return data

    async def aclose(self) -> None:
        self.abort()

    def get_extra_info(self, info: str) -> None:  # noqa: ARG002
        return None

    def _end(self, why: BaseException | None) -> None:
        self.is_ended = True
        self._lost = self._lost or why
        on_end, self.on_end = self.on_end, None
        if on_end is not None:
            on_end()
        self._wake()

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)
