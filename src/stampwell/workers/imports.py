"""Does what the dashboard was given to import, one file at a time."""

import structlog

from stampwell.core.clock import Clock
from stampwell.core.errors import DatabaseUnavailable
from stampwell.core.phrases import phrase
from stampwell.db.database import Database
from stampwell.features.imports import service
from stampwell.features.imports.model import Job
from stampwell.features.imports.runner import Runner
from stampwell.workers.supervisor import supervise

_EVERY_S = 1.0


async def import_forever(db: Database, *, runner: Runner, clock: Clock, every_s: float = _EVERY_S) -> None:
    """Never returns. A database that is away leaves a job to whoever claims it next."""
    log = structlog.get_logger("stampwell.workers.imports")

    async def turn() -> float:
        while (job := await _next_job(db, clock)) is not None:
            await _do(runner, job, log)
        return every_s

    await supervise(turn, log=log, failed="import failed", after_fault_s=every_s)


async def _next_job(db: Database, clock: Clock) -> Job | None:
    # Looking costs no turn at SQLite's one write lock.
    if not await db.read(service.is_any_waiting, now_us=clock.now_us()):
        return None
    return await db.write(service.claim, now_us=clock.now_us())


async def _do(runner: Runner, job: Job, log: structlog.typing.FilteringBoundLogger) -> None:
    try:
        await runner.run(job)
    except DatabaseUnavailable:
        raise
    except Exception:  # a file that we cannot cope with is not tried for ever
        log.exception("import given up", account=job.account_id, job=job.job_id)
        await runner.give_up(job, phrase("The server met a fault. What was done is counted; go on, or ask the operator."))
