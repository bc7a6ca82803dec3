"""Connects to an address that was judged."""

import asyncio
import os
import socket
import ssl
from collections.abc import Sequence

from stampwell.core.phrases import phrase
from stampwell.outbound.look_ups import LookUp
from stampwell.outbound.no_answer import NoAnswer
from stampwell.outbound.reach import Reach
from stampwell.outbound.stream import Stream
from stampwell.outbound.urls import Target

_MOST_TRIED = 4
_NOT_FOUND = {socket.EAI_NONAME, socket.EAI_NODATA} if hasattr(socket, "EAI_NODATA") else {socket.EAI_NONAME}


async def connect(target: Target, *, reach: Reach, look_up: LookUp, tls: ssl.SSLContext, within_s: float) -> Stream:
    """A connection to the target's host, with TLS for https. Raises NoAnswer.

    The name is looked up once, and every address that it has is judged: one that is not allowed refuses the name, since which
    one is taken must be no matter of luck. Then the addresses are tried in order, by number; TLS keeps the name.
    """
    addresses = await _addresses(target, look_up)
    for address in addresses:
        if not reach.allows(address, scheme=target.scheme):
            raise _not_allowed(target, address, reach)
    tried = addresses[:_MOST_TRIED]
    problem: NoAnswer | None = None
    for address in tried:
        try:
            async with asyncio.timeout(within_s / len(tried)):
                return await _connect_to(address, target, tls)
        except TimeoutError:
            found = _did_not_connect(target, within_s)
        except ssl.SSLCertVerificationError as error:
            found = _certificate_not_valid(target, error)
        except ssl.SSLError as error:
            found = _no_tls(target, error)
        except OSError as error:
            found = not_reachable(target, error)
        problem = problem or found
    raise problem or _not_found(target)


def not_reachable(target: Target, error: OSError) -> NoAnswer:
    """No connection, or one that was reset before it was used."""
    cause = os.strerror(error.errno) if error.errno else type(error).__name__
    problem = phrase("{host} could not be reached: {cause}.", host=target.authority, cause=cause)
    return NoAnswer("not reachable", problem, cause=cause)


async def _addresses(target: Target, look_up: LookUp) -> Sequence[str]:
    if target.address is not None:
        return [str(target.address)]
    try:
        addresses = await look_up(target.host)
    except socket.gaierror as error:
        if error.errno in _NOT_FOUND:
            raise _not_found(target) from None
        problem = phrase("The address of {host} could not be looked up.", host=target.host)
        raise NoAnswer("name not found", problem, cause=error.strerror or "") from None
    if not addresses:
        raise _not_found(target)
    return addresses


async def _connect_to(address: str, target: Target, tls: ssl.SSLContext) -> Stream:
    is_secure = target.scheme == "https"
    _, stream = await asyncio.get_running_loop().create_connection(
        Stream,
        address,
        target.port,
        ssl=tls if is_secure else None,
        server_hostname=target.host if is_secure else None,
    )
    return stream


def _not_found(target: Target) -> NoAnswer:
    return NoAnswer("name not found", phrase("{host} was not found: no address is known for that name.", host=target.host))


def _not_allowed(target: Target, address: str, reach: Reach) -> NoAnswer:
    if reach.allows(address, scheme="https"):
        problem = phrase("{host} may be reached by https only. Change the URL to https://.", host=target.host)
    else:
        problem = phrase(
            "{host} leads to an address that is not public. This server reaches one only if its operator lists it.",
            host=target.host,
        )
    return NoAnswer("address not allowed", problem, address=address)


def _certificate_not_valid(target: Target, error: ssl.SSLCertVerificationError) -> NoAnswer:
    said = error.verify_message.rstrip(".")
    problem = phrase("The certificate of {host} is not valid: {cause}.", host=target.host, cause=said)
    return NoAnswer("certificate not valid", problem, cause=error.reason or "TLS")


def _no_tls(target: Target, error: ssl.SSLError) -> NoAnswer:
    cause = error.reason or "TLS"
    problem = phrase("No TLS connection to {host} could be made ({cause}).", host=target.authority, cause=cause)
    return NoAnswer("no TLS", problem, cause=cause)


def _did_not_connect(target: Target, within_s: float) -> NoAnswer:
    seconds = f"{within_s:g}"
    problem = phrase("No connection to {host} could be made within {seconds} seconds.", host=target.authority, seconds=seconds)
    return NoAnswer("timed out", problem)
