"""Which addresses may be reached, and how names become addresses."""

import asyncio

import pytest

from stampwell.outbound.look_ups import SystemLookUps
from stampwell.outbound.reach import EVERYWHERE, Reach, read_networks


@pytest.mark.parametrize(
    ("reach", "scheme", "is_allowed"),
    [
        (Reach(), "https", True),
        (Reach(), "http", False),
        (Reach(public_by_http=True), "http", True),
        (Reach(read_networks(["10.0.0.0/8"])), "http", False),
        (Reach(read_networks(["8.8.8.0/24"])), "http", True),
    ],
)
def test_a_public_address(reach: Reach, scheme: str, *, is_allowed: bool) -> None:
    assert reach.allows("8.8.8.8", scheme=scheme) is is_allowed


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("listed", "address", "is_allowed"),
    [
        ([], "10.0.0.5", False),
        (["10.0.0.5"], "10.0.0.5", True),
        (["10.0.0.5"], "10.0.0.6", False),
        (["10.0.0.0/8"], "10.255.0.1", True),
        (["10.0.0.0/8"], "172.16.0.1", False),
        (["10.0.0.0/8"], "::ffff:10.0.0.5", False),
        (["::ffff:0:0/96"], "::ffff:10.0.0.5", True),
        (["fd00::/8"], "fd12::1", True),
        (["fd00::/8"], "fe80::1", False),
        (["fe80::/10"], "fe80::1", True),
        (["fe80::/10"], "fe80::1%eth0", False),
        (["fe80::/10"], "fe80::1%2", False),
        (["0.0.0.0/0", "::/0"], "receiver", False),
        (["0.0.0.0/0", "::/0"], "", False),
        (["0.0.0.0/0", "::/0"], "127.1", False),
    ],
)
def test_an_address_that_is_listed(listed: list[str], address: str, scheme: str, *, is_allowed: bool) -> None:
    assert Reach(read_networks(listed)).allows(address, scheme=scheme) is is_allowed


@pytest.mark.parametrize("text", ["10.0.0.5/8", "receiver", "10.0.0.0/33", "*", "10.0.0.0-10.0.0.9", "127.1"])
def test_what_is_no_network(text: str) -> None:
    with pytest.raises(ValueError, match=text[:4].replace("*", r"\*")):
        read_networks([text])


def test_everywhere_is_both_kinds_of_addresses() -> None:
    assert all(Reach(EVERYWHERE).allows(address, scheme="http") for address in ("127.0.0.1", "::1", "8.8.8.8", "fd00::1"))


class TestSystemLookUps:
    def test_it_knows_the_hosts_file(self) -> None:
        look_ups = SystemLookUps()
        assert "127.0.0.1" in asyncio.run(look_ups("localhost"))
        look_ups.close()

    def test_one_name_is_looked_up_once_at_a_time(self) -> None:
        async def run() -> list[list[str]]:
            waiting = [asyncio.create_task(look_ups("localhost")) for _ in range(5)]
            await asyncio.sleep(0)
            assert list(look_ups._under_way) == ["localhost"]
            # The others still get their answer.
            waiting[0].cancel()
            found = await asyncio.gather(*waiting[1:])
            assert look_ups._under_way == {}
            return found

        look_ups = SystemLookUps()
        assert len({tuple(addresses) for addresses in asyncio.run(run())}) == 1
        look_ups.close()

    def test_a_name_that_is_none(self) -> None:
        look_ups = SystemLookUps()
        with pytest.raises(OSError, match=r".+"):
            asyncio.run(look_ups("nobody.invalid"))
        look_ups.close()
