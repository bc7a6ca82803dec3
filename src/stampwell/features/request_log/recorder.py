"""Collects rows for the log of requests and writes two seconds' worth at a time: a request only appends a row."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol

import structlog

from stampwell.core.errors import DatabaseUnavailable
from stampwell.db.database import Database
from stampwell.features.request_log import service
from stampwell.features.request_log.blocks import MOST_REQUESTS, Entry, RequestRow, pack
from stampwell.features.request_log.model import Block

# In all, waiting for the database: a few MiB.
_MOST_HELD = 20_000

# As many of a batch of blocks of one or two requests as others may wait for.
_BLOCKS_A_WRITE = 100


class KeyHolder(Protocol):
    """As much of the authenticated caller as the log needs."""

    @property
    def account_id(self) -> int: ...

    @property
    def key_id(self) -> int: ...


class Recorder:
    """`record` is called for every answer, `write` stores what was recorded. `on_dropped` is called for every request lost."""

    def __init__(self, db: Database, *, on_dropped: Callable[[], None]) -> None:
        self._db = db
        self._on_dropped = on_dropped
        self._entries: dict[int, list[Entry]] = {}
        self._packed: list[Block] = []
        self._held = 0
        self._is_full = asyncio.Event()
        self._writing = asyncio.Lock()
        self._log = structlog.get_logger("stampwell.request_log")

    def record(self, caller: KeyHolder, row: RequestRow) -> None:
        """An answer was sent. Called for every request, so that it does next to nothing."""
        if self._held >= _MOST_HELD:
            self._on_dropped()
            return
        self._held += 1
        entries = self._entries.setdefault(caller.account_id, [])
        entries.append((*row, caller.key_id))
        if len(entries) == MOST_REQUESTS:
            self._is_full.set()

    async def due(self, seconds: float) -> None:
        """Returns after that time, or when an account has a whole block."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_full.wait(), seconds)

    async def write(self) -> bool:
        """Whether everything that was recorded before is stored. What is not is kept, and written by the next call."""
        async with self._writing:
            self._is_full.clear()
            if self._entries:
                taken, self._entries = self._entries, {}
                # Out of the event loop: a thousand requests take a millisecond.
                self._packed += await asyncio.to_thread(_pack_all, taken)
            try:
                while self._packed:
                    blocks = self._packed[:_BLOCKS_A_WRITE]
                    await self._db.write(service.write, blocks=blocks)
                    del self._packed[: len(blocks)]
                    self._held -= sum(block.requests for block in blocks)
            except DatabaseUnavailable as error:
                self._log.warning("requests not logged yet", requests=self._held, cause=error.cause)
                return False
            return True

    async def close(self) -> None:
        """Writes what waits, as far as the database takes it."""
        if not await self.write():
            self._log.error("requests lost for the log", requests=self._held)


def _pack_all(entries: dict[int, list[Entry]]) -> list[Block]:
    return [
        pack(account_id, several[start : start + MOST_REQUESTS])
        for account_id, several in entries.items()
        for start in range(0, len(several), MOST_REQUESTS)
    ]
