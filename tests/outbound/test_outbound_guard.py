"""Nobody gets behind the guard of addresses: by hostile URLs, by names that lead inward, by names that change their mind."""

from collections.abc import Iterator

import dns.asyncresolver
import dns.nameserver
import pytest

from kit.dns import NameServer
from kit.receivers import Receiver, connects, no_answer, run_beside
from stampwell.outbound.client import OutboundClient
from stampwell.outbound.look_ups import LookUp, SystemLookUps
from stampwell.outbound.reach import EVERYWHERE, Reach, read_networks

_NAME = "hooks.beans.example"
# Of a block that nobody has (RFC 4291), but of the public ones.
_PUBLIC = "3000::1"
_INSIDE = Reach(read_networks(["127.0.0.2"]))

# `{port}` is that of a server on every address of this machine. The names are known to the name server of the test.
_HOSTILE = [
    "https://127.0.0.1:{port}/",
    "http://127.0.0.1:{port}/",
    "https://127.1:{port}/",
    "https://127.0.1:{port}/",
    "https://2130706433:{port}/",
    "https://017700000001:{port}/",
    "https://0x7f000001:{port}/",
    "https://0x7f.0.0.1:{port}/",
    "https://0177.0.0.1:{port}/",
    "https://127.0.0.0x1:{port}/",
    "https://127.0.0.1.:{port}/",
    "https://\uff11\uff12\uff17.\uff10.\uff10.\uff11:{port}/",
    "https://127。0。0。1:{port}/",
    "https://①②⑦.⓪.⓪.①:{port}/",
    "https://%31%32%37%2e0%2e0%2e1:{port}/",
    "https://0:{port}/",
    "https://0.0.0.0:{port}/",
    "https://[::]:{port}/",
    "https://[::1]:{port}/",
    "https://[0:0:0:0:0:0:0:1]:{port}/",
    "https://[::ffff:127.0.0.1]:{port}/",
    "https://[::ffff:7f00:1]:{port}/",
    "https://[::127.0.0.1]:{port}/",
    "https://[64:ff9b::127.0.0.1]:{port}/",
    "https://[64:ff9b:1::7f00:1]:{port}/",
    "https://[2002:7f00:1::]:{port}/",
    "https://[2001:0:0:0:0:0:80ff:fffe]:{port}/",
    "https://[::1%25lo]:{port}/",
    "https://[fe80::1%25lo]:{port}/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fd00:ec2::254]/latest/meta-data/",
    "https://168.63.129.16/machine?comp=goalstate",
    "https://user:password@127.0.0.1:{port}/",
    "https://8.8.8.8@127.0.0.1:{port}/",
    "https://8.8.8.8#@127.0.0.1:{port}/",
    "https://8.8.8.8\\@127.0.0.1:{port}/",
    "https://127.0.0.1\t:{port}/",
    "https://localhost:{port}/",
    "https://inward4.example:{port}/",
    "https://inward6.example:{port}/",
    "https://mapped.example:{port}/",
    "https://translated.example:{port}/",
    "https://metadata.example:{port}/",
    "https://both.example:{port}/",
    "https://alias.example:{port}/",
    "http://public.example:{port}/",
    "https://any.example:{port}/",
    "https://linklocal.example:{port}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/",
    "unix:///var/run/docker.sock",
]


@pytest.fixture(scope="module")
def names(name_server: NameServer) -> NameServer:
    name_server.set("localhost", "A", "127.0.0.1")
    name_server.set("inward4.example", "A", "127.0.0.1")
    name_server.set("inward6.example", "AAAA", "::1")
    name_server.set("mapped.example", "AAAA", "::ffff:127.0.0.1")
    name_server.set("translated.example", "AAAA", "64:ff9b::7f00:1")
    name_server.set("metadata.example", "A", "169.254.169.254")
    name_server.set("both.example", "AAAA", _PUBLIC)
    name_server.set("both.example", "A", "127.0.0.1")
    name_server.set("alias.example", "A", "10.0.0.1", "127.0.0.1")
    name_server.set("public.example", "AAAA", _PUBLIC)
    name_server.set("any.example", "A", "0.0.0.0")
    name_server.set("linklocal.example", "AAAA", "fe80::1")
    return name_server


class _LookUps:
    """Asks the test's name server, each time anew; `asked` are the names."""

    def __init__(self, server: NameServer) -> None:
        self.asked: list[str] = []
        self._resolver = dns.asyncresolver.Resolver(configure=False)
        self._resolver.nameservers = [dns.nameserver.Do53Nameserver("127.0.0.1", server.port)]

    async def __call__(self, name: str) -> list[str]:
        self.asked.append(name)
        answers = await self._resolver.resolve_name(f"{name}.", search=False, lifetime=5)
        return list(answers.addresses())


