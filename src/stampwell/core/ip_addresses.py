"""Internet addresses: which are open to everybody, and what to count a client by."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

# Our own lists, not the standard library's flags: those differ between the versions of Python that we run on.
# https://www.iana.org/assignments/iana-ipv4-special-registry and https://www.iana.org/assignments/iana-ipv6-special-registry
_NOT_PUBLIC_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by the customers of a provider
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, and the metadata services of clouds
        "168.63.129.16/32",  # the platform of Azure, as its machines see it
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays of 6to4, out of use
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/3",  # multicast, reserved, broadcast
    )
)
_NOT_PUBLIC_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3fff::/20",  # documentation
    )
)
# Mapped, translated, unique local, link-local and multicast addresses all lie outside of it.
_GLOBAL_UNICAST = IPv6Network("2000::/3")

# NAT64: the well-known prefix, and the one for networks of an operator's own (RFC 6052, RFC 8215).
_TRANSLATED = IPv6Network("64:ff9b::/96")
_TRANSLATED_LOCALLY = IPv6Network("64:ff9b:1::/48")
_SITE_BITS = 64
# No address is longer; a proxy may hand on whatever a client claims to be.
_LONGEST_TEXT = 64


def is_public(text: str) -> bool:
    """Whether the address belongs to the public internet: not this machine, not its network, no tunnel into either."""
    address = ip_address(text)
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    return address in _GLOBAL_UNICAST and not any(address in network for network in _NOT_PUBLIC_6)


def written(address: IPv4Address | IPv6Address) -> str:
    """The address in full, as RFC 5952 recommends: an IPv4-mapped one as `::ffff:192.0.2.1`, whichever Python writes it."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(address) if mapped is None else f"::ffff:{mapped}"


def readable_address(text: str) -> str:
    """The address as people write it: an IPv4-mapped one (`::ffff:192.0.2.1`) as IPv4, and no zone. Blank for no address."""
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Address(int(address)))


def network_of(text: str) -> str:
    """What a client at that address is counted by: whoever can choose among many addresses has one of these.

    An IPv4 address is itself, however IPv6 carries it: mapped, translated by NAT64, or in a tunnel (6to4, Teredo). Any other
    IPv6 address is its /64, the smallest network that a household is given. What is no address is itself, cut short.
    """
    try:
        address = ip_address(text)
    except ValueError:
        return text[:_LONGEST_TEXT]
    if isinstance(address, IPv4Address):
        return str(address)
    carried = _carried(address)
    if carried is not None:
        return str(carried)
    if address in _TRANSLATED_LOCALLY:
        # Where the IPv4 address stands is the operator's choice, but each client has an address of its own.
        return str(IPv6Address(int(address)))
    return str(IPv6Network((int(address), _SITE_BITS), strict=False))


def mapped_network(network: str) -> str | None:
    """How a server that listens on `::` sees an IPv4 network: 10.0.0.0/8 is ::ffff:a00:0/104. None for an IPv6 one."""
    if ":" in network:
        return None
    parsed = IPv4Network(network)
    mapped = (0xFFFF << 32) | int(parsed.network_address)
    return str(IPv6Network((mapped, 96 + parsed.prefixlen)))


def _carried(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address of a client that reaches us by IPv6 alone."""
    if address.teredo is not None:
        _, client = address.teredo
        return client
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
