"""The connection to PostgreSQL breaks after COMMIT was sent: whoever sent a key has the stored answer, the others look."""

from collections.abc import Iterator

import httpx2
import pytest

from kit.databases import Databases
from kit.fault_proxies import CommitFaultProxy, until_quiet
from kit.shop import Answer, Shop, least
from kit.shops import OpenShop

_KEY = {"Idempotency-Key": "one sale"}
_IN_DOUBT = (
    "The database is unavailable or busy, and it went away while this was being stored: it may be there or not. "
    "Send it again if it had an Idempotency-Key; look first if it had none."
)


@pytest.fixture
def network(databases: Databases) -> Iterator[tuple[CommitFaultProxy, str]]:
    """Between the server and PostgreSQL, and the URL of that."""
    url = databases.fresh("postgresql")
    address = httpx2.URL(url)
    between = CommitFaultProxy(address.host, address.port or 5432)
    yield between, url.replace(f":{address.port}/", f":{between.port}/")
    between.close()


@pytest.fixture
def shop(network: tuple[CommitFaultProxy, str], open_shop: OpenShop) -> Shop:
    return open_shop("postgresql", database_url=network[1])


@pytest.fixture
def stamp(shop: Shop) -> int:
    made: int = shop.create(shop.alice, least()).result
    until_quiet(shop.data)
    return made


def test_a_mark_with_a_key_that_is_there_is_answered_from_what_was_stored(
    network: tuple[CommitFaultProxy, str], shop: Shop, stamp: int
) -> None:
    network[0].set()
    first = _put(shop, "add", stamp, key=True)
    assert (first.result, first.headers["Idempotency-Replayed"]) == (None, None)
    again = _put(shop, "add", stamp, key=True)
    assert (again.content, again.headers["Idempotency-Replayed"]) == (first.content, "true")
    assert shop.data.stamp(stamp)["stamps"] == 1


def test_a_mark_with_a_key_that_is_not_there_is_made_when_it_is_sent_again(
    network: tuple[CommitFaultProxy, str], shop: Shop, stamp: int
) -> None:
    network[0].set(delivers=False)
    assert _put(shop, "add", stamp, key=True).json["code"] == 50301
    assert _put(shop, "add", stamp, key=True).headers["Idempotency-Replayed"] is None
    assert shop.data.stamp(stamp)["stamps"] == 1


@pytest.mark.parametrize("delivers", [True, False])
def test_a_mark_without_a_key_says_that_it_may_be_there(
    network: tuple[CommitFaultProxy, str], shop: Shop, stamp: int, *, delivers: bool
) -> None:
    network[0].set(delivers=delivers)
    answer = _put(shop, "add", stamp)
    assert (answer.status, answer.json) == (503, {"code": 50301, "message": _IN_DOUBT, "result": None})
    assert shop.data.stamp(stamp)["stamps"] == int(delivers)


def test_a_redemption_with_a_key_is_answered_when_it_is_sent_again(
    network: tuple[CommitFaultProxy, str], shop: Shop, stamp: int
) -> None:
    assert _put(shop, "update", stamp, stamps=10).result is None
    until_quiet(shop.data)
    network[0].set()
    assert _put(shop, "redeem", stamp, key=True).json["message"] == _IN_DOUBT
    again = _put(shop, "redeem", stamp, key=True)
    assert (again.result, again.headers["Idempotency-Replayed"]) == (None, "true")


def test_a_redemption_without_a_key_says_that_it_may_be_done(
    network: tuple[CommitFaultProxy, str], shop: Shop, stamp: int
) -> None:
    assert _put(shop, "update", stamp, stamps=10).result is None
    until_quiet(shop.data)
    network[0].set()
    assert _put(shop, "redeem", stamp).json["message"] == _IN_DOUBT
    assert _put(shop, "redeem", stamp).json["code"] == 40904


def _put(shop: Shop, action: str, stamp: int, *, key: bool = False, **fields: object) -> Answer:
    body = {"stampIdx": stamp, **fields}
    return shop.request("PUT", f"/api/stamp/v1/{action}", by=shop.alice, body=body, headers=_KEY if key else None)
