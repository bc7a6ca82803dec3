"""What may come before a body is bounded: the server's parser would keep all of it."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from urllib.parse import urlsplit

import httpx2
import pytest

from kit.budget import Meter
from kit.data import Data
from kit.databases import Databases
from kit.people import ALICES_CARD, open_account
from kit.process import ServerProcess
from kit.shop import CREATE, least
from stampwell.operations.bounded_heads import LARGEST_HEAD, LONGEST_TARGET, MOST_HEADERS

GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"
POST = b"POST /dashboard/sign-in HTTP/1.1\r\nHost: x\r\nOrigin: http://x\r\nContent-Type: text/plain\r\n"
ENDLESS = 64 * 2**20
"""Bytes of what does not end."""
_CHUNK = b"a" * 65_536


@pytest.fixture(scope="module")
def url(databases: Databases) -> str:
    return databases.fresh("sqlite")


@pytest.fixture(scope="module")
def key(url: str) -> str:
    with Data(url) as data:
        return open_account(data, card_id=ALICES_CARD, now_us=1).key


@pytest.fixture(scope="module")
def server(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with ServerProcess(tmp_path_factory.mktemp("server"), database_url=url) as started:
        yield started


def connect(server: ServerProcess) -> socket.socket:
    return socket.create_connection(("127.0.0.1", urlsplit(server.base).port or 0), timeout=60)


def answer(server: ServerProcess, *pieces: bytes) -> tuple[int, bytes]:
    """Status and whole answer to what is sent piece by piece."""
    with closing(connect(server)) as connection, suppress(ConnectionResetError, BrokenPipeError):
        for piece in pieces:
            connection.sendall(piece)
        said = connection.makefile("rb").read()
        return int(said.split(b" ", 2)[1]), said
    return 0, b""


def request(*, target: str = "/healthz", headers: dict[str, str] | None = None) -> bytes:
    lines = [f"GET {target} HTTP/1.1", "Host: x", "Connection: close"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in (headers or {}).items()), "", ""]).encode()


class TestTarget:
    def test_as_long_as_it_may_be(self, server: ServerProcess) -> None:
        target = "/healthz?" + "a" * (LONGEST_TARGET - len("/healthz?"))
        assert answer(server, request(target=target))[0] == 200

    def test_longer(self, server: ServerProcess) -> None:
        status, said = answer(server, request(target="/" + "a" * LONGEST_TARGET))
        assert status == 414
        assert b"longer than 8 KiB" in said


class TestHeaders:
    def test_as_many_and_as_large_as_they_may_be(self, server: ServerProcess) -> None:
        many = {f"X-{number}": "a" for number in range(MOST_HEADERS - 2)}
        assert answer(server, request(headers=many))[0] == 200
        assert answer(server, request(headers={"X-Large": "a" * (LARGEST_HEAD - 200)}))[0] == 200

    def test_too_many(self, server: ServerProcess) -> None:
        many = {f"X-{number}": "a" for number in range(MOST_HEADERS)}
        status, said = answer(server, request(headers=many))
        assert status == 431
        assert b"more than 100" in said

    def test_too_large(self, server: ServerProcess) -> None:
        assert answer(server, request(headers={"X-Large": "a" * LARGEST_HEAD}))[0] == 431
        assert answer(server, request(headers={f"X-{number}": "a" * 1000 for number in range(40)}))[0] == 431

    def test_too_large_in_pieces(self, server: ServerProcess) -> None:
        raw = request(headers={f"X-{number}": "a" * 1000 for number in range(40)})
        status, _ = answer(server, *(raw[place : place + 700] for place in range(0, len(raw), 700)))
        # It was refused before all of it was sent, perhaps before the answer was read.
        assert status in {431, 0}

    def test_a_large_body_is_no_head(self, server: ServerProcess, key: str) -> None:
        body = json.dumps(least(memo="a" * 200_000)).encode()
        lines = [f"POST {CREATE} HTTP/1.1", "Host: x", f"Authorization: APIKey {key}", f"Content-Length: {len(body)}"]
        head = "\r\n".join([*lines, "Content-Type: application/json", "Connection: close", "", ""]).encode()
        pieces = [body[place : place + 1000] for place in range(0, len(body), 1000)]
        chunks = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces]
        chunked = head.replace(f"Content-Length: {len(body)}".encode(), b"Transfer-Encoding: chunked")
        for sent in ([head + body], [head, *pieces], [chunked, *chunks, b"0\r\n\r\n"]):
            status, said = answer(server, *sent)
            assert (status, b'"field":"memo"' in said) == (400, True)


class TestWithoutAnEnd:
    """Nothing is kept of what does not end, and the connection is closed."""

    @pytest.mark.parametrize(
        "beginning",
        [
            b"",
            b"GET /",
            b"GET /?",
            b"GET / HTTP/1.1\r\nX",
            b"GET / HTTP/1.1\r\nX: ",
            POST + b"Transfer-Encoding: chunked\r\n\r\n1;x=",
            POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX: ",
        ],
        ids=["a method", "a path", "a query", "a header's name", "a header", "a chunk's extension", "a trailer"],
    )
    def test_is_cut_off(self, server: ServerProcess, beginning: bytes) -> None:
        with closing(connect(server)) as connection:
            connection.sendall(beginning)
            sent = 0
            with suppress(ConnectionResetError, BrokenPipeError):
                while sent < ENDLESS:
                    connection.sendall(_CHUNK)
                    sent += len(_CHUNK)
            # What the kernel holds for a connection is a few megabytes.
            assert sent < ENDLESS // 2

    @pytest.mark.parametrize("beginning", [GET, POST + b"Transfer-Encoding: chunked\r\n\r\n0\r\n"], ids=["headers", "trailers"])
    def test_so_are_lines_without_an_end(self, server: ServerProcess, beginning: bytes) -> None:
        with closing(connect(server)) as connection:
            connection.sendall(beginning)
            sent = 0
            with suppress(ConnectionResetError, BrokenPipeError):
                while sent < ENDLESS:
                    connection.sendall(b"X: y\r\n" * 10_000)
                    sent += 60_000
            assert sent < ENDLESS // 2

    def test_and_nothing_is_logged_as_an_error(self, server: ServerProcess) -> None:
        assert httpx2.get(f"{server.base}/readyz", timeout=60).status_code == 200
        assert [line for line in server.logs() if line["level"] == "error" or "exception" in line] == []


class TestOneBehindTheOther:
    """Requests that do not wait for the answers to those before them."""

    def test_they_are_answered(self, server: ServerProcess) -> None:
        many = request(headers={"X-Large": "a" * 20_000}).replace(b"Connection: close\r\n", b"")
        _, said = answer(server, many * 5 + request())
        assert said.count(b"HTTP/1.1 200 OK") == 6

    @pytest.mark.parametrize("size", [1, 1000, 100_000], ids=["in bytes", "in some", "in many"])
    def test_however_they_are_cut(self, server: ServerProcess, key: str, size: int) -> None:
        body = json.dumps(least(memo="a" * 100)).encode()
        lines = [f"POST {CREATE} HTTP/1.1", "Host: x", f"Authorization: APIKey {key}", f"Content-Length: {len(body)}"]
        post = "\r\n".join([*lines, "Content-Type: application/json", "", ""]).encode() + body
        times = 3 if size == 1 else 200
        sent = (post + GET + b"\r\n") * times + request()
        _, said = answer(server, *(sent[place : place + size] for place in range(0, len(sent), size)))
        assert said.count(b"HTTP/1.1 200 OK") == 2 * times + 1
        assert said.count(b'"code":0') == times

    def test_they_are_not_kept_before_their_turn(self, server: ServerProcess) -> None:
        """One connection had the server keep a gigabyte of what it sent in half a minute, although it read every answer."""
        meter, some = Meter(server.pid), (GET + b"\r\n") * 1000
        before = meter.highest_mib()
        with closing(connect(server)) as connection:
            sending = threading.Thread(target=lambda: [connection.sendall(some) for _ in range(40)])
            sending.start()
            said = b""
            for _ in range(40_000):
                while b"HTTP/1.1 200 OK" not in said:
                    more = connection.recv(65_536)
                    assert more
                    said += more
                said = said.partition(b"HTTP/1.1 200 OK")[2]
            sending.join()
        assert meter.highest_mib() - before < 16

    def test_nor_if_nobody_reads_the_answers(self, server: ServerProcess) -> None:
        meter = Meter(server.pid)
        before, sent = meter.highest_mib(), 0
        with closing(connect(server)) as connection:
            connection.settimeout(1)
            with suppress(TimeoutError):
                while sent < ENDLESS:
                    sent += connection.send((GET + b"\r\n") * 1000)
        assert sent < ENDLESS // 2
        assert meter.highest_mib() - before < 16
