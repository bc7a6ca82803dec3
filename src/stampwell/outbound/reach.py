"""Which addresses may be reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from stampwell.core.ip_addresses import is_public

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

EVERYWHERE: tuple[Network, ...] = (IPv4Network("0.0.0.0/0"), IPv6Network("::/0"))


def read_networks(texts: Iterable[str]) -> tuple[Network, ...]:
    """Addresses and networks such as `10.0.0.5` and `10.0.0.0/8`. Raises ValueError, also for `10.0.0.5/8`."""
    return tuple(ip_network(text) for text in texts)


@dataclass(frozen=True)
class Reach:
    """Public addresses by https, and what is `listed` by http too.

    `public_by_http`: public ones by http as well. Only the address itself counts: a listed IPv4 network does not cover its
    addresses in IPv6 spelling (`::ffff:10.0.0.5`), and one with a zone (`fe80::1%eth0`) is never allowed.
    """

    listed: tuple[Network, ...] = ()
    public_by_http: bool = False

    def lists(self, address: Address) -> bool:
        """Whether the operator named it."""
        return any(address in network for network in self.listed)

    def allows(self, text: str, *, scheme: str) -> bool:
        """Whether that address, `192.0.2.1` or `2001:db8::1`, may be reached by `http` or `https`."""
        try:
            address = ip_address(text)
        except ValueError:
            return False
        if "%" in text:
            return False
        if self.lists(address):
            return True
        return is_public(text) and (scheme == "https" or self.public_by_http)
