"""HTTP/1.1 connections: uvicorn's, but a request that offers to go on in another protocol is served like any other, and all of
those that were sent one behind the other hear that their client hung up.

Java's `HttpClient` sends such an offer, of HTTP/2, with its requests over plain http. The parser then stops after the head and
takes what follows for the other protocol, so the body never arrives. A server may ignore the offer (RFC 9110, 7.8), and what
follows is the body after all: the head is parsed again without the offer, and the parser does the rest.
"""

from typing import Any

from httptools import HttpParserUpgrade, HttpRequestParser
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

# What an offer consists of: headers, and the words in `Connection` that name them.
_OFFER = frozenset({b"upgrade", b"http2-settings"})


class HttpConnection(HttpToolsProtocol):
    """See `BoundedConnection`."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_without_offer: bytes | None = None
        self._answering: RequestResponseCycle | None = None
        self.parser = _Parser(self)

    def connection_lost(self, exc: Exception | None) -> None:
        # Of requests that were sent one behind the other, uvicorn tells the last one only; it is the first that is answered.
        if self._answering is not None and not self._answering.response_complete:
            self._answering.disconnected = True
            self._answering.message_event.set()
        super().connection_lost(exc)

    def take_head_without_offer(self) -> bytes | None:
        """The head that was just parsed, without its offer, once; None if it had none."""
        head, self._head_without_offer = self._head_without_offer, None
        return head

    def on_headers_complete(self) -> None:
        # A CONNECT is no offer: what would follow is another protocol in any case.
        if self.parser.should_upgrade() and self.parser.get_method() != b"CONNECT":
            self._head_without_offer = self._head()
        else:
            super().on_headers_complete()

    def on_message_complete(self) -> None:
        if self._head_without_offer is None:
            super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _head(self) -> bytes:
        lines = [b"%b %b HTTP/%b" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())]
        for name, value in self.headers:
            if name == b"connection":
                words = (word.strip() for word in value.split(b","))
                lines += [b"connection: %b" % word for word in words if word.lower() not in _OFFER]
            elif name not in _OFFER:
                lines.append(b"%b: %b" % (name, value))
        return b"\r\n".join([*lines, b"", b""])


class _Parser(HttpRequestParser):
    """Goes on where the parser would stop for another protocol."""

    def __init__(self, connection: HttpConnection) -> None:
        self._connection = connection
        self._begin()

    def feed_data(self, data: Any) -> None:
        while True:
            try:
                super().feed_data(data)
            except HttpParserUpgrade as stopped:
                head = self._connection.take_head_without_offer()
                if head is None:
                    raise
                # After a `Connection: close` the parser takes nothing more, so it begins anew.
                self._begin()
                data = head + data[stopped.args[0] :]
            else:
                return

    def _begin(self) -> None:
        HttpRequestParser.__init__(self, self._connection)
        # As in uvicorn: the first of pipelined requests is answered although more came behind it.
        self.set_dangerous_leniencies(lenient_data_after_close=True)
