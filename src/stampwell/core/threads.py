"""Work that keeps a processor or much memory busy: in threads beside the event loop, a few at a time, with bounded waiting."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from stampwell.core.errors import TooBusy

P = ParamSpec("P")
T = TypeVar("T")


class BoundedThreads:
    """`at_once` threads, and room for `most_waiting` more who wait for one. Close it."""

    def __init__(self, name: str, *, at_once: int, most_waiting: int) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=name)
        self._most = at_once + most_waiting
        self._taken = 0

    def require_room(self) -> None:
        """Raises TooBusy when `run` would: for whoever wants to know before anything is noted down."""
        if self._taken >= self._most:
            raise TooBusy

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the work answers. Raises TooBusy, at once, when too many wait already."""
        self.require_room()
        self._taken += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(*args, **kwargs))
        finally:
            self._taken -= 1

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
