"""What is late because the server does not read on is not the client's fault; what is late by itself is cut off cleanly."""

import asyncio
import gc
import json
from contextlib import closing
from itertools import repeat
from typing import Any

from kit.load import wait_for
from kit.server import Server
from kit.slow import connect, dripped, heard
from stampwell.operations.deadlines import TimedConnection
from stampwell.settings import Settings

HEAD_S = 1
_HEAD = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n"
# More than the server takes of a body that nobody reads.
_LARGE = b"a" * 300_000


class _Reader:
    """An application that reads no body until it is told to, and answers how long it was."""

    def __init__(self) -> None:
        self._told = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def tell(self) -> None:
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._told.set)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            self._loop = asyncio.get_running_loop()
            for what in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{what}.complete"})
            return
        await self._told.wait()
        length, more = 0, True
        while more:
            message = await receive()
            length += len(message.get("body", b""))
            more = message.get("more_body", False)
        content = json.dumps(length).encode()
        head = [(b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": content})


def _until_others_are_cut_off(server: Server) -> None:
    """Returns when those have come and been cut off that sent nothing of a body for which the server was ready."""
    for _ in range(3):
        with closing(connect(server.base)) as late:
            late.sendall(_HEAD % 100 + b"\r\n")
            assert heard(late).startswith(b"HTTP/1.1 408 ")


def test_a_body_that_nobody_reads() -> None:
    reader = _Reader()
    server = Server(reader, settings=Settings(head_seconds=HEAD_S))
    try:
        with closing(connect(server.base)) as connection:
            connection.sendall(_HEAD % len(_LARGE) + b"\r\n" + _LARGE)
            _until_others_are_cut_off(server)
            reader.tell()
            assert heard(connection).endswith(b"\r\n\r\n300000")
    finally:
        reader.tell()
        server.stop()


def test_a_body_that_nobody_asks_for() -> None:
    """Who asks whether to send it waits for the word."""
    reader = _Reader()
    server = Server(reader, settings=Settings(head_seconds=HEAD_S))
    try:
        with closing(connect(server.base)) as connection:
            connection.sendall(_HEAD % 5 + b"Expect: 100-continue\r\n\r\n")
            _until_others_are_cut_off(server)
            reader.tell()
            assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
            connection.sendall(b"12345")
            assert heard(connection).endswith(b"\r\n\r\n5")
    finally:
        reader.tell()
        server.stop()


def test_a_head_behind_one_that_is_not_answered_yet() -> None:
    """Three requests were sent one behind the other, the last not to its end: it is the server that reads no more of it."""
    reader = _Reader()
    server = Server(reader, settings=Settings(head_seconds=HEAD_S))
    request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    try:
        with closing(connect(server.base)) as connection:
            connection.sendall(request * 2 + request[:20])
            _until_others_are_cut_off(server)
            reader.tell()
            connection.sendall(request[20:-2] + b"Connection: close\r\n\r\n")
            assert heard(connection).count(b"HTTP/1.1 200 OK") == 3
    finally:
        reader.tell()
        server.stop()


def test_a_body_that_began_fast_has_no_credit() -> None:
    """Its rate is that of the last seconds: much at the beginning pays for no dripping."""
    reader = _Reader()
    server = Server(reader, settings=Settings(head_seconds=HEAD_S))
    try:
        with closing(connect(server.base)) as connection:
            connection.sendall(_HEAD % (10 * len(_LARGE)) + b"\r\n")
            reader.tell()
            connection.sendall(_LARGE)
            assert dripped(connection, repeat(b"a", 50)).startswith(b"HTTP/1.1 408 ")
    finally:
        server.stop()


def test_an_answer_under_way_is_not_broken_into() -> None:
    """Its client would take the second one for a part of the first."""

    async def hasty(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            for what in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{what}.complete"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    server = Server(hasty, settings=Settings(head_seconds=HEAD_S))
    try:
        with closing(connect(server.base)) as connection:
            connection.sendall(_HEAD % 100 + b"\r\n")
            said = heard(connection)
            assert said.startswith(b"HTTP/1.1 200 OK")
            assert (said.count(b"begun"), said.count(b"HTTP/1.1")) == (1, 1)
        with closing(connect(server.base)) as silent:
            # Nobody has said anything: there is nothing to answer.
            assert heard(silent) == b""
    finally:
        server.stop()


def test_nothing_is_kept_of_connections_that_have_ended() -> None:
    """Neither by a timer that goes on: a server lives for months."""
    reader, before = _Reader(), _connections_kept()
    server = Server(reader, settings=Settings())
    reader.tell()
    try:
        for _ in range(20):
            with closing(connect(server.base)) as connection:
                connection.sendall(_HEAD % 0 + b"\r\n")
                assert heard(connection).startswith(b"HTTP/1.1 200 OK")
        wait_for(lambda: _connections_kept() <= before, seconds=1)
    finally:
        server.stop()


def _connections_kept() -> int:
    gc.collect()
    return sum(isinstance(one, TimedConnection) for one in gc.get_objects())
