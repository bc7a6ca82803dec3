"""A shop to hold against the document that it serves."""

from collections.abc import Iterator
from typing import Any

import pytest

from kit.databases import Databases
from kit.shop import Shop


@pytest.fixture(scope="module")
def shop(databases: Databases) -> Iterator[Shop]:
    """Its people are on the enterprise plan: no limit ends an attack early."""
    opened = Shop(databases.fresh("sqlite"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def document(shop: Shop) -> dict[str, Any]:
    """What `/api/openapi.json` answers."""
    served: dict[str, Any] = shop.request("GET", "/api/openapi.json").json
    return served
