"""Connections that are kept for the next request: how many, how long, and what happens when they end."""

import asyncio

import pytest

from kit.outgoing import post_to, with_receiver
from kit.receivers import OK, Receiver, mute, saying
from stampwell.outbound.client import Answer, OutboundClient


class TestKeptConnections:
    def test_one_is_used_again(self) -> None:
        async def act(client: OutboundClient, receiver: Receiver) -> None:
            for _ in range(5):
                assert (await post_to(client, receiver)).status == 200

        _, receiver = with_receiver(None, act)
        assert (len(receiver.requests), receiver.connections) == (5, 1)

    def test_as_many_as_are_needed_at_once(self) -> None:
        async def act(client: OutboundClient, receiver: Receiver) -> None:
            for _ in range(3):
                await asyncio.gather(*(post_to(client, receiver) for _ in range(10)))

        _, receiver = with_receiver(None, act)
        assert (len(receiver.requests), receiver.connections) == (30, 10)

    def test_one_host_has_at_most_64(self) -> None:
        async def script(writer: asyncio.StreamWriter) -> None:
            await asyncio.sleep(0.02)
            writer.write(OK)

        async def act(client: OutboundClient, receiver: Receiver) -> None:
            await asyncio.gather(*(post_to(client, receiver) for _ in range(150)))

        _, receiver = with_receiver(script, act)
        assert (len(receiver.requests), receiver.most_open) == (150, 64)

    def test_one_that_ends_just_as_it_is_used_is_replaced(self) -> None:
        """The receiver closes idle connections after some time, without asking what is on its way."""

        async def act(client: OutboundClient, receiver: Receiver) -> Answer:
            await post_to(client, receiver)

            async def hang_up_once(writer: asyncio.StreamWriter) -> None:
                receiver.script = saying(OK)
                writer.close()

            receiver.script = hang_up_once
            return await post_to(client, receiver)

        answer, receiver = with_receiver(None, act)
        assert isinstance(answer, Answer)
        assert (answer.status, len(receiver.requests), receiver.connections) == (200, 3, 2)

    @pytest.mark.parametrize(
        "said", [b"", b"HTTP/1.1 408 Request Time-out\r\nContent-Length: 0\r\n\r\n"], ids=["closed", "talks"]
    )
    def test_one_that_ends_or_talks_while_it_is_idle_is_not_used(self, said: bytes) -> None:
        async def act(client: OutboundClient, receiver: Receiver) -> Answer:
            await post_to(client, receiver)
            for writer in list(receiver._open):
                writer.write(said)
                writer.close()
            await receiver.until_open(0)
            return await post_to(client, receiver)

        answer, receiver = with_receiver(None, act)
        assert isinstance(answer, Answer)
        assert (answer.status, receiver.connections) == (200, 2)

    @pytest.mark.parametrize("options", [{"oldest_s": 0.0}, {"idle_s": 0.0}], ids=["old", "idle"])
    def test_it_is_not_kept_for_ever(self, options: dict[str, float]) -> None:
        async def act(client: OutboundClient, receiver: Receiver) -> None:
            for _ in range(3):
                await post_to(client, receiver)
                await asyncio.sleep(0.01)

        _, receiver = with_receiver(None, act, **options)
        assert receiver.connections == 3

    def test_it_is_closed_with_the_client(self) -> None:
        async def act(client: OutboundClient, receiver: Receiver) -> int:
            await post_to(client, receiver)
            client.close()
            await receiver.until_open(0)
            return receiver.open

        assert with_receiver(None, act)[0] == 0

    def test_who_gives_up_leaves_nothing_open(self) -> None:
        async def act(client: OutboundClient, receiver: Receiver) -> None:
            for _ in range(70):
                with pytest.raises(TimeoutError):
                    async with asyncio.timeout(0.01):
                        await post_to(client, receiver)
            await receiver.until_open(0)
            receiver.script = saying(OK)
            await post_to(client, receiver)
            assert list(client._connections._hosts) == [("http", "127.0.0.1", receiver.port)]

        with_receiver(mute, act)
