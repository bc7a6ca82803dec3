"""How many connections one client may have open to this process: nobody takes all the places, or all the descriptors."""

import time
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

import structlog

from stampwell.core.ip_addresses import network_of, readable_address

_SAY_AGAIN_S = 60.0


class ConnectionBound:
    """Counts connections by client network. most: 0 for no bound. trusted: addresses and networks of reverse proxies, behind
    which everybody is, or `*`; those are not counted.
    """

    def __init__(self, *, most: int, trusted: Iterable[str] = ()) -> None:
        self._most = most
        listed = tuple(trusted)
        self._is_off = most == 0 or "*" in listed
        self._trusted = () if self._is_off else tuple(ip_network(text) for text in listed)
        self._open: dict[str, int] = {}
        self._quiet_until_s = 0.0

    def enter(self, host: str) -> str | None:
        """The name to `leave` by of one more connection from that address; blank for one that is not counted, None for one too
        many.
        """
        if self._is_off or self._is_trusted(host):
            return ""
        network = network_of(host)
        count = self._open.get(network, 0)
        if count >= self._most:
            self._say(network)
            return None
        self._open[network] = count + 1
        return network

    def leave(self, network: str) -> None:
        if not network:
            return
        left = self._open[network] - 1
        if left:
            self._open[network] = left
        else:
            del self._open[network]

    def _is_trusted(self, host: str) -> bool:
        readable = readable_address(host)
        if not readable:
            return False
        address = ip_address(readable)
        return any(address in network for network in self._trusted)

    def _say(self, network: str) -> None:
        now_s = time.monotonic()
        if now_s >= self._quiet_until_s:
            self._quiet_until_s = now_s + _SAY_AGAIN_S
            structlog.get_logger("stampwell.operations").warning(
                "too many connections of one client; name it in STAMPWELL_TRUSTED_PROXIES if it is your reverse proxy",
                network=network,
                most=self._most,
            )
