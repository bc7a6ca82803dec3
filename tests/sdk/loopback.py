"""A server on a real socket that answers what a test tells it to, however wrong."""

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

_PATIENCE_S = 10.0


@dataclass(frozen=True)
class Reply:
    """`promised` is the Content-Length, where it is not the body's; `after_s` is how long the server thinks."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    promised: int | None = None
    after_s: float = 0.0


DROP = None
"""In place of a Reply: the request is read, and the connection closed."""


def success(result: object, **options: Any) -> Reply:
    return Reply(json.dumps({"code": 0, "message": "", "result": result}).encode(), **options)


def refused(code: int, *, status: int | None = None, message: str = "No.", **headers: str) -> Reply:
    """Under the status of its code, unless another is given. `Retry_After="1"` is that header."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = {"code": code, "message": message, "result": None}
    return Reply(json.dumps(body).encode(), status or code // 100, named)


def page_of(proxy: str, status: int, **headers: str) -> Reply:
    """What a proxy says."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(f"<html><h1>{proxy}</h1></html>".encode(), status, {"Content-Type": "text/html", **named})


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    method: str
    target: str
    headers: Message
    content: bytes
    at_s: float

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query)


class Loopback:
    """Answers requests with the replies of `script`, in order; the last one again and again."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self._replies: list[Reply | None] = [DROP]
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="loopback", daemon=True)
        self._thread.start()

    def script(self, *replies: Reply | None) -> None:
        self._replies = list(replies)

    def next_reply(self) -> Reply | None:
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]

    def keys(self) -> list[str | None]:
        """The Idempotency-Key of every request."""
        return [request.headers["Idempotency-Key"] for request in self.received]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(_PATIENCE_S)


def _handler(loopback: Loopback) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            loopback.received.append(Received(self.command, self.path, self.headers, content, time.monotonic()))
            reply = loopback.next_reply()
            if reply is None:
                self.close_connection = True
                return
            time.sleep(reply.after_s)
            self.send_response(reply.status)
            for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body) if reply.promised is None else reply.promised))
            self.end_headers()
            self.wfile.write(reply.body)
            self.close_connection = reply.promised is not None

        do_GET = do_POST = do_PUT = do_DELETE = _answer

        def log_message(self, *_: object) -> None:
            """Says nothing."""

        def finish(self) -> None:
            try:
                super().finish()
            except ConnectionError:
                self.close_connection = True

    return Handler
