"""Looks up names as the system does: /etc/hosts, then its name servers."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

LookUp = Callable[[str], Awaitable[Sequence[str]]]
"""A name in ASCII -> its addresses, IPv4 and IPv6, in the order to try them. Raises OSError."""

# A look-up keeps its thread as long as the name servers let it wait. A slow name has one, however often it is asked for.
_MOST_AT_ONCE = 32


class SystemLookUps:
    """A `LookUp` in threads beside the event loop and beside its other threads. Close it."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_MOST_AT_ONCE, thread_name_prefix="look-up")
        self._under_way: dict[str, asyncio.Future[list[str]]] = {}

    async def __call__(self, name: str) -> list[str]:
        """The addresses of the name. Raises OSError."""
        under_way = self._under_way.get(name)
        if under_way is None:
            under_way = asyncio.get_running_loop().run_in_executor(self._threads, _look_up, name)
            self._under_way[name] = under_way
            under_way.add_done_callback(lambda done: self._end(name, done))
        # Who gives up waiting must not end it for the others.
        return await asyncio.shield(under_way)

    def close(self) -> None:
        """Begins no further one."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _end(self, name: str, done: asyncio.Future[list[str]]) -> None:
        self._under_way.pop(name, None)
        if not done.cancelled():
            # Taken, so that it is not reported as forgotten when nobody waits any more.
            done.exception()


def _look_up(name: str) -> list[str]:
    # As bytes: the standard library would apply its own, older IDNA to a text.
    found = socket.getaddrinfo(name.encode("ascii"), None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(_address(sockaddr) for *_, sockaddr in found))


def _address(sockaddr: tuple[object, ...]) -> str:
    """With its zone, if it has one: such an address is never allowed."""
    zone = sockaddr[3] if len(sockaddr) > 3 else 0  # noqa: PLR2004
    return f"{sockaddr[0]}%{zone}" if zone else str(sockaddr[0])
