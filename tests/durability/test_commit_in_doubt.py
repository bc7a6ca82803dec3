"""The connection to PostgreSQL breaks after COMMIT was sent and before its answer came."""

import socket
from collections.abc import Iterator

import httpx2
import pytest

from kit.databases import Databases
from kit.fault_proxies import Commits, until_quiet
from kit.proxies import TcpProxy
from kit.shop import Shop, least
from kit.shops import OpenShop


class _Interceptor(TcpProxy):
    """A relay to PostgreSQL that hangs up on its client when a COMMIT goes by: `deliver` says whether the server gets it."""

    armed = False
    deliver = True

    def __init__(self, host: str, port: int) -> None:
        self._commits = Commits()
        super().__init__(host, port)

    def forward(self, chunk: bytes, source: socket.socket, target: socket.socket) -> None:
        if not (self._commits.is_one(chunk, source) and self.armed):
            target.sendall(chunk)
            return
        self.armed = False
        source.shutdown(socket.SHUT_RDWR)
        if self.deliver:
            target.sendall(chunk)


@pytest.fixture
def interceptor(databases: Databases) -> Iterator[tuple[_Interceptor, str]]:
    url = databases.fresh("postgresql")
    address = httpx2.URL(url)
    between = _Interceptor(address.host, address.port or 5432)
    yield between, url.replace(f":{address.port}/", f":{between.port}/")
    between.close()


@pytest.fixture
def shop(interceptor: tuple[_Interceptor, str], open_shop: OpenShop) -> Shop:
    opened = open_shop("postgresql", database_url=interceptor[1])
    assert opened.create(opened.alice, least()).status == 200
    until_quiet(opened.data)
    return opened


def test_a_stamp_that_is_there_is_answered(interceptor: tuple[_Interceptor, str], shop: Shop) -> None:
    interceptor[0].armed = True
    answer = shop.create(shop.alice, least(userId="in-doubt"))
    assert shop.data.stamp(answer.result)["user_id"] == "in-doubt"
    assert shop.data.count("stamp") == 2


def test_a_stamp_with_a_key_that_is_there_is_answered_as_it_is_ever_after(
    interceptor: tuple[_Interceptor, str], shop: Shop
) -> None:
    """From the answer that was stored with it, because that is what the key stands for from now on."""
    interceptor[0].armed = True
    body, headers = least(userId="in-doubt"), {"Idempotency-Key": "in-doubt"}
    first, again = (shop.create(shop.alice, body, headers=headers) for _ in range(2))
    assert (first.status, again.content, again.headers["Idempotency-Replayed"]) == (200, first.content, "true")
    assert shop.data.stamp(first.result)["user_id"] == "in-doubt"
    assert shop.data.count("stamp") == 2


def test_a_stamp_that_is_not_found_says_that_it_may_be_there(interceptor: tuple[_Interceptor, str], shop: Shop) -> None:
    interceptor[0].deliver = False
    interceptor[0].armed = True
    answer = shop.create(shop.alice, least())
    assert (answer.status, answer.json) == (
        503,
        {
            "code": 50301,
            "message": (
                "The database is unavailable or busy, and it went away while this was being stored: it may be there or not. "
                "Send it again if it had an Idempotency-Key; look first if it had none."
            ),
            "result": None,
        },
    )
    assert shop.data.count("stamp") == 1
    assert shop.create(shop.alice, least()).status == 200
