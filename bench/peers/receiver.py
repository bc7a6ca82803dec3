"""A quick receiver of webhooks: answers 200 to every POST, and says in answer to a GET how many came and how fast.

Run by `python receiver.py PORT`. A GET answers {"count": …, "seconds": …}: how many came since the last GET of /anew, and the
time from the first to the last.
"""

import asyncio
import json
import sys
import time

import uvloop

_OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
_HEAD_ENDS = b"\r\n\r\n"
_LENGTH = b"content-length:"


class _Arrivals:
    def __init__(self) -> None:
        self.count, self.first, self.last = 0, 0.0, 0.0

    def note(self) -> None:
        self.last = time.perf_counter()
        self.first = self.first if self.count else self.last
        self.count += 1


class _Receiver(asyncio.Protocol):
    arrivals = _Arrivals()

    def __init__(self) -> None:
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (request := self._next()) is not None:
            if request.startswith(b"POST"):
                self.arrivals.note()
                self._transport.write(_OK)
            else:
                self._transport.write(self._summary(anew=b" /anew " in request))

    def _next(self) -> bytes | None:
        """The head of a whole request, which is taken off what was received."""
        head, ends, rest = self._received.partition(_HEAD_ENDS)
        if not ends:
            return None
        _, _, after = head.lower().partition(_LENGTH)
        length = int(after.split(b"\r\n")[0]) if after else 0
        if len(rest) < length:
            return None
        self._received = rest[length:]
        return head

    @classmethod
    def _summary(cls, *, anew: bool) -> bytes:
        found = cls.arrivals
        if anew:
            cls.arrivals = _Arrivals()
        content = json.dumps({"count": found.count, "seconds": found.last - found.first}).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(content), content)


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(_Receiver, "127.0.0.1", port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(_serve(int(sys.argv[1])))
