"""The work of an import: chunks of rows, a transaction each, with pauses that leave the database to the tills."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from itertools import islice
from typing import ParamSpec, TypeVar

from stampwell.core.actors import Actor
from stampwell.core.clock import Clock
from stampwell.core.phrases import Phrase, phrase
from stampwell.db.database import Database
from stampwell.features.accounts.errors import AccountSuspended
from stampwell.features.accounts.model import Account
from stampwell.features.accounts.service import get_account
from stampwell.features.imports import service
from stampwell.features.imports.errors import ImportRefused, LeaseLost
from stampwell.features.imports.layouts import TableRow, rows_of
from stampwell.features.imports.model import Job, JobState
from stampwell.features.imports.outcomes import ImportChunk, chunk_of
from stampwell.features.imports.tables import TableWrong
from stampwell.features.imports.uploads import text_of
from stampwell.features.plans.model import PlanTable
from stampwell.features.stamps.bulk.import_rows import Importer, check_rows
from stampwell.features.stamps.contract.to_new_stamp import Drafts

P = ParamSpec("P")
T = TypeVar("T")

CHUNK = 500
"""Rows a transaction: some tens of milliseconds."""

_LEAST_PAUSE_S = 0.02
# Rows that are only read; as long as a chunk.
_STEP = 2000


class Runner:
    """Does claimed jobs to their end, one at a time."""

    def __init__(
        self,
        db: Database,
        *,
        clock: Clock,
        plans: PlanTable,
        drafts: Drafts,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._db = db
        self._clock = clock
        self._plans = plans
        self._drafts = drafts
        self._sleep = sleep

    async def run(self, job: Job) -> None:
        """Returns when the job is done, failed, or no longer ours; when it raises, the job waits for its lease to end.

        Cancelled, it leaves the job to the next worker at once; that of a suspended account, to whoever comes after the account
        is resumed.
        """
        try:
            await self._all_rows(job)
        except LeaseLost:
            return
        except (ImportRefused, TableWrong) as refusal:
            await self.give_up(job, refusal.problem)
        except AccountSuspended:
            await self._release(job)
        except asyncio.CancelledError:
            await self._release(job)
            raise

    async def give_up(self, job: Job, problem: Phrase) -> None:
        """A person has to look at it; while the account is suspended, nobody."""
        try:
            await self._db.write(service.fail, job.account_id, job.job_id, problem, now_us=self._clock.now_us())
        except AccountSuspended:
            await self._release(job)

    async def _release(self, job: Job) -> None:
        await self._db.write(service.release, job.account_id, job.job_id)

    async def _all_rows(self, job: Job) -> None:
        content = await self._db.read(service.get_file, job.account_id, job.job_id)
        account = await self._db.read(get_account, job.account_id)
        importer = self._importer(job, account)
        planned: Counter[int] = Counter()

        def rows() -> Iterator[TableRow]:
            return rows_of(text_of(content, job.layout.encoding), job.layout, region=account.region)

        await self._every(rows(), lambda row: importer.note(row.values))
        if importer.any_repeated:
            await self._every(rows(), lambda row: importer.count(row.values, now_us=self._clock.now_us()))
        left = rows()
        # Rows that were done before the job was ours.
        await self._every(islice(left, job.rows_done), lambda row: importer.pass_over(row.values))
        while chunk := await self._timed(self._next_chunk, importer, left):
            began_s = time.monotonic()
            job = await self._do(job, chunk, planned)
            await self._rest(began_s)
        await self._db.write(service.finish, job, now_us=self._clock.now_us())

    def _next_chunk(self, importer: Importer, rows: Iterator[TableRow]) -> ImportChunk | None:
        taken = list(islice(rows, CHUNK))
        return chunk_of(taken, importer, now_us=self._clock.now_us()) if taken else None

    async def _do(self, job: Job, chunk: ImportChunk, planned: Counter[int]) -> Job:
        now_us = self._clock.now_us()
        if job.state is JobState.ISSUING:
            return await self._db.write(service.issue_chunk, job, chunk, now_us=now_us)
        outcomes = await self._db.read(check_rows, job.account_id, chunk.good, planned)
        return await self._db.write(service.note_chunk, job, chunk, outcomes, now_us=now_us)

    def _importer(self, job: Job, account: Account) -> Importer:
        """Raises ImportRefused."""
        if account.plan not in self._plans.plans:
            raise ImportRefused(phrase("This account's plan isn't set up on this server. Ask whoever runs it."))
        return Importer(
            account,
            plan=self._plans.get_plan(account.plan),
            drafts=self._drafts,
            # The same rows are the same under any file's name: people rename files, and browsers do.
            name=f"dashboard/{job.job_id}" if job.layout.again else "dashboard",
            actor=Actor("staff", job.person_id, "dashboard"),
        )

    async def _every(self, rows: Iterator[TableRow], what: Callable[[TableRow], None]) -> None:
        """Does that with every row that is good, some at a time."""
        while await self._timed(_next_of, rows, what):
            pass

    async def _timed(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the work answers, done in a thread; then a rest as long as it took."""
        began_s = time.monotonic()
        result = await asyncio.to_thread(work, *args, **kwargs)
        await self._rest(began_s)
        return result

    async def _rest(self, began_s: float) -> None:
        await self._sleep(max(_LEAST_PAUSE_S, time.monotonic() - began_s))


def _next_of(rows: Iterator[TableRow], what: Callable[[TableRow], None]) -> bool:
    """Whether there were any rows left."""
    found = False
    for row in islice(rows, _STEP):
        found = True
        if row.is_good:
            what(row)
    return found
