"""Which addresses are public, and what a client is counted by: the same on every version of Python."""

from ipaddress import ip_address, ip_network

import pytest

from stampwell.core.ip_addresses import is_public, mapped_network, network_of, readable_address, written


@pytest.mark.parametrize(
    "address",
    [
        "0.1.2.3",
        "10.255.255.255",
        "100.64.0.1",
        "100.127.255.255",
        "127.1.2.3",
        "168.63.129.16",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.9",
        "192.0.0.170",
        "192.0.0.255",
        "192.0.2.1",
        "192.88.99.0",
        "192.88.99.1",
        "192.88.99.255",
        "192.168.0.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::8.8.8.8",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:1ff:ffff::1",
        "2001:db8::1",
        "2002:808:808::1",
        "3fff::1",
        "3fff:fff:ffff::1",
        "5f00::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
    ],
)
def test_what_is_not_open_to_everybody_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "191.255.255.255",
        "192.0.1.0",
        "192.88.98.255",
        "192.88.100.0",
        "192.167.255.255",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2000::1",
        "2001:200::1",
        "2001:4860:4860::8888",
        "2001:db9::1",
        "2003::1",
        "2606:4700:4700::1111",
        "3ffe:ffff::1",
    ],
)
def test_its_neighbours_are(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        # What a server that listens on `::` sees of an IPv4 client.
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("::FFFF:CB00:7107", "203.0.113.7"),
        ("64:ff9b::203.0.113.7", "203.0.113.7"),
        ("2002:cb00:7107:1:2:3:4:5", "203.0.113.7"),
        # Teredo keeps the client's address with its bits turned over.
        ("2001:0:c000:201:0:0:34ff:8ef8", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:0db8:0001:0002::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("64:ff9b:1::203.0.113.7", "64:ff9b:1::cb00:7107"),
        ("64:ff9b:1::203.0.113.8", "64:ff9b:1::cb00:7108"),
        ("::1", "::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("fe80::2%eth1", "fe80::/64"),
        ("", ""),
        ("unknown", "unknown"),
        ("203.0.113.7:1234", "203.0.113.7:1234"),
        ("203.0.113.007", "203.0.113.007"),
    ],
)
def test_a_client_is_counted_by_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:DB8::1", "2001:db8::1"),
        ("64:ff9b::203.0.113.7", "64:ff9b::cb00:7107"),
        ("fe80::1%eth0", "fe80::1"),
        ("", ""),
        ("<script>", ""),
    ],
)
def test_an_address_is_shown_as_people_write_it(address: str, shown: str) -> None:
    assert readable_address(address) == shown


@pytest.mark.parametrize(
    ("network", "mapped"),
    [
        ("127.0.0.1/32", "::ffff:7f00:1/128"),
        ("10.0.0.0/8", "::ffff:a00:0/104"),
        ("0.0.0.0/0", "::ffff:0:0/96"),
        ("::1/128", None),
        ("2001:db8::/32", None),
    ],
)
def test_a_network_as_a_server_on_ipv6_sees_it(network: str, mapped: str | None) -> None:
    # Versions of Python write it differently.
    found = mapped_network(network)
    assert (found and ip_network(found)) == (mapped and ip_network(mapped))


@pytest.mark.parametrize("text", ["192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1", "::1", "fe80::1%eth0"])
def test_every_python_writes_an_address_alike(text: str) -> None:
    assert written(ip_address(text)) == text
