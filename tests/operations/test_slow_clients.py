"""Whoever sends slowly, sends nothing, reads nothing or opens many connections is cut off; whoever is only slow is served."""

import json
import resource
import select
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import repeat

import pytest

from kit.data import Data
from kit.databases import Databases
from kit.events import events
from kit.load import wait_for
from kit.people import ALICES_CARD, open_account
from kit.process import Serve, ServerProcess
from kit.shop import CREATE, least
from kit.slow import connect, dripped, heard
from stampwell.operations.descriptors import LEAST_DESCRIPTORS

HEAD_S, BODY_S, RATE, KEEP_ALIVE_S = 1, 3, 500, 4
SETTINGS = {
    "head_seconds": HEAD_S,
    "body_seconds": BODY_S,
    "body_bytes_per_second": RATE,
    "keep_alive_seconds": KEEP_ALIVE_S,
    "connections_per_client": 0,
}
GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
_PATIENCE_S = 60.0
LATE = b"The request took too long to arrive."


@pytest.fixture(scope="module")
def url(databases: Databases) -> str:
    return databases.fresh("sqlite")


@pytest.fixture(scope="module")
def key(url: str) -> str:
    with Data(url) as data:
        return open_account(data, card_id=ALICES_CARD, now_us=1).key


@pytest.fixture(scope="module")
def server(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("server"), database_url=url, **SETTINGS) as started:
        yield started


def head(key: str, length: int, *, more: str = "") -> bytes:
    return (
        f"POST {CREATE} HTTP/1.1\r\nHost: x\r\nAuthorization: APIKey {key}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {length}\r\n{more}\r\n"
    ).encode()


def answer(connection: socket.socket) -> bytes:
    """Of a small request: status line, head and body."""
    said = b""
    while b"\r\n\r\n" not in said or not said.endswith(b"}"):
        more = connection.recv(65_536)
        assert more, said
        said += more
    return said


class TestHead:
    def test_three_hundred_connections_that_say_nothing_are_closed(self, server: ServerProcess) -> None:
        with ExitStack() as opened:
            silent = [opened.enter_context(closing(connect(server.base))) for _ in range(300)]
            began_s = time.monotonic()
            assert [heard(connection) for connection in silent] == [b""] * 300
            assert time.monotonic() - began_s < 20 * HEAD_S

    @pytest.mark.parametrize("beginning", [b"GET /", b"GET / HTTP/1.1\r\nX-A: "], ids=["a target", "a header"])
    def test_a_head_that_does_not_end(self, server: ServerProcess, beginning: bytes) -> None:
        with closing(connect(server.base)) as connection:
            connection.sendall(beginning)
            said = dripped(connection)
        assert said.startswith(b"HTTP/1.1 408 ")
        assert LATE in said

    def test_nor_does_the_second_one_of_a_connection(self, server: ServerProcess) -> None:
        with closing(connect(server.base)) as connection:
            connection.sendall(GET)
            assert answer(connection).startswith(b"HTTP/1.1 200 ")
            connection.sendall(b"GET /")
            assert dripped(connection).startswith(b"HTTP/1.1 408 ")

    def test_line_ends_are_no_beginning(self, server: ServerProcess) -> None:
        with closing(connect(server.base)) as connection:
            connection.sendall(GET)
            answer(connection)
            assert dripped(connection, repeat(b"\r\n")).startswith(b"HTTP/1.1 408 ")

    def test_a_head_in_pieces_is_served(self, server: ServerProcess) -> None:
        with closing(connect(server.base)) as connection:
            assert dripped(connection, (GET[place : place + 12] for place in range(0, len(GET), 12))).startswith(
                b"HTTP/1.1 200 "
            )

    def test_an_idle_connection_stays_open_as_long_as_it_may(self, server: ServerProcess) -> None:
        with closing(connect(server.base)) as connection:
            connection.sendall(GET)
            answer(connection)
            began_s = time.monotonic()
            assert heard(connection) == b""
            assert time.monotonic() - began_s > KEEP_ALIVE_S - 0.5


class TestBody:
    @pytest.mark.parametrize("sent", [b"", b"{"], ids=["nothing", "a byte now and then"])
    def test_a_body_that_does_not_come(self, server: ServerProcess, key: str, sent: bytes) -> None:
        with closing(connect(server.base)) as connection:
            connection.sendall(head(key, 100_000))
            said = dripped(connection, repeat(sent))
        assert said.startswith(b"HTTP/1.1 408 ")
        assert LATE in said

    def test_a_body_of_pieces_that_do_not_end(self, server: ServerProcess, key: str) -> None:
        with closing(connect(server.base)) as connection:
            chunked = head(key, 0).replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
            connection.sendall(chunked)
            assert dripped(connection, repeat(b"1\r\n \r\n")).startswith(b"HTTP/1.1 408 ")

    def test_a_body_that_was_refused_already(self, server: ServerProcess) -> None:
        """Its answer does not wait for it; the connection does not wait for ever either."""
        with closing(connect(server.base)) as connection:
            connection.sendall(head("unknown", 100_000))
            said = answer(connection)
            assert said.startswith(b"HTTP/1.1 401 ")
            dripped(connection)

    def test_a_body_that_comes_steadily_but_takes_too_long(self, server: ServerProcess, key: str) -> None:
        with closing(connect(server.base)) as connection:
            connection.sendall(head(key, 1_000_000))
            began_s = time.monotonic()
            said = dripped(connection, repeat(b" " * 300))
        assert said.startswith(b"HTTP/1.1 408 ")
        assert time.monotonic() - began_s > BODY_S - 0.5

    def test_a_body_that_comes_steadily_is_served(self, server: ServerProcess, key: str) -> None:
        body = json.dumps(least(memo="a" * 900)).encode().ljust(3000)
        with closing(connect(server.base)) as connection:
            connection.sendall(head(key, len(body), more="Connection: close\r\n"))
            began_s = time.monotonic()
            said = dripped(connection, (body[place : place + 150] for place in range(0, len(body), 150)))
            assert said.startswith(b"HTTP/1.1 200 ")
            assert time.monotonic() - began_s > HEAD_S


