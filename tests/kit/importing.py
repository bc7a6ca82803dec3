"""Imports without a server: a job of rows, the worker that does it, and what happens to that worker meanwhile."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from threading import Thread

from kit.clock import FakeClock
from kit.data import Data
from kit.people import Person
from stampwell.core.actors import staff_actor
from stampwell.db.database import Database
from stampwell.db.opening import open_database
from stampwell.features.imports import service
from stampwell.features.imports.model import Job
from stampwell.features.imports.runner import Runner
from stampwell.features.imports.uploads import read_upload
from stampwell.features.plans.table import load_plans
from stampwell.features.stamps.contract.to_new_stamp import Drafts

STAFF = staff_actor(7, "Bob")
"""Who imports."""


class Killed(BaseException):
    """A process that dies tells nobody."""


def die() -> None:
    raise Killed


def uploaded(data: Data, person: Person, clock: FakeClock, lines: Sequence[str]) -> Job:
    """A job of that file, whose first line has the names of the columns."""
    upload = read_upload("\n".join(lines).encode())
    return data.write(service.begin, person.account_id, file_name="a.csv", upload=upload, actor=STAFF, now_us=clock.now_us())


def to_check(data: Data, person: Person, clock: FakeClock, lines: Sequence[str]) -> Job:
    """A job that waits for its check; every row on the person's card, of 2026."""
    job = uploaded(data, person, clock, lines)
    fixed = {"cardIdx": str(person.card_id), "strtYmd": "2026-01-01", "endYmd": "2026-12-31"}
    return data.write(service.check, person.account_id, job.job_id, layout=job.layout._replace(fixed=fixed))


def to_issue(data: Data, person: Person, clock: FakeClock, lines: Sequence[str]) -> Job:
    """A job that was checked and waits to be issued."""
    job = to_check(data, person, clock, lines)
    work(data, clock)
    return data.write(service.issue, person.account_id, job.job_id, actor=STAFF, now_us=clock.now_us())


def found(data: Data, job: Job) -> Job:
    """The job as it is now."""
    return data.read(service.get_job, job.account_id, job.job_id)


def found_alone(data: Data, job: Job) -> Job:
    """The same, by a connection of its own: for a thread beside an event loop."""
    with Data(data.url) as own:
        return found(own, job)


def runner(db: Database, clock: FakeClock, sleep: Callable[[float], Awaitable[object]]) -> Runner:
    plans = load_plans(None)
    drafts = Drafts(plans=plans, default_domain="https://vvd.bz", instance_domains={"https://vvd.bz"})
    return Runner(db, clock=clock, plans=plans, drafts=drafts, sleep=sleep)


def work(data: Data, clock: FakeClock, *, at_pause: Callable[[], None] = lambda: None) -> Job | None:
    """What a worker of another process does with the next job; `at_pause` is called whenever it rests."""

    async def sleep(_seconds: float) -> None:
        at_pause()

    async def main() -> Job | None:
        db = open_database(data.url, connections=2)
        await db.start()
        try:
            job = await db.write(service.claim, now_us=clock.now_us())
            if job is not None:
                await runner(db, clock, sleep).run(job)
            return job
        finally:
            await db.close()

    return asyncio.run(main())


def after(times: int, what: Callable[[], None]) -> Callable[[], None]:
    """For `at_pause`: does that at the pause of that number."""
    left = [times]

    def at_pause() -> None:
        left[0] -= 1
        if left[0] == 0:
            what()

    return at_pause


def past_the_lease(clock: FakeClock) -> None:
    clock.advance(seconds=service.LEASE_US / 1_000_000 + 1)


def in_thread(what: Callable[[], object]) -> None:
    """In a thread, because an event loop runs in this one; `what` has its own."""
    thread = Thread(target=what)
    thread.start()
    thread.join()


def write_alone(data: Data, unit: Callable[..., object], job: Job, **values: object) -> None:
    """Has the unit done on a connection of its own."""
    with Data(data.url) as own:
        own.write(unit, job.account_id, job.job_id, **values)
