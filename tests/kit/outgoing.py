"""Requests of the outbound client to a `Receiver`, on the event loop of a server."""

from collections.abc import Awaitable, Callable
from typing import Any

import uvloop

from kit.receivers import Receiver, Script
from stampwell.outbound.client import Answer, OutboundClient
from stampwell.outbound.reach import Reach, read_networks

_LOOPBACK = Reach(read_networks(["127.0.0.0/8"]))
_HEADERS = {"Content-Type": "application/json", "webhook-id": "evt_1_2"}


def _client(**options: float) -> OutboundClient:
    return OutboundClient(_LOOPBACK, **options)


async def post_to(client: OutboundClient, receiver: Receiver, path: str = "/hook") -> Answer:
    return await client.post(f"http://127.0.0.1:{receiver.port}{path}", headers=_HEADERS, body=b'{"a":1}')


def with_receiver(
    script: Script | None, act: Callable[[OutboundClient, Receiver], Awaitable[object]], **options: float
) -> tuple[Any, Receiver]:
    """What `act` answers, and the receiver that it met."""

    async def run() -> tuple[Any, Receiver]:
        client = _client(**options)
        async with Receiver(script) as receiver:
            try:
                return await act(client, receiver), receiver
            finally:
                client.close()

    return uvloop.run(run())
