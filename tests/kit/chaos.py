"""A receiver of webhooks that fails at random, in every way that a receiver can, and notes what reached it."""

import asyncio
import random
import socket
import struct
import threading
import time
from collections import Counter
from contextlib import suppress
from types import TracebackType
from typing import NamedTuple, Self

from kit.load import wait_for

# At the first arrival of an event, at the second, and from then on: so that a test comes to its end.
_CHANCES = (0.3, 0.15, 0.0)
_FAILURES = ("error", "reset", "hang up", "drip", "hang")
# A sender waits 20 seconds for an answer.
_MOST_HANGS = 5
_STALL_S = 0.3
_DRIP_S = 0.01
_UP_S = (0.5, 1.5)
_DOWN_S = (0.05, 0.2)

_OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
_ERROR = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 9\r\n\r\nnot today"
_RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class Arrival(NamedTuple):
    """A request that came whole. id: its `webhook-id`. at_us: microseconds since 1970 in UTC."""

    id: str
    body: bytes
    at_us: int


class ChaoticReceiver:
    """Listens on `url` within `with`, on an event loop of its own thread, and fails until `behave`.

    arrivals: in order. seen: how often each failure happened, `refused` among them.
    """

    def __init__(self, *, seed: int) -> None:
        self.arrivals: list[Arrival] = []
        self.seen = Counter[str]()
        self._moments = random.Random(seed)
        self._times = Counter[str]()
        self._open: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}
        self._behaves = False
        # Keeps the port while nobody listens on it.
        self._holder = socket.socket()
        self._holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._holder.bind(("127.0.0.1", 0))
        self._port: int = self._holder.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}/stampwell"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))
        self._listening = threading.Event()
        self._stopping = asyncio.Event()

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._listening.wait(10)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()
        self._loop.close()
        self._holder.close()

    def behave(self) -> None:
        """From now on every answer is 200; what hangs goes on hanging."""
        self._behaves = True
        wait_for(self._listening.is_set)

    async def _run(self) -> None:
        stopped = asyncio.ensure_future(self._stopping.wait())
        while not stopped.done():
            listener = socket.create_server(("127.0.0.1", self._port), backlog=256, reuse_port=True)
            server = await asyncio.start_server(self._serve, sock=listener)
            self._listening.set()
            await asyncio.wait([stopped], timeout=self._moments.uniform(*_UP_S))
            if self._behaves:
                await stopped
            self._listening.clear()
            server.close()
            for writer in list(self._open):
                if stopped.done() or self._moments.random() < 0.5:
                    _reset(writer)
            self.seen["refused"] += 1
            await asyncio.wait([stopped], timeout=self._moments.uniform(*_DOWN_S))
        await asyncio.gather(*(task for task in self._open.values() if task is not None))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open[writer] = asyncio.current_task()
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
                headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:-2])
                body = await reader.readexactly(int(headers["content-length"]))
                name = headers["webhook-id"]
                self.arrivals.append(Arrival(name, body, time.time_ns() // 1000))
                failure = self._failure(name)
                if failure is None:
                    writer.write(_OK)
                else:
                    self.seen[failure] += 1
                    await self._fail(failure, reader, writer)
        except (OSError, EOFError):
            pass
        finally:
            del self._open[writer]
            writer.transport.abort()

    def _failure(self, name: str) -> str | None:
        time_before = min(self._times[name], len(_CHANCES) - 1)
        self._times[name] += 1
        if self._behaves or self._moments.random() >= _CHANCES[time_before]:
            return None
        failure = self._moments.choice(_FAILURES)
        return "hang up" if failure == "hang" and self.seen["hang"] >= _MOST_HANGS else failure

    async def _fail(self, failure: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        match failure:
            case "error":
                writer.write(_ERROR)
            case "reset":
                writer.write(_OK[: self._moments.randrange(1, len(_OK))])
                await writer.drain()
                _reset(writer)
            case "hang up":
                await asyncio.sleep(_STALL_S)
                raise EOFError
            case "drip":
                # A success after all.
                for byte in _OK:
                    writer.write(bytes([byte]))
                    await asyncio.sleep(_DRIP_S)
            case "hang":
                with suppress(OSError):
                    await reader.read(1)
                raise EOFError


def _reset(writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
    writer.transport.abort()