@pytest.fixture
def look_ups(names: NameServer) -> Iterator[_LookUps]:
    yield _LookUps(names)
    names.set(_NAME, "A")
    names.set(_NAME, "AAAA")


@pytest.mark.parametrize("resolver", ["name server", "system"])
def test_no_hostile_url_connects(look_ups: _LookUps, resolver: str) -> None:
    async def act(receiver: Receiver) -> None:
        look_up: LookUp = look_ups if resolver == "name server" else _of_this_machine
        client = OutboundClient(Reach(), look_up=look_up)
        for template in _HOSTILE:
            with connects() as seen:
                error = await no_answer(client, template.replace("{port}", str(receiver.port)))
            assert error.kind in {"wrong URL", "address not allowed"}, template
            assert seen == [], template
        assert receiver.connections == 0
        client.close()

    assert len(_HOSTILE) > 40
    run_beside(act)


async def _of_this_machine(name: str) -> list[str]:
    """What /etc/hosts would say of every name."""
    return await SystemLookUps()("localhost") if name == "localhost" else ["127.0.0.1", "::1"]


def test_the_server_would_have_been_reached() -> None:
    """The test before proves nothing otherwise."""

    async def act(receiver: Receiver) -> None:
        client = OutboundClient(Reach(EVERYWHERE))
        for host in ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "localhost"):
            with connects() as seen:
                assert (await client.post(f"http://{host}:{receiver.port}/", headers={}, body=b"")).status == 200
            assert [port for _, port in seen] == [receiver.port]
        client.close()

    run_beside(act)


class TestNamesThatChange:
    def test_a_name_is_looked_up_once_and_its_address_is_the_one_that_was_judged(
        self, look_ups: _LookUps, names: NameServer
    ) -> None:
        """It leads to a public address when it is judged, and to this machine as soon as that was asked for."""

        async def look_up(name: str) -> list[str]:
            found = await look_ups(name)
            names.set(_NAME, "AAAA")
            names.set(_NAME, "A", "127.0.0.1")
            return found

        async def act(receiver: Receiver) -> None:
            url = f"https://{_NAME}:{receiver.port}/"
            client = OutboundClient(Reach(), look_up=look_up, answer_s=0.5)
            names.set(_NAME, "AAAA", _PUBLIC)
            names.set(_NAME, "A")
            with connects() as first:
                assert (await no_answer(client, url)).kind in {"not reachable", "timed out"}
            assert look_ups.asked == [_NAME]
            assert [target[:2] for target in first] == [(_PUBLIC, receiver.port)]
            # The second try looks and judges anew.
            with connects() as second:
                error = await no_answer(client, url)
            assert (error.kind, error.address) == ("address not allowed", "127.0.0.1")
            assert second == []
            assert look_ups.asked == [_NAME, _NAME]
            assert receiver.connections == 0
            client.close()

        run_beside(act)

    def test_a_kept_connection_stays_with_its_address_and_a_new_one_is_judged(
        self, look_ups: _LookUps, names: NameServer
    ) -> None:
        async def act(receiver: Receiver) -> None:
            url = f"http://{_NAME}:{receiver.port}/"
            client = OutboundClient(_INSIDE, look_up=look_ups)
            names.set(_NAME, "A", "127.0.0.2")
            assert (await client.post(url, headers={}, body=b"1")).status == 200
            names.set(_NAME, "A", "127.0.0.1")
            assert (await client.post(url, headers={}, body=b"2")).status == 200
            assert (receiver.connections, look_ups.asked) == (1, [_NAME])
            await receiver.hang_up()
            error = await no_answer(client, url)
            assert (error.kind, error.address) == ("address not allowed", "127.0.0.1")
            assert (receiver.connections, len(receiver.requests), len(look_ups.asked)) == (1, 2, 2)
            client.close()

        run_beside(act, Receiver(host="127.0.0.2"))

    def test_the_merchant_does_not_learn_the_address(self, look_ups: _LookUps, names: NameServer) -> None:
        """It may be one of the operator's network, which a name server inside told."""

        async def act(receiver: Receiver) -> None:
            names.set(_NAME, "A", "10.9.8.7")
            error = await no_answer(OutboundClient(Reach(), look_up=look_ups), f"https://{_NAME}:{receiver.port}/")
            assert str(error) == (
                f"{_NAME} leads to an address that is not public. This server reaches one only if its operator lists it."
            )
            assert error.address == "10.9.8.7"

        run_beside(act)
