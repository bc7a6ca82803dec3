"""Which internet addresses are open to everybody."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_GLOBAL_UNICAST = IPv6Network("2000::/3")


def is_public(text: str) -> bool:
    """Whether the address belongs to the public internet: not this machine, not its network, no tunnel into either."""
    address = ip_address(text)
    if isinstance(address, IPv4Address):
        return _is_public_4(address)
    return _is_public_6(address)


def _is_public_4(address: IPv4Address) -> bool:
    return address.is_global and not address.is_multicast


def _is_public_6(address: IPv6Address) -> bool:
    # Mapped, translated (NAT64), site-local and multicast addresses all lie outside of global unicast; 6to4 and Teredo
    # lie inside it and carry an IPv4 address that may be anybody's.
    return address.is_global and address in _GLOBAL_UNICAST and address.sixtofour is None and address.teredo is None
