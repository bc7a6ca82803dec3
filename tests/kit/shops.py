"""Fixtures: shops that serve."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Protocol

import pytest

from kit.clock import START
from kit.databases import Databases
from kit.hooks import ALLOW, Hooks
from kit.shop import Shop

_TINY_PLANS = """
[free]
requests_per_minute = 2
api = false
custom_domains = false

[minute]
requests_per_minute = 2
requests_per_hour = 100
api = true
custom_domains = false

[hour]
requests_per_minute = 100
requests_per_hour = 2
api = true
custom_domains = false

[premium]
api = true
custom_domains = true

[enterprise]
api = true
custom_domains = true
"""


class OpenShop(Protocol):
    def __call__(
        self, dialect: str, *, database_url: str | None = None, beside: Shop | None = None, **settings: object
    ) -> Shop:
        """A Shop with those settings, on a database of its own unless one is named or that of `beside` is meant."""
        ...


@pytest.fixture(scope="module")
def shared_shop(databases: Databases, dialect: str) -> Iterator[Shop]:
    """Behind `shop`; not for a test to ask for."""
    with databases.lent(dialect) as url, closing(Shop(url)) as opened:
        yield opened


@pytest.fixture
def shop(shared_shop: Shop) -> Shop:
    shared_shop.clock.set(START)
    return shared_shop


@pytest.fixture
def own_shop(open_shop: OpenShop, dialect: str) -> Shop:
    return open_shop(dialect)


@pytest.fixture
def open_shop(databases: Databases) -> Iterator[OpenShop]:
    with ExitStack() as opened:

        def open_one(dialect: str, *, database_url: str | None = None, beside: Shop | None = None, **settings: object) -> Shop:
            url = beside.data.url if beside else database_url or opened.enter_context(databases.lent(dialect))
            return opened.enter_context(closing(Shop(url, beside=beside, **settings)))

        yield open_one


@pytest.fixture(scope="session")
def tiny_plans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan table whose plans `minute` and `hour` allow two requests in that time."""
    path = tmp_path_factory.mktemp("plans") / "plans.toml"
    path.write_text(_TINY_PLANS)
    return path


@pytest.fixture(scope="module")
def shared_tiny_shop(databases: Databases, dialect: str, tiny_plans: Path) -> Iterator[Shop]:
    """Behind `tiny_shop`; not for a test to ask for."""
    with databases.lent(dialect) as url, closing(Shop(url, plans_file=tiny_plans)) as opened:
        yield opened


@pytest.fixture
def tiny_shop(shared_tiny_shop: Shop) -> Shop:
    """A shop that the tests of a file share, on the plan table of `tiny_plans`."""
    shared_tiny_shop.clock.set(START)
    return shared_tiny_shop


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