class TestAnswer:
    def test_a_stream_lives_on(self, server: ServerProcess, key: str, url: str) -> None:
        with closing(connect(server.base)) as connection:
            body = json.dumps(least()).encode()
            connection.sendall(head(key, len(body)) + body)
            answer(connection)
        with Data(url) as data:
            code = data.rows("SELECT code FROM stamp LIMIT 1")[0]["code"]
        began_s = time.monotonic()
        with events(server.base, f"/stamp/{code}/events", patience_s=60) as stream:
            # It comes long after every deadline.
            assert any(b"still here" in stream.line() for _ in range(20))
            assert time.monotonic() - began_s > 2 * BODY_S

    def test_one_that_nobody_reads_is_given_up(self, server: ServerProcess) -> None:
        with closing(connect(server.base)) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            # More than the kernel takes for somebody who does not read.
            connection.sendall(GET.replace(b"/healthz", b"/api/openapi.json") * 200)
            began_s, hung_up = time.monotonic(), select.poll()
            hung_up.register(connection, 0)
            with suppress(ConnectionResetError, BrokenPipeError):
                # What is sent to a connection that the server has closed is refused; before, it is left unread.
                while not hung_up.poll(100):
                    assert time.monotonic() - began_s < _PATIENCE_S, "the server still waits"
                    connection.sendall(b"\r\n")
            assert time.monotonic() - began_s > BODY_S - 0.5

    def test_nothing_of_it_is_an_error(self, server: ServerProcess) -> None:
        assert [line for line in server.logs() if line["level"] == "error" or "exception" in line] == []


class TestManyConnections:
    @staticmethod
    def _served(server: ServerProcess, opened: ExitStack, count: int) -> list[bytes]:
        """The status line to a request on each of so many more connections, which stay open."""
        lines = []
        for _ in range(count):
            connection = opened.enter_context(closing(connect(server.base)))
            connection.sendall(GET)
            lines.append(connection.recv(12))
        return lines

    def test_one_client_has_so_many_and_no_more(self, url: str, serve: Serve) -> None:
        server = serve(database_url=url, connections_per_client=5)
        for _ in range(3):
            with ExitStack() as opened:
                assert self._served(server, opened, 5) == [b"HTTP/1.1 200"] * 5
                with closing(connect(server.base)) as one_more:
                    said = heard(one_more)
                assert said.startswith(b"HTTP/1.1 503 ")
                assert b"Too many connections are open from your network." in said
            # Those that were closed are counted no more.
            wait_for(lambda: self._is_let_in(server))
        (line,) = [line for line in server.logs() if "too many connections" in line["event"]]
        assert (line["level"], line["network"], line["most"]) == ("warning", "127.0.0.1", 5)
        assert "STAMPWELL_TRUSTED_PROXIES" in line["event"]

    def _is_let_in(self, server: ServerProcess) -> bool:
        with ExitStack() as opened:
            return self._served(server, opened, 5) == [b"HTTP/1.1 200"] * 5

    @pytest.mark.parametrize("settings", [{"trusted_proxies": "127.0.0.0/8"}, {"trusted_proxies": "*"}])
    def test_a_trusted_proxy_has_as_many_as_it_likes(self, url: str, serve: Serve, settings: dict[str, str]) -> None:
        server = serve(database_url=url, connections_per_client=2, **settings)
        with ExitStack() as opened:
            assert self._served(server, opened, 10) == [b"HTTP/1.1 200"] * 10


class TestDescriptors:
    @staticmethod
    @contextmanager
    def _at_most(descriptors: int) -> Iterator[None]:
        """For what is started meanwhile."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(descriptors, hard), hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    @pytest.mark.parametrize("options", [(), ("--workers", "2")])
    def test_a_low_limit_is_told_at_the_start(self, url: str, serve: Serve, options: tuple[str, ...]) -> None:
        with self._at_most(LEAST_DESCRIPTORS - 1):
            server = serve(*options, database_url=url)
        (line,) = [line for line in server.logs() if line["level"] == "warning"]
        assert "LimitNOFILE=65536" in line["event"]
        assert line["limit"] == LEAST_DESCRIPTORS - 1
