from collections.abc import Iterator
from contextlib import closing

import pytest

from kit.clock import START
from kit.databases import Databases
from kit.hooks import ALLOW, Hooks
from kit.shop import Shop


@pytest.fixture(scope="module")
def shared_hook_shop(databases: Databases, dialect: str) -> Iterator[Shop]:
    """Behind `hook_shop`; not for a test to ask for."""
    with databases.lent(dialect) as url, closing(Shop(url, webhook_allow=ALLOW)) as opened:
        yield opened


@pytest.fixture
def hook_shop(shared_hook_shop: Shop) -> Iterator[Shop]:
    """A shop that may call loopback, which the tests of a file share, without webhooks."""
    shared_hook_shop.clock.set(START)
    yield shared_hook_shop
    shared_hook_shop.data.run("DELETE FROM webhook_delivery")
    shared_hook_shop.data.run("DELETE FROM webhook")


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    with Hooks() as listening:
        yield listening
