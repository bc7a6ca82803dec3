"""Which stamps somebody is looking at, and whether they have changed: one look at the database a second for all of them.

The database is the source, so it does not matter which process a mark was made by.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from stampwell.core.clock import Clock
from stampwell.core.days import day_of
from stampwell.core.errors import AppError
from stampwell.db.database import Database
from stampwell.features.stamps.model import Shown
from stampwell.features.stamps.pins import find_shown, zone_of
from stampwell.stamp_page.look import look_of

GONE = "gone"
"""The version of a stamp that is not there any more."""

_AT_ONCE = 500
MOST = 5000
"""Streams of one process."""

# Who has one stamp cannot take all the places.
_MOST_OF_ONE_STAMP = 20


class Watch:
    """Somebody who looks at a stamp. `changed` is set when `version` became another one, and when the server stops."""

    def __init__(self, version: str) -> None:
        self.version = version
        self.changed = asyncio.Event()


class Watchers:
    """Everybody who looks at a stamp through this process. Have `look` called every second (`workers/watching.py`)."""

    def __init__(self, db: Database, *, clock: Clock, default_domain: str) -> None:
        self._db = db
        self._default_domain = default_domain
        self._clock = clock
        self._watches: dict[str, set[Watch]] = {}
        self._open = 0
        self.stopping = False

    def is_full(self, code: str) -> bool:
        """Whether no more may look, here or at that stamp; they ask now and then instead."""
        return self.stopping or self._open >= MOST or len(self._watches.get(code, ())) >= _MOST_OF_ONE_STAMP

    @contextmanager
    def watching(self, code: str, version: str) -> Iterator[Watch]:
        """`version` is what whoever looks has been shown."""
        watch = Watch(version)
        self._watches.setdefault(code, set()).add(watch)
        self._open += 1
        try:
            yield watch
        finally:
            self._open -= 1
            self._watches[code].discard(watch)
            if not self._watches[code]:
                del self._watches[code]

    async def look(self) -> None:
        """Looks at every stamp that somebody looks at, and wakes those that are shown something else."""
        codes = list(self._watches)
        for start in range(0, len(codes), _AT_ONCE):
            some = codes[start : start + _AT_ONCE]
            now_us = self._clock.now_us()
            for code, shown in zip(some, await self._db.read(find_shown, some), strict=True):
                self._tell(code, GONE if isinstance(shown, AppError) else self._version(shown, now_us))

    def stop(self) -> None:
        """Everybody is woken, to look again at another process or after a restart."""
        self.stopping = True
        for watches in self._watches.values():
            for watch in watches:
                watch.changed.set()

    def _version(self, shown: Shown, now_us: int) -> str:
        today = day_of(now_us, zone_of(shown.shop))
        return look_of(shown, today=today, default_domain=self._default_domain).version

    def _tell(self, code: str, version: str) -> None:
        for watch in self._watches.get(code, ()):
            if watch.version != version:
                watch.version = version
                watch.changed.set()
