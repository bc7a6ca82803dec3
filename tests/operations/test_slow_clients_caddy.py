"""The same through Debian's Caddy with the Caddyfile that is shipped: nobody is waited for for ever, and a stream lives on."""

import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, closing
from itertools import repeat
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx2
import pytest

from kit.caddy import OWN_HOST, Caddy
from kit.data import Data
from kit.databases import Databases
from kit.people import ALICES_CARD, open_account
from kit.process import ServerProcess
from kit.shop import CREATE, least
from kit.slow import dripped, heard

# Of the server behind it. Caddy's own are set so low that both are seen to work.
SETTINGS = {
    "head_seconds": 2,
    "body_seconds": 60,
    "trusted_proxies": "127.0.0.1",
    "connections_per_client": 5,
    "default_domain": f"https://{OWN_HOST}",
}
CADDYS = {"READ_HEADER": "1s", "READ_BODY": "4s", "IDLE": "2s"}


class Place(NamedTuple):
    """A server, its Caddy, a key and the code of a stamp."""

    server: ServerProcess
    caddy: Caddy
    key: str
    code: str


@pytest.fixture(scope="module")
def place(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    url = databases.fresh("sqlite")
    with Data(url) as data, ServerProcess(tmp_path_factory.mktemp("server"), database_url=url, **SETTINGS) as server:
        key = open_account(data, card_id=ALICES_CARD, now_us=1).key
        answer = httpx2.post(f"{server.base}{CREATE}", json=least(), headers={"Authorization": f"APIKey {key}"})
        assert answer.json()["code"] == 0
        code = data.rows("SELECT code FROM stamp")[0]["code"]
        caddy = Caddy(tmp_path_factory.mktemp("caddy"), urlsplit(server.base).port or 0, **CADDYS)
        try:
            yield Place(server, caddy, key, code)
        finally:
            caddy.stop()


def connect(place: Place) -> ssl.SSLSocket:
    return place.caddy.connect(patience_s=60)


def head(place: Place, *, length: int, more: str = "") -> bytes:
    return (
        f"POST {CREATE} HTTP/1.1\r\nHost: {OWN_HOST}\r\nAuthorization: APIKey {place.key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {length}\r\n{more}\r\n"
    ).encode()


class TestSlowClients:
    def test_three_hundred_connections_that_say_nothing_are_closed(self, place: Place) -> None:
        with ExitStack() as opened:
            silent = [opened.enter_context(closing(connect(place))) for _ in range(150)]
            # Without so much as a handshake.
            silent_before = [
                opened.enter_context(closing(socket.create_connection(("127.0.0.1", place.caddy.port), timeout=60)))
                for _ in range(150)
            ]
            assert [heard(connection) for connection in (*silent_before, *silent)] == [b""] * 300

    def test_a_head_that_does_not_end(self, place: Place) -> None:
        with closing(connect(place)) as connection:
            connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: {OWN_HOST}\r\nX-A: ".encode())
            assert b"HTTP/1.1 200" not in dripped(connection)

    @pytest.mark.parametrize("sent", [b"", b"{"], ids=["nothing", "a byte now and then"])
    def test_a_body_that_does_not_come(self, place: Place, sent: bytes) -> None:
        with closing(connect(place)) as connection:
            connection.sendall(head(place, length=100_000))
            assert b"HTTP/1.1 200" not in dripped(connection, repeat(sent))

    def test_an_idle_connection_after_an_answer(self, place: Place) -> None:
        with closing(connect(place)) as connection:
            connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: {OWN_HOST}\r\n\r\n".encode())
            assert heard(connection).startswith(b"HTTP/1.1 200")


class TestOthers:
    def test_a_body_in_pieces_is_served(self, place: Place) -> None:
        body = json.dumps(least()).encode().ljust(6_000)
        with closing(connect(place)) as connection:
            connection.sendall(head(place, length=len(body), more="Connection: close\r\n"))
            pieces = (body[start : start + 200] for start in range(0, len(body), 200))
            assert dripped(connection, pieces).startswith(b"HTTP/1.1 200")

    def test_a_stream_lives_on(self, place: Place) -> None:
        with closing(connect(place)) as connection:
            connection.sendall(f"GET /stamp/{place.code}/events HTTP/1.1\r\nHost: {OWN_HOST}\r\n\r\n".encode())
            lines = connection.makefile("rb")
            # It comes long after the deadlines of the server and of Caddy for what a client sends.
            assert any(b"still here" in line for line in lines)

    def test_behind_a_trusted_proxy_everybody_has_connections(self, place: Place) -> None:
        """More at once than one client may have: they wait for news."""
        with ExitStack() as opened:
            for _ in range(10):
                connection = opened.enter_context(closing(connect(place)))
                connection.sendall(f"GET /stamp/{place.code}/events HTTP/1.1\r\nHost: {OWN_HOST}\r\n\r\n".encode())
                assert connection.recv(12) == b"HTTP/1.1 200"
