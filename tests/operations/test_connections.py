"""Connections: how long an idle one stays open, and what a client may offer on it without losing its request."""

import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest

from kit.databases import Databases
from kit.process import Serve
from kit.shop import CREATE, Shop, least
from stampwell.cli.serve import uvicorn_options
from stampwell.settings import Settings

_PATIENCE_S = 20.0

# As Java 17's HttpClient sends it, whose body comes in a segment of its own.
_OFFER = (
    "Connection: Upgrade, HTTP2-Settings\r\n"
    "Content-Length: {length}\r\n"
    "Host: 127.0.0.1\r\n"
    "HTTP2-Settings: AAEAAEAAAAIAAAAAAAMAAAAAAAQBAAAAAAUAAEAAAAYABgAA\r\n"
    "Upgrade: h2c\r\n"
    "User-Agent: Java-http-client/17.0.15\r\n"
)


class _Line:
    """A connection that sends bytes as they are and reads answers one after the other."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_S)
        # What follows goes out in segments of its own.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = self._socket.makefile("rb")

    def send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def line(self) -> bytes:
        return self._reader.readline()

    def answer(self) -> tuple[int, Any]:
        """Status and envelope of the next one."""
        headers: dict[str, str] = {}
        status = int(self.line().split()[1])
        while (line := self.line().decode().rstrip()) != "":
            name, _, value = line.partition(": ")
            headers[name] = value
        return status, json.loads(self._reader.read(int(headers["content-length"])))

    def is_at_end(self) -> bool:
        """Waits until the server says more, or closes."""
        return self._reader.read(1) == b""

    def close(self) -> None:
        self._reader.close()
        self._socket.close()


@pytest.fixture
def line(shop: Shop) -> Iterator[_Line]:
    opened = _Line(shop.server.port)
    yield opened
    opened.close()


def _request(shop: Shop, *headers: str, offer: str = _OFFER, **fields: object) -> tuple[bytes, bytes]:
    """Head and body of a create that offers HTTP/2."""
    body = json.dumps(least(**fields)).encode()
    lines = [f"Authorization: APIKey {shop.alice.key}", "Content-Type: application/json", *headers]
    head = f"POST {CREATE} HTTP/1.1\r\n{offer.format(length=len(body))}" + "".join(f"{one}\r\n" for one in lines) + "\r\n"
    return head.encode(), body


def _users(shop: Shop, *names: str) -> list[str]:
    rows = shop.data.rows("SELECT user_id FROM stamp ORDER BY stamp_id")
    return [row["user_id"] for row in rows if row["user_id"] in names]


@pytest.mark.one_database
class TestAnOfferOfAnotherProtocol:
    def test_is_passed_over_and_the_body_arrives(self, shop: Shop, line: _Line) -> None:
        head, body = _request(shop, userId="in one")
        line.send(head + body)
        status, envelope = line.answer()
        assert (status, envelope["code"]) == (200, 0)
        head, body = _request(shop, userId="in two")
        line.send(head)
        line.send(body)
        assert line.answer()[0] == 200
        assert _users(shop, "in one", "in two") == ["in one", "in two"]

    def test_in_pieces_of_any_size(self, shop: Shop, line: _Line) -> None:
        for size in (1, 7, 100):
            whole = b"".join(_request(shop, userId=f"in pieces of {size}"))
            for start in range(0, len(whole), size):
                line.send(whole[start : start + size])
            assert line.answer()[0] == 200
        names = [f"in pieces of {size}" for size in (1, 7, 100)]
        assert _users(shop, *names) == names

    def test_with_a_body_that_waits_to_be_asked_for(self, shop: Shop, line: _Line) -> None:
        head, body = _request(shop, "Expect: 100-Continue", userId="expected")
        line.send(head)
        assert (line.line(), line.line()) == (b"HTTP/1.1 100 Continue\r\n", b"\r\n")
        line.send(body)
        assert line.answer()[0] == 200
        assert _users(shop, "expected") == ["expected"]

    def test_with_a_body_in_chunks(self, shop: Shop, line: _Line) -> None:
        offer = _OFFER.replace("Content-Length: {length}", "Transfer-Encoding: chunked")
        head, body = _request(shop, offer=offer, userId="in chunks")
        chunks = [b"%x\r\n%b\r\n" % (len(part), part) for part in (body[:20], body[20:])]
        line.send(head + b"".join(chunks) + b"0\r\n\r\n")
        assert line.answer()[0] == 200
        assert _users(shop, "in chunks") == ["in chunks"]

    def test_several_in_a_row(self, shop: Shop, line: _Line) -> None:
        names = [f"row {number}" for number in range(50)]
        line.send(b"".join(b"".join(_request(shop, userId=name)) for name in names))
        assert [line.answer()[0] for _ in names] == [200] * 50
        assert _users(shop, *names) == names

    @pytest.mark.parametrize("offered", ["websocket", "TLS/1.0", "h2c, websocket"])
    def test_of_any_protocol(self, shop: Shop, line: _Line, offered: str) -> None:
        head, body = _request(shop, offer=_OFFER.replace("h2c", offered), userId=offered)
        line.send(head + body)
        assert line.answer()[0] == 200
        assert _users(shop, offered) == [offered]

    def test_the_connection_is_closed_for_whoever_asks(self, shop: Shop, line: _Line) -> None:
        head, body = _request(shop, offer=_OFFER.replace("Upgrade, HTTP", "close, Upgrade, HTTP"), userId="the last")
        line.send(head + body)
        assert (line.answer()[0], line.is_at_end()) == (200, True)
        assert _users(shop, "the last") == ["the last"]

    def test_a_get_without_a_body(self, shop: Shop, line: _Line) -> None:
        stamp = shop.create(shop.alice, least()).result
        offer = _OFFER.replace("Content-Length: {length}\r\n", "")
        head = f"GET /api/stamp/v1/get?stampIdx={stamp} HTTP/1.1\r\n{offer}Authorization: APIKey {shop.alice.key}\r\n\r\n"
        line.send(head.encode())
        assert line.answer()[1]["result"]["stampIdx"] == stamp

    def test_a_connect_is_none(self, line: _Line) -> None:
        line.send(b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n")
        assert line.line().startswith(b"HTTP/1.1 400 ")


class TestIdle:
    def test_a_connection_is_closed_after_the_time_that_is_set(self, serve: Serve, databases: Databases) -> None:
        server = serve(database_url=databases.fresh("sqlite"), keep_alive_seconds=1)
        line = _Line(int(server.base.rsplit(":", 1)[1]))
        line.send(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        answered_s = time.monotonic()
        assert line.answer() == (200, {"status": "ok"})
        assert line.is_at_end()
        # Not right after the answer, as if keep-alive were off: the timer runs from the answer on.
        assert time.monotonic() - answered_s >= 0.9
        line.close()

    def test_the_time_is_longer_than_pools_and_proxies_wait(self) -> None:
        settings = Settings(database_url="sqlite:///./x.db")
        assert uvicorn_options(settings)["timeout_keep_alive"] == settings.keep_alive_seconds == 75
