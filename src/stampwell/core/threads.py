"""Work that keeps a processor or much memory busy: in threads beside the event loop, a few at a time, with bounded waiting."""

import asyncio
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from stampwell.core.errors import TooBusy

P = ParamSpec("P")
T = TypeVar("T")


class BoundedThreads:
    """`at_once` threads, and room for `most_waiting` more who wait for one. Close it.

    most_of_one: places that one client may have, so that nobody keeps all the others out; 0 for no such bound.
    """

    def __init__(self, name: str, *, at_once: int, most_waiting: int, most_of_one: int = 0) -> None:
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix=name)
        self._most = at_once + most_waiting
        self._most_of_one = most_of_one
        self._taken = 0
        self._taken_by: Counter[str] = Counter()

    def require_room(self, *, by: str = "") -> None:
        """Raises TooBusy when `run_for` would: for whoever wants to know before anything is noted down."""
        has_its_share = by and self._most_of_one and self._taken_by[by] >= self._most_of_one
        if self._taken >= self._most or has_its_share:
            raise TooBusy

    async def run(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the work answers. Raises TooBusy, at once, when too many wait already."""
        return await self.run_for("", work, *args, **kwargs)

    async def run_for(self, by: str, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for that client; blank for whoever is not counted apart."""
        self.require_room(by=by)
        self._taken += 1
        self._taken_by[by] += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(*args, **kwargs))
        finally:
            self._taken -= 1
            self._taken_by[by] -= 1
            if not self._taken_by[by]:
                del self._taken_by[by]

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
