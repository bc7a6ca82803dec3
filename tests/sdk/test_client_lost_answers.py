"""The Python client where answers are lost on the way, and where threads share a key."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest
from flavours import Connect

from kit.proxies import TcpProxy
from kit.shop import Shop
from stampwell_client import (
    IdempotencyKeyReused,
    Retries,
    Stampwell,
    TransportError,
)

pytestmark = pytest.mark.one_database

_SALES = count(1)

VALIDITY = {"strtYmd": "2026-01-01", "endYmd": "2026-12-31"}


@pytest.fixture
def api(shop: Shop, connect: Connect) -> Any:
    """Alice's."""
    return connect(shop.server.base, api_key=shop.alice.key)


@pytest.fixture
def stamp(api: Any) -> Any:
    """The number of a fresh stamp on Alice's card, which takes ten marks."""
    return api.stamps.create(cardIdx=123, **VALIDITY)


def test_threads_with_one_key_make_one_mark_and_have_one_answer(shop: Shop) -> None:
    patient = Retries(times=10)
    with Stampwell(shop.server.base, api_key=shop.alice.key, retries=patient) as api, ThreadPoolExecutor(8) as threads:
        stamp = api.stamps.create(cardIdx=123, **VALIDITY)
        calls = [threads.submit(api.stamps.add, stamp, return_stamp=True, idempotency_key="order 7") for _ in range(8)]
        assert {call.result().stamps for call in calls} == {1}
        assert api.stamps.get(stamp).stamps == 1


class AnswersLost(TcpProxy):
    """A network that brings requests to the server and loses the first answers, as many as `to_lose`."""

    to_lose = 0

    def forward(self, chunk: bytes, source: socket.socket, target: socket.socket) -> None:
        if self.to_lose and chunk.startswith(b"HTTP/1.1"):
            self.to_lose -= 1
            raise ConnectionResetError
        super().forward(chunk, source, target)


class TestLostAnswers:
    @pytest.fixture
    def network(self, shop: Shop) -> Iterator[AnswersLost]:
        tcp_proxy = AnswersLost("127.0.0.1", shop.server.port)
        yield tcp_proxy
        tcp_proxy.close()

    @pytest.fixture
    def far(self, network: AnswersLost, shop: Shop, connect: Connect) -> Any:
        """Alice's client, behind that network."""
        return connect(f"http://127.0.0.1:{network.port}", api_key=shop.alice.key)

    def test_a_mark_is_counted_once(self, network: AnswersLost, far: Any, stamp: int) -> None:
        network.to_lose = 3
        assert far.stamps.add(stamp, return_stamp=True).stamps == 1
        assert network.to_lose == 0
        assert far.stamps.get(stamp).stamps == 1

    def test_a_stamp_is_created_once(self, network: AnswersLost, far: Any) -> None:
        card = far.cards.create(cardNm="Once", maxStamps=10)
        network.to_lose = 2
        idx = far.stamps.create(cardIdx=card, **VALIDITY)
        assert [row.stampIdx for row in far.stamps.list(cardIdx=card)] == [idx]

    def test_a_deletion_is_no_missing_stamp(self, network: AnswersLost, far: Any, stamp: int) -> None:
        network.to_lose = 1
        assert far.stamps.delete(stamp) is None

    def test_an_error_s_key_finishes_the_call_later(self, network: AnswersLost, far: Any, stamp: int) -> None:
        network.to_lose = 4
        with pytest.raises(TransportError) as raised:
            far.stamps.add(stamp, count=2)
        key = raised.value.idempotency_key
        far.stamps.add(stamp, count=2, idempotency_key=key)
        assert far.stamps.get(stamp).stamps == 2
        with pytest.raises(IdempotencyKeyReused):
            far.stamps.add(stamp, count=3, idempotency_key=key)
