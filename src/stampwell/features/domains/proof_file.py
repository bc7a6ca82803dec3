"""Reads the file that proves a domain, from public addresses alone: its name may point anywhere, also into our own network."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import dns.exception
import httptools

from stampwell import __version__
from stampwell.core.ip_addresses import is_public
from stampwell.core.phrases import Phrase, english, phrase
from stampwell.features.domains.model import WELL_KNOWN_PATH, Domain

_PATIENCE_S = 5.0
# So that a port which never answers leaves time for the other.
_TRY_S = 2.0
_MOST_ADDRESSES = 2
_LONGEST_FILE = 1024
_LONGEST_ANSWER = 16 * 1024
_CHUNK = 4096
_OK = 200
_REDIRECTS = range(300, 400)
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

AddressesOf = Callable[[str], Awaitable[list[str]]]
"""A host -> its addresses. Raises DNSException."""


class _Port(NamedTuple):
    scheme: str
    number: int
    tls: ssl.SSLContext | None


class _Unreachable(Exception):
    """Nobody answered in HTTP; why."""

    def __init__(self, problem: Phrase) -> None:
        super().__init__(problem.said(english))
        self.problem = problem


class FileReader:
    """Tries https, then http. `allow_private`: whether the file may be on an address that is not public.

    The ports, the certificates that are trusted and the time-outs are arguments for the sake of tests.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        https_port: int = 443,
        http_port: int = 80,
        tls: ssl.SSLContext | None = None,
        patience_s: float = _PATIENCE_S,
        try_s: float = _TRY_S,
    ) -> None:
        self._allow_private = allow_private
        self._patience_s = patience_s
        self._try_s = try_s
        self._ports = (_Port("https", https_port, tls or ssl.create_default_context()), _Port("http", http_port, None))

    async def look(self, domain: Domain, addresses_of: AddressesOf) -> Phrase | None:
        """None when the file is right, else what is wrong with it."""
        try:
            async with asyncio.timeout(self._patience_s):
                addresses = await addresses_of(domain.host)
                if not addresses:
                    return phrase(
                        "There is no file to look for either: {host} has no address in the DNS yet.",
                        host=domain.host,
                    )
                allowed = [address for address in addresses if self._allow_private or is_public(address)]
                if not allowed:
                    return phrase(
                        "The file was not looked for: {host} has the address {address}, which is not public.",
                        host=domain.host,
                        address=addresses[0],
                    )
                return await self._try_ports(domain, allowed[:_MOST_ADDRESSES])
        except TimeoutError:
            return phrase(
                "{url} did not answer within {seconds} seconds.",
                url=domain.file_url,
                seconds=f"{self._patience_s:g}",
            )
        except dns.exception.DNSException:
            return phrase(
                "The file could not be looked for either: the address of {host} could not be looked up.",
                host=domain.host,
            )

    async def _try_ports(self, domain: Domain, addresses: list[str]) -> Phrase | None:
        """The first answer in HTTP decides, but a wrong one over https leaves http its chance."""
        answered: Phrase | None = None
        unreachable: Phrase | None = None
        for port in self._ports:
            url = f"{port.scheme}://{domain.host}{WELL_KNOWN_PATH}"
            try:
                problem = _problem_of(await _fetch(domain.host, port, addresses, url, try_s=self._try_s), url, domain.token)
            except _Unreachable as error:
                unreachable = unreachable or error.problem
                continue
            if problem is None:
                return None
            answered = answered or problem
        return answered or unreachable


class _Response:
    """What the parser found."""

    def __init__(self) -> None:
        self.status = 0
        self.body = b""
        self.is_whole = False

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        self.is_whole = True


def _problem_of(response: _Response, url: str, token: str) -> Phrase | None:
    if response.status in _REDIRECTS:
        return phrase(
            "{url} sends on to another address ({status}), which is not followed. The file has to be there itself.",
            url=url,
            status=response.status,
        )
    if response.status != _OK:
        return phrase(
            "{url} was answered with {status}. Put a file there whose whole text is {token}.",
            url=url,
            status=response.status,
            token=token,
        )
    body = response.body.removeprefix(_BYTE_ORDER_MARK).strip()
    if body != token.encode() or len(response.body) > _LONGEST_FILE:
        return phrase("{url} holds another text. Its whole text has to be {token}.", url=url, token=token)
    return None


async def _fetch(host: str, port: _Port, addresses: list[str], url: str, *, try_s: float) -> _Response:
    """The answer of the first address that gives one. Raises _Unreachable."""
    problem: Phrase | None = None
    for address in addresses:
        try:
            async with asyncio.timeout(try_s / len(addresses)):
                return await _get(host, port, address)
        except TimeoutError:
            found = phrase("{url} did not answer in time.", url=url)
        except ssl.SSLError as error:
            found = phrase("The certificate of {url} is not valid ({reason}).", url=url, reason=error.reason or "TLS")
        except httptools.HttpParserError:
            found = phrase("What answered at {url} was no web server.", url=url)
        except (OSError, EOFError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            found = phrase("{url} could not be reached: {reason}.", url=url, reason=reason)
        problem = problem or found
    raise _Unreachable(problem or phrase("{url} did not answer in time.", url=url))


async def _get(host: str, port: _Port, address: str) -> _Response:
    server_hostname = host if port.tls is not None else None
    reader, writer = await asyncio.open_connection(address, port.number, ssl=port.tls, server_hostname=server_hostname)
    try:
        writer.write(
            f"GET {WELL_KNOWN_PATH} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: Stampwell/{__version__}\r\n"
            "Accept: text/plain\r\nConnection: close\r\n\r\n".encode("ascii")
        )
        return await _read(reader)
    finally:
        writer.transport.abort()


async def _read(reader: asyncio.StreamReader) -> _Response:
    """The answer, or the beginning of one that is too long. Raises HttpParserError or EOFError."""
    response = _Response()
    parser = httptools.HttpResponseParser(response)
    received = 0
    while not response.is_whole and len(response.body) <= _LONGEST_FILE and received <= _LONGEST_ANSWER:
        chunk = await reader.read(_CHUNK)
        if not chunk:
            break
        received += len(chunk)
        parser.feed_data(chunk)
    response.status = parser.get_status_code()
    if not response.status:
        raise EOFError("the connection was closed without an answer")
    return response
