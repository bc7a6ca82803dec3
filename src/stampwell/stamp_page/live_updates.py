"""Which stamps somebody is looking at, and whether they have changed: one look at the database a second for all of them.

The database is the source, so it does not matter which process a mark was made by.
"""

import asyncio

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

    def __init__(self, code: str, version: str) -> None:
        self.code = code
        self.version = version
        self.changed = asyncio.Event()


class Watchers:
    """Everybody who looks at a stamp through this process. Have `look` called every second (`workers/live_updates.py`)."""

    def __init__(self, db: Database, *, clock: Clock, default_domain: str) -> None:
        self._db = db
        self._default_domain = default_domain
        self._clock = clock
        self._watches: dict[str, set[Watch]] = {}
        self._open = 0
        self.stopping = False

    def enter(self, code: str, version: str) -> Watch | None:
        """A place for somebody who has been shown that version; they have to `leave` it.

        None when no more may look, here or at that stamp: they ask now and then instead. A place is taken at once, or all who
        ask at the same moment would find the last one free.
        """
        looking = len(self._watches.get(code, ()))
        if self.stopping or self._open >= MOST or looking >= _MOST_OF_ONE_STAMP:
            return None
        watch = Watch(code, version)
        self._watches.setdefault(code, set()).add(watch)
        self._open += 1
        return watch

    def leave(self, watch: Watch) -> None:
        """Gives the place back."""
        self._open -= 1
        watches = self._watches[watch.code]
        watches.discard(watch)
        if not watches:
            del self._watches[watch.code]

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
