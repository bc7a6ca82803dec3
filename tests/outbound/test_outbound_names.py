"""Names and their certificates: each address has to be allowed, and TLS keeps the name."""

import asyncio
import ssl
from pathlib import Path

import pytest

from kit.certificates import self_signed
from kit.dns import RawServer
from kit.receivers import Receiver, no_answer, run_beside
from stampwell.outbound.client import OutboundClient
from stampwell.outbound.no_answer import NoAnswer
from stampwell.outbound.reach import EVERYWHERE, Reach, read_networks

_NAME = "hooks.beans.example"
_PUBLIC = "3000::1"
_INSIDE = Reach(read_networks(["127.0.0.2"]))


class TestNames:
    @pytest.mark.parametrize(
        ("addresses", "scheme", "is_reached"),
        [
            (["127.0.0.2"], "http", True),
            (["127.0.0.2", "127.0.0.1"], "http", False),
            (["127.0.0.1", "127.0.0.2"], "http", False),
            (["127.0.0.2", _PUBLIC], "http", False),
            (["127.0.0.2%1"], "http", False),
            (["::ffff:127.0.0.2"], "http", False),
            (["localhost"], "http", False),
        ],
    )
    def test_by_http_every_address_has_to_be_listed(self, addresses: list[str], scheme: str, *, is_reached: bool) -> None:
        async def look_up(_name: str) -> list[str]:
            return addresses

        async def act(receiver: Receiver) -> None:
            client = OutboundClient(_INSIDE, look_up=look_up)
            url = f"{scheme}://receiver:{receiver.port}/"
            if is_reached:
                assert (await client.post(url, headers={}, body=b"")).status == 200
                client.close()
            else:
                assert (await no_answer(client, url)).kind == "address not allowed"
                assert receiver.connections == 0

        run_beside(act, Receiver(host="127.0.0.2"))

    def test_a_public_address_by_http_is_told_to_use_https(self) -> None:
        async def look_up(_name: str) -> list[str]:
            return [_PUBLIC]

        error = asyncio.run(no_answer(OutboundClient(_INSIDE, look_up=look_up), "http://public.example/"))
        assert str(error) == "public.example may be reached by https only. Change the URL to https://."

    def test_an_address_that_refuses_leaves_the_next_its_chance(self) -> None:
        async def look_up(_name: str) -> list[str]:
            return ["127.0.0.3", "127.0.0.2"]

        async def act(receiver: Receiver) -> None:
            client = OutboundClient(Reach(EVERYWHERE), look_up=look_up)
            assert (await client.post(f"http://receiver:{receiver.port}/", headers={}, body=b"")).status == 200
            client.close()

        run_beside(act, Receiver(host="127.0.0.2"))

    def test_a_name_that_nobody_has(self) -> None:
        client = OutboundClient(Reach())
        error = asyncio.run(no_answer(client, "https://nobody.invalid/"))
        assert error.kind == "name not found"
        client.close()

    def test_a_slow_look_up_is_shared_and_given_up(self) -> None:
        asked = []

        async def look_up(name: str) -> list[str]:
            asked.append(name)
            await asyncio.Event().wait()
            return []

        error = asyncio.run(no_answer(OutboundClient(Reach(), look_up=look_up, answer_s=0.1), "https://slow.example/"))
        assert (error.kind, str(error)) == ("timed out", "slow.example did not answer within 0.1 seconds.")
        assert asked == ["slow.example"]


class TestTls:
    @pytest.mark.parametrize(
        ("certificate_of", "is_trusted", "kind"),
        [
            (f"DNS:{_NAME}", True, None),
            ("DNS:other.example", True, "certificate not valid"),
            ("IP:127.0.0.2", True, "certificate not valid"),
            (f"DNS:{_NAME}", False, "certificate not valid"),
        ],
        ids=["right", "another name", "its address", "of nobody"],
    )
    def test_the_certificate_is_that_of_the_name(
        self, tmp_path: Path, certificate_of: str, kind: str | None, *, is_trusted: bool
    ) -> None:
        certificate, tls = self_signed(tmp_path, certificate_of)
        asked_for = []
        tls.sni_callback = lambda _connection, name, _context: asked_for.append(name)  # type: ignore[assignment]

        async def look_up(_name: str) -> list[str]:
            return ["127.0.0.2"]

        async def act(receiver: Receiver) -> None:
            trusted = ssl.create_default_context(cafile=certificate) if is_trusted else None
            client = OutboundClient(_INSIDE, look_up=look_up, tls=trusted)
            url = f"https://{_NAME}:{receiver.port}/"
            if kind is None:
                for _ in range(3):
                    assert (await client.post(url, headers={}, body=b"")).status == 200
                assert receiver.connections == 1
            else:
                error = await no_answer(client, url)
                assert (error.kind, error.cause) == (kind, "CERTIFICATE_VERIFY_FAILED")
                assert str(error).startswith(f"The certificate of {_NAME} is not valid: ")
                assert receiver.requests == []
            client.close()
            assert asked_for == [_NAME]

        run_beside(act, Receiver(host="127.0.0.2", tls=tls))

    def test_a_server_without_tls(self) -> None:
        async def run() -> NoAnswer:
            return await no_answer(OutboundClient(Reach(EVERYWHERE)), f"https://127.0.0.1:{server.port}/")

        server = RawServer(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        error = asyncio.run(run())
        server.close()
        assert (error.kind, error.cause) == ("no TLS", "WRONG_VERSION_NUMBER")
        assert str(error) == f"No TLS connection to 127.0.0.1:{server.port} could be made (WRONG_VERSION_NUMBER)."
