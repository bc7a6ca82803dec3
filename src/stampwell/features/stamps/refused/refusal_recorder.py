"""Collects refused tries and writes some seconds' worth at a time: a refusal only adds to a count in memory."""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import structlog

from stampwell.core.actors import Actor
from stampwell.core.errors import AppError, DatabaseUnavailable
from stampwell.core.stamp_refs import StampRef
from stampwell.db.database import Database
from stampwell.features.stamps.refused.refused_model import REASONS, WINDOW_US, TryKey
from stampwell.features.stamps.refused.refused_tries import write_tries

# Of all accounts, between two writes: a few MiB.
_MOST_HELD = 10_000


class RefusalRecorder:
    """`note` is called for every refusal, `write` stores what was noted."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._counted: dict[TryKey, tuple[int, int]] = {}
        self._being_written = 0
        self._writing = asyncio.Lock()
        self._log = structlog.get_logger("stampwell.refusals")

    def note(self, refusal: AppError, *, account_id: int, stamp: StampRef, actor: Actor, now_us: int) -> None:
        """What was refused for another reason than REASONS has is passed over, and so is what there is no room for."""
        reason = REASONS.get(type(refusal))
        if reason is None:
            return
        began_at = now_us - now_us % WINDOW_US
        key = TryKey(account_id, stamp, began_at, reason, actor.kind, actor.actor_id or 0, actor.channel)
        tries, _ = self._counted.get(key, (0, 0))
        if tries or len(self._counted) + self._being_written < _MOST_HELD:
            self._counted[key] = (tries + 1, now_us)

    @contextmanager
    def noting(self, *, account_id: int, stamp: StampRef, actor: Actor, now_us: int) -> Iterator[None]:
        """Notes the refusal that is raised within, and lets it go on."""
        try:
            yield
        except AppError as refusal:
            self.note(refusal, account_id=account_id, stamp=stamp, actor=actor, now_us=now_us)
            raise

    async def write(self) -> bool:
        """Whether everything that was noted before is stored. What is not is kept, and written by the next call."""
        async with self._writing:
            taken, self._counted = self._counted, {}
            self._being_written = len(taken)
            try:
                if taken:
                    await self._db.write(write_tries, taken)
                taken = {}
            except DatabaseUnavailable as error:
                self._log.warning("refused tries not kept yet", tries=len(taken), cause=error.cause)
            finally:
                self._being_written = 0
                self._put_back(taken)
            return not taken

    async def close(self) -> None:
        """Writes what waits, as far as the database takes it."""
        if not await self.write():
            self._log.error("refused tries lost", tries=len(self._counted))

    def _put_back(self, taken: Mapping[TryKey, tuple[int, int]]) -> None:
        for key, (tries, tried_at) in taken.items():
            since, last = self._counted.get(key, (0, 0))
            self._counted[key] = (tries + since, max(tried_at, last))
