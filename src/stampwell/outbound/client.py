"""An HTTP/1.1 client for addresses that others chose: bounded in what it takes, in time and in where it goes.

It knows no proxy, no cookie and no redirect, and asks for no compression.
"""

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import aclosing
from typing import NamedTuple

import httpcore2

from stampwell import __version__
from stampwell.core.phrases import phrase
from stampwell.outbound.connecting import connect, not_reachable
from stampwell.outbound.connections import IDLE_S, OLDEST_S, Connections, OutgoingConnection
from stampwell.outbound.look_ups import LookUp, SystemLookUps
from stampwell.outbound.no_answer import NoAnswer
from stampwell.outbound.reach import Reach
from stampwell.outbound.stream import AnswerTooLong
from stampwell.outbound.urls import Target, WrongUrl, read_url

LONGEST_TEXT = 64 * 1024
# Line and headers of an answer, and the lengths of its pieces.
_LONGEST_REST = 64 * 1024
_ANSWER_S = 20.0
_CONNECT_S = 10.0
_TOO_LONG = 431


class Answer(NamedTuple):
    """`headers` have names in small letters; of several with one name, the first. `text` may be the beginning only."""

    status: int
    text: str
    headers: Mapping[str, str]


class _ConnectionGone(Exception):
    """A kept connection was closed before it was used again."""


class OutboundClient:
    """Reaches what `reach` allows. Close it; it belongs to one event loop.

    look_up: how names become addresses, the system's way by default. tls: the certificates that are trusted, the system's by
    default. answer_s: seconds for a whole answer, connecting included. idle_s, oldest_s: when a connection is kept no more.
    """

    def __init__(
        self,
        reach: Reach,
        *,
        look_up: LookUp | None = None,
        tls: ssl.SSLContext | None = None,
        answer_s: float = _ANSWER_S,
        connect_s: float = _CONNECT_S,
        idle_s: float = IDLE_S,
        oldest_s: float = OLDEST_S,
    ) -> None:
        self._reach = reach
        # Its threads begin with its first look-up.
        self._own_look_ups = SystemLookUps()
        self._look_up = look_up or self._own_look_ups
        self._tls = tls or ssl.create_default_context()
        self._answer_s = answer_s
        self._connect_s = connect_s
        self._connections = Connections(idle_s=idle_s, oldest_s=oldest_s)

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes, longest: int = LONGEST_TEXT) -> Answer:
        """The answer, whatever its status; at most `longest` bytes of its text. Raises NoAnswer.

        A body may arrive twice, when a kept connection ends just as it is used.
        """
        return await self._request("POST", url, {**headers, "Content-Length": str(len(body))}, body, longest)

    async def get(self, url: str, *, headers: Mapping[str, str], longest: int = LONGEST_TEXT) -> Answer:
        """The same without a body."""
        return await self._request("GET", url, headers, b"", longest)

    def close(self) -> None:
        """Closes the connections that are kept."""
        self._connections.close()
        self._own_look_ups.close()

    async def _request(self, method: str, url: str, headers: Mapping[str, str], body: bytes, longest: int) -> Answer:
        try:
            target = read_url(url)
        except WrongUrl as error:
            raise NoAnswer("wrong URL", phrase("The URL {problem}.", problem=error.problem)) from None
        request = _to_request(method, target, headers, body)
        # To wait for one's turn is not the receiver's fault, so its time begins afterwards.
        async with self._connections.turn(target):
            try:
                async with asyncio.timeout(self._answer_s):
                    return await self._answered(target, request, longest)
            except TimeoutError:
                problem = phrase(
                    "{host} did not answer within {seconds} seconds.", host=target.authority, seconds=f"{self._answer_s:g}"
                )
                raise NoAnswer("timed out", problem) from None

    async def _answered(self, target: Target, request: httpcore2.Request, longest: int) -> Answer:
        kept = self._connections.take(target)
        if kept is not None:
            try:
                return await self._exchanged(kept, target, request, longest)
            except _ConnectionGone:
                pass
        stream = await connect(target, reach=self._reach, look_up=self._look_up, tls=self._tls, within_s=self._connect_s)
        return await self._exchanged(OutgoingConnection(target, stream), target, request, longest)

    async def _exchanged(
        self, connection: OutgoingConnection, target: Target, request: httpcore2.Request, longest: int
    ) -> Answer:
        stream = connection.stream
        stream.begin(longest + _LONGEST_REST)
        is_whole = False
        try:
            response = await connection.http.handle_async_request(request)
            text, is_whole = await _read(response, longest)
            return Answer(response.status, text, _headers(response))
        except (httpcore2.ProtocolError, OSError) as error:
            if connection.is_used and stream.is_ended and not stream.received:
                raise _ConnectionGone from None
            raise _no_http(target, connection, error) from error
        except AnswerTooLong:
            raise _too_long(target) from None
        finally:
            self._connections.give_back(connection, may_keep=is_whole)


async def _read(response: httpcore2.Response, longest: int) -> tuple[str, bool]:
    """The text, and whether that was all of it."""
    content = bytearray()
    async with aclosing(response.aiter_stream()) as chunks:
        async for chunk in chunks:
            content += chunk
            if len(content) > longest:
                break
    is_whole = len(content) <= longest
    await response.aclose()
    # Not every database takes a NUL.
    return content[:longest].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}"), is_whole


def _to_request(method: str, target: Target, headers: Mapping[str, str], body: bytes) -> httpcore2.Request:
    sent = {"Host": target.authority, "User-Agent": f"Stampwell/{__version__}", "Accept": "*/*", **headers}
    return httpcore2.Request(
        method,
        httpcore2.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path),
        headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in sent.items()],
        content=body,
    )


def _headers(response: httpcore2.Response) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in response.headers:
        headers.setdefault(name.decode("ascii").lower(), value.decode("latin-1"))
    return headers


def _no_http(target: Target, connection: OutgoingConnection, error: Exception) -> NoAnswer:
    stream, cause = connection.stream, error.__cause__
    if isinstance(error, OSError) and not stream.received:
        return not_reachable(target, error)
    if getattr(cause, "error_status_hint", 0) == _TOO_LONG:
        return _too_long(target)
    if stream.received and not stream.first.startswith(b"HTTP/"[: len(stream.first)]):
        return NoAnswer("no HTTP", phrase("What answers at {host} is not a web server.", host=target.authority))
    if stream.is_ended:
        problem = phrase("{host} closed the connection before its answer was complete.", host=target.authority)
        return NoAnswer("broken off", problem, cause="Connection closed")
    return NoAnswer("no HTTP", phrase("The answer of {host} is not valid HTTP.", host=target.authority))


def _too_long(target: Target) -> NoAnswer:
    return NoAnswer("headers too long", phrase("The answer of {host} has too many or too long headers.", host=target.authority))
