"""Both clients, called in one way."""

import asyncio
import inspect
from collections.abc import AsyncIterable
from typing import Any, Protocol

from stampwell_client import AsyncStampwell, Retries

KEY = "sk_live_nobodyMayEverReadThisOne0123456789abcdefABCD"

QUICK = Retries(first_wait_s=0.001)
"""Three more attempts, soon."""


class Connect(Protocol):
    def __call__(self, base_url: str, *, api_key: str = KEY, **options: Any) -> Any:
        """A client, closed when the test ends. It retries quickly unless told otherwise."""
        ...


class Blocking:
    """An AsyncStampwell that is called as a Stampwell is: what would be awaited is waited for."""

    def __init__(self, inner: object, runner: asyncio.Runner) -> None:
        self._inner = inner
        self._runner = runner

    def __repr__(self) -> str:
        return repr(self._inner)

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._inner, name)
        if not callable(member):
            return Blocking(member, self._runner)
        return lambda *args, **kwargs: self._settled(member(*args, **kwargs))

    def _settled(self, made: Any) -> Any:
        if inspect.isawaitable(made):
            return self._runner.run(_awaited(made))
        return BlockingListing(made, self._runner) if isinstance(made, AsyncIterable) else made


class BlockingListing:
    """An AsyncListing that is iterated over as a Listing is."""

    def __init__(self, listing: Any, runner: asyncio.Runner) -> None:
        self._listing = listing
        self._runner = runner

    def __iter__(self) -> Any:
        return _iterated(aiter(self._listing), self._runner)

    def pages(self) -> Any:
        return _iterated(self._listing.pages(), self._runner)


def _iterated(rows: Any, runner: asyncio.Runner) -> Any:
    try:
        while True:
            yield runner.run(_awaited(anext(rows)))
    except StopAsyncIteration:
        return
    finally:
        runner.run(rows.aclose())


async def _awaited(made: Any) -> Any:
    return await made


def blocking(runner: asyncio.Runner, base_url: str, **options: Any) -> Blocking:
    return Blocking(AsyncStampwell(base_url, **options), runner)
