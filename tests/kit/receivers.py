"""A web server in the test's own event loop, for what calls out; and what was connected to."""

import asyncio
import socket
import ssl
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import pytest

from stampwell.outbound.client import OutboundClient
from stampwell.outbound.no_answer import NoAnswer

Script = Callable[[asyncio.StreamWriter], Awaitable[None]]

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"


def saying(*pieces: bytes) -> Script:
    """Answers with those bytes."""

    async def script(writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()

    return script


def endlessly(start: bytes, piece: bytes, *, pause_s: float = 0) -> Script:
    """Answers with `start` and then with `piece` until the other side hangs up."""

    async def script(writer: asyncio.StreamWriter) -> None:
        writer.write(start)
        while not writer.transport.is_closing():
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause_s)

    return script


async def mute(_writer: asyncio.StreamWriter) -> None:
    """Answers nothing and keeps the connection."""


class Receiver:
    """Serves on `port` of loopback within `async with`; `script` answers each request, and may be changed. `::`: everywhere.

    `requests` are the requests as they came, `connections` how many there were, `open` how many there are.
    """

    def __init__(self, script: Script | None = None, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.script = script or saying(OK)
        self.requests: list[bytes] = []
        self.connections = 0
        self.most_open = 0
        self._host = host
        self._tls = tls
        self._closed = asyncio.Event()
        self._open: dict[asyncio.StreamWriter, asyncio.Task[Any] | None] = {}

    @property
    def open(self) -> int:
        return len(self._open)

    async def until_open(self, count: int) -> None:
        """Waits until no more than so many connections are open."""
        while self.open > count:
            self._closed.clear()
            await self._closed.wait()

    async def hang_up(self) -> None:
        """Closes every connection, and waits until that is done."""
        for writer in list(self._open):
            writer.transport.abort()
        await asyncio.gather(*(task for task in self._open.values() if task is not None))

    async def __aenter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listener = socket.create_server((self._host, 0), family=family, dualstack_ipv6=self._host == "::", backlog=256)
        self._server = await asyncio.start_server(self._serve, sock=listener, ssl=self._tls)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.close()
        await self.hang_up()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open[writer] = asyncio.current_task()
        self.most_open = max(self.most_open, self.open)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                body = await reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0)
                self.requests.append(head + body)
                await self.script(writer)
        except (OSError, EOFError):
            pass
        finally:
            del self._open[writer]
            self._closed.set()
            writer.transport.abort()


_watching: list[list[tuple[str, int]]] = []


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and _watching:
        address = arguments[1]
        _watching[-1].append((address[0], address[1]) if isinstance(address, tuple) else (str(address), 0))


@contextmanager
def connects() -> Iterator[list[tuple[str, int]]]:
    """The addresses and ports that this process connects to, whoever does it and whether it succeeds or not."""
    if not hasattr(connects, "is_hooked"):
        sys.addaudithook(_note)
        connects.is_hooked = True  # type: ignore[attr-defined]
    seen: list[tuple[str, int]] = []
    _watching.append(seen)
    try:
        yield seen
    finally:
        _watching.remove(seen)


async def no_answer(client: OutboundClient, url: str) -> NoAnswer:
    """Why a POST to the URL, which must not be answered, is not."""
    with pytest.raises(NoAnswer) as raised:
        await client.post(url, headers={}, body=b"{}")
    return raised.value


def run_beside(act: Callable[[Receiver], Awaitable[None]], receiver: Receiver | None = None) -> None:
    """Does that while a receiver serves: on every address of this machine, unless one is given."""

    async def run() -> None:
        async with receiver or Receiver(host="::") as entered:
            await act(entered)

    asyncio.run(run())
