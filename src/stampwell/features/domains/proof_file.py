"""Reads the file that proves a domain, from public addresses alone: its name may point anywhere, also into our own network."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import NamedTuple

import dns.exception

from stampwell.core.phrases import Phrase, phrase
from stampwell.features.domains.model import WELL_KNOWN_PATH, Domain
from stampwell.outbound.client import Answer, OutboundClient
from stampwell.outbound.no_answer import NoAnswer
from stampwell.outbound.reach import EVERYWHERE, Reach

_PATIENCE_S = 5.0
# So that a port which never answers leaves time for the other.
_TRY_S = 2.0
_MOST_ADDRESSES = 2
_LONGEST_FILE = 1024
_OK = 200
_REDIRECTS = range(300, 400)
_BYTE_ORDER_MARK = "\ufeff"
_BLANKS = " \t\r\n\v\f"

AddressesOf = Callable[[str], Awaitable[list[str]]]
"""A host -> its addresses. Raises DNSException."""


class _Port(NamedTuple):
    scheme: str
    number: int


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
        self._reach = Reach(EVERYWHERE if allow_private else (), public_by_http=True)
        self._patience_s = patience_s
        self._try_s = try_s
        self._tls = tls or ssl.create_default_context()
        self._ports = (_Port("https", https_port), _Port("http", http_port))

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
                allowed = [address for address in addresses if self._reach.allows(address, scheme="http")]
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
                problem = _problem_of(await self._fetch(domain, port, addresses), url, domain.token)
            except NoAnswer as error:
                if error.kind != "headers too long":
                    unreachable = unreachable or _unreachable(url, error)
                    continue
                problem = _another_text(url, domain.token)
            if problem is None:
                return None
            answered = answered or problem
        return answered or unreachable

    async def _fetch(self, domain: Domain, port: _Port, addresses: list[str]) -> Answer:
        """The answer of the first address that gives one. Raises NoAnswer, for the first that gave none."""
        problems = []
        for address in addresses:
            try:
                return await self._get(domain, port, address, within_s=self._try_s / len(addresses))
            except NoAnswer as error:
                problems.append(error)
        raise problems[0]

    async def _get(self, domain: Domain, port: _Port, address: str, *, within_s: float) -> Answer:
        async def look_up(_name: str) -> list[str]:
            return [address]

        client = OutboundClient(self._reach, look_up=look_up, tls=self._tls, answer_s=within_s, connect_s=within_s)
        # The ports of tests are not told.
        headers = {"Host": domain.host, "Accept": "text/plain", "Connection": "close"}
        with closing(client):
            url = f"{port.scheme}://{domain.host}:{port.number}{WELL_KNOWN_PATH}"
            return await client.get(url, headers=headers, longest=_LONGEST_FILE + 1)


def _problem_of(answer: Answer, url: str, token: str) -> Phrase | None:
    if answer.status in _REDIRECTS:
        return phrase(
            "{url} sends on to another address ({status}), which is not followed. The file has to be there itself.",
            url=url,
            status=answer.status,
        )
    if answer.status != _OK:
        return phrase(
            "{url} was answered with {status}. Put a file there whose whole text is {token}.",
            url=url,
            status=answer.status,
            token=token,
        )
    if len(answer.text) > _LONGEST_FILE or answer.text.removeprefix(_BYTE_ORDER_MARK).strip(_BLANKS) != token:
        return _another_text(url, token)
    return None


def _another_text(url: str, token: str) -> Phrase:
    return phrase("{url} holds another text. Its whole text has to be {token}.", url=url, token=token)


def _unreachable(url: str, why: NoAnswer) -> Phrase:
    match why.kind:
        case "timed out":
            return phrase("{url} did not answer in time.", url=url)
        case "certificate not valid" | "no TLS":
            return phrase("The certificate of {url} is not valid ({reason}).", url=url, reason=why.cause)
        case "no HTTP":
            return phrase("What answered at {url} was no web server.", url=url)
        case _:
            return phrase("{url} could not be reached: {reason}.", url=url, reason=why.cause or why.kind)
