"""Fixtures: a scripted server, and a client of either flavour."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from flavours import KEY, QUICK, Connect, blocking
from loopback import Loopback

from stampwell_client import Stampwell


@pytest.fixture
def loopback() -> Iterator[Loopback]:
    server = Loopback()
    yield server
    server.close()


@pytest.fixture(params=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """`connect(base_url, …)`: a Stampwell, and an AsyncStampwell that is called like one."""
    with ExitStack() as opened:
        runner = opened.enter_context(asyncio.Runner()) if request.param == "async" else None

        def connected(base_url: str, *, api_key: str = KEY, **options: Any) -> Any:
            options = {"api_key": api_key, "retries": QUICK, **options}
            client: Any = blocking(runner, base_url, **options) if runner else Stampwell(base_url, **options)
            opened.callback(client.close)
            return client

        yield connected
