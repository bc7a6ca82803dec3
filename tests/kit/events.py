"""Server-sent events, read as they come."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from typing import NamedTuple
from urllib.parse import urlsplit


class Event(NamedTuple):
    """name and id are blank where the server said none; `data` is the text after it."""

    name: str
    id: str
    data: str


class EventStream:
    """An open stream."""

    def __init__(self, response: HTTPResponse) -> None:
        self.status = response.status
        self.headers = response.headers
        self._response = response

    def line(self) -> bytes:
        """The next line that says something, a comment among them."""
        while not (line := self._response.readline()).strip():
            if not line:
                raise EOFError
        return line

    def next(self) -> Event:
        """The next event; TimeoutError when none comes in time, EOFError at the end of the stream."""
        fields: dict[str, str] = {}
        while True:
            line = self._response.readline()
            if not line:
                raise EOFError
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if name:
                fields[name] = value
            elif "data" in fields:
                return Event(fields.get("event", ""), fields.get("id", ""), fields["data"])
            else:
                fields = {}


@contextmanager
def events(
    base: str, path: str, *, headers: Mapping[str, str] | None = None, patience_s: float = 10.0
) -> Iterator[EventStream]:
    """The stream at that path, closed afterwards."""
    address = urlsplit(base)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=patience_s)
    try:
        connection.request("GET", path, headers=dict(headers or {}))
        yield EventStream(connection.getresponse())
    finally:
        connection.close()
