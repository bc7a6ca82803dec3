"""Bounds on what may come before a body, and on requests that come before others are answered: uvicorn's parser has none, and
keeps all of it.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from stampwell.operations.connections import HttpConnection

LARGEST_HEAD = 32 * 1024
"""Bytes of a request's line and headers; as much as proxies hand on."""

LONGEST_TARGET = 8 * 1024
"""Bytes of path and query: what RFC 9110 asks for at least."""

MOST_HEADERS = 100

# What is parsed at a time. A request takes four kilobytes, and as little as twenty bytes to send: what is behind one that waits
# for another's answer stays bytes.
_PIECE = 16 * 1024

_TARGET_TOO_LONG, _HEAD_TOO_LARGE = 414, 431
_SENTENCES = {
    _TARGET_TOO_LONG: f"The address is longer than {LONGEST_TARGET // 1024} KiB. Send a body instead, or ask for less at once.",
    _HEAD_TOO_LARGE: f"The headers are larger than {LARGEST_HEAD // 1024} KiB, or more than {MOST_HEADERS}. Send fewer.",
}


class _Refused(Exception):
    """Out of a callback of the parser, which stops at it."""


class BoundedConnection(HttpConnection):
    """See `TimedConnection`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._refusal = 0
        self._held = b""
        # Bytes that came since the parser last had a head or a piece of a body whole: a head, a chunk's name or a trailer that
        # does not end.
        self._unheard = 0
        self._heard = False

    @property
    def is_ahead(self) -> bool:
        """Whether more requests have come than the one that is being answered."""
        return bool(self.pipeline or self._held)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.flow = _Flow(transport, self)

    def data_received(self, data: bytes) -> None:
        if self._held or len(data) > _PIECE:
            self._receive_in_pieces(data)
            return
        self._heard = False
        self._unheard += len(data)
        super().data_received(data)
        if self._heard:
            self._unheard = 0
        elif self._unheard > LARGEST_HEAD and not self.transport.is_closing():
            self._refusal = _HEAD_TOO_LARGE
            self.send_400_response("")

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self._held and not self.pipeline and not self.transport.is_closing():
            held, self._held = self._held, b""
            self._receive_in_pieces(held)
            if not self.transport.is_closing():
                self.flow.resume_reading()

    def _receive_in_pieces(self, data: bytes) -> None:
        if self._held:
            self._held += data
            return
        for start in range(0, len(data), _PIECE):
            if self.transport.is_closing():
                return
            if self.pipeline:
                self._held = data[start:]
                return
            self.data_received(data[start : start + _PIECE])

    def on_headers_complete(self) -> None:
        self._heard = True
        if len(self.url) > LONGEST_TARGET:
            self._refusal = _TARGET_TOO_LONG
        elif len(self.headers) > MOST_HEADERS or (self._unheard > LARGEST_HEAD and self._head_size() > LARGEST_HEAD):
            self._refusal = _HEAD_TOO_LARGE
        if self._refusal:
            raise _Refused
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._heard = True
        super().on_body(body)

    def send_400_response(self, msg: str) -> None:
        if self._refusal:
            self.refuse(self._refusal, _SENTENCES[self._refusal])
        else:
            super().send_400_response(msg)

    def refuse(self, status: int, sentence: str) -> None:
        """Answers with that, and reads no more of this connection."""
        body = f"{sentence}\n".encode()
        head = b"content-type: text/plain; charset=utf-8\r\ncontent-length: %d\r\nconnection: close\r\n\r\n" % len(body)
        self.transport.write(STATUS_LINE[status] + head + body)
        self.transport.close()

    def _head_size(self) -> int:
        return len(self.url) + sum(len(name) + len(value) + len(b": \r\n") for name, value in self.headers)


class _Flow(FlowControl):
    """Reads on when no request waits for another's answer. uvicorn's reads on after every answer, and is ever further ahead."""

    def __init__(self, transport: asyncio.Transport, connection: BoundedConnection) -> None:
        super().__init__(transport)
        self._connection = connection

    def resume_reading(self) -> None:
        if not self._connection.is_ahead:
            super().resume_reading()
