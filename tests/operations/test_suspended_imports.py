"""Imports of a suspended account wait, wherever they are, and go on after it is resumed; those of others do not wait."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from kit.data import Data
from kit.importing import STAFF
from kit.people import Person, open_account
from kit.process import Command
from kit.unlogged import unlogged
from stampwell.core.actors import OPERATOR
from stampwell.core.clock import SystemClock
from stampwell.db.opening import open_database
from stampwell.features.accounts import service as accounts
from stampwell.features.imports import service
from stampwell.features.imports.model import Job, JobState
from stampwell.features.imports.runner import Runner
from stampwell.features.imports.uploads import read_upload
from stampwell.features.plans.table import load_plans
from stampwell.features.stamps.contract.to_new_stamp import Drafts

NOW_US = SystemClock().now_us()
ROWS = 1200
"""Of a file: three chunks."""


@pytest.fixture
def alice(data: Data) -> Person:
    return open_account(data, now_us=NOW_US)


def _begun(data: Data, person: Person, state: JobState) -> Job:
    """An import whose columns are known, about to be checked, or checked and about to be issued."""
    lines = "\n".join(f"{person.card_id},2026-01-01,2026-12-31,u{number}" for number in range(ROWS))
    upload = read_upload(f"cardIdx,strtYmd,endYmd,userId\n{lines}\n".encode())
    job = data.write(service.begin, person.account_id, file_name="a.csv", upload=upload, actor=STAFF, now_us=NOW_US)
    data.write(service.check, person.account_id, job.job_id, layout=job.layout)
    if state is JobState.ISSUING:
        data.run("UPDATE import_job SET state = 'checked' WHERE job_id = :job_id", job_id=job.job_id)
        data.write(service.issue, person.account_id, job.job_id, actor=STAFF, now_us=NOW_US)
    return data.read(service.get_job, person.account_id, job.job_id)


def _claimed(data: Data) -> Job | None:
    """As the worker does, which looks before it writes."""
    if not data.read(service.is_any_waiting, now_us=NOW_US):
        assert data.write(service.claim, now_us=NOW_US) is None
        return None
    return data.write(service.claim, now_us=NOW_US)


def _run(data: Data, job: Job, at_pause: Callable[[], None] = lambda: None) -> None:
    """What the worker does with the job; `at_pause` each time it rests."""

    async def main() -> None:
        db = open_database(data.url, connections=2)
        await db.start()
        try:
            plans = load_plans(None)
            drafts = Drafts(plans=plans, default_domain="https://vvd.bz", instance_domains=frozenset({"https://vvd.bz"}))

            async def rest(_seconds: float) -> None:
                await asyncio.to_thread(at_pause)

            await Runner(db, clock=SystemClock(), plans=plans, drafts=drafts, sleep=rest).run(job)
        finally:
            await db.close()

    asyncio.run(main())


def _suspended_at(data: Data, person: Person, rows_done: int) -> Callable[[], None]:
    """Suspends the account as soon as so many rows are done."""

    def at_pause() -> None:
        with Data(data.url) as other:
            (job,) = other.rows("SELECT rows_done FROM import_job")
            if job["rows_done"] >= rows_done:
                other.write(accounts.suspend, person.account_id, actor=OPERATOR, now_us=NOW_US)

    return at_pause


@pytest.mark.parametrize("state", [JobState.CHECKING, JobState.ISSUING])
class TestOfTheDashboard:
    def test_nobody_takes_one_up_until_the_account_is_resumed(self, data: Data, alice: Person, state: JobState) -> None:
        job = _begun(data, alice, state)
        data.write(accounts.suspend, alice.account_id, actor=OPERATOR, now_us=NOW_US)
        assert _claimed(data) is None
        charlie = open_account(data, name="Charlie's", now_us=NOW_US)
        theirs = _begun(data, charlie, state)
        claimed = _claimed(data)
        assert claimed is not None
        assert claimed.job_id == theirs.job_id
        data.write(accounts.resume, alice.account_id, actor=OPERATOR, now_us=NOW_US)
        claimed = _claimed(data)
        assert claimed is not None
        assert claimed.job_id == job.job_id

    @pytest.mark.parametrize("rows_done", [0, 500, ROWS])
    def test_one_under_way_waits_and_goes_on(self, data: Data, alice: Person, state: JobState, rows_done: int) -> None:
        job = _begun(data, alice, state)
        claimed = _claimed(data)
        assert claimed is not None
        _run(data, claimed, _suspended_at(data, alice, rows_done))
        waits = data.read(service.get_job, alice.account_id, job.job_id)
        assert (waits.state, waits.leased_until, waits.problem) == (state, None, None)
        assert waits.rows_done == rows_done
        assert data.count("stamp") == (rows_done if state is JobState.ISSUING else 0)

        data.write(accounts.resume, alice.account_id, actor=OPERATOR, now_us=NOW_US)
        claimed = _claimed(data)
        assert claimed is not None
        _run(data, claimed)
        done = data.read(service.get_job, alice.account_id, job.job_id)
        assert (done.state, done.rows_done, done.issued) == (
            JobState.DONE if state is JobState.ISSUING else JobState.CHECKED,
            ROWS,
            ROWS,
        )
        assert data.count("stamp") == (ROWS if state is JobState.ISSUING else 0)

    def test_one_whose_file_is_gone_is_not_given_up_meanwhile(self, data: Data, alice: Person, state: JobState) -> None:
        job = _begun(data, alice, state)
        claimed = _claimed(data)
        assert claimed is not None
        data.run("DELETE FROM import_file")
        data.write(accounts.suspend, alice.account_id, actor=OPERATOR, now_us=NOW_US)
        _run(data, claimed)
        waits = data.read(service.get_job, alice.account_id, job.job_id)
        assert (waits.state, waits.leased_until, waits.problem) == (state, None, None)


class TestOfTheCommandLine:
    def test_it_is_refused_and_issues_nothing(self, data: Data, alice: Person, stampwell: Command, tmp_path: Path) -> None:
        file = tmp_path / "a.csv"
        file.write_text(f"cardIdx,strtYmd,endYmd\n{alice.card_id},2026-01-01,2026-12-31\n")
        data.write(unlogged(accounts.suspend), alice.account_id, actor=OPERATOR, now_us=NOW_US)
        command = ("stamp", "import", str(file), "--account", str(alice.account_id), "--json")
        for dry_run in ((), ("--dry-run",)):
            refused = stampwell(*command, *dry_run, database_url=data.url)
            assert (refused.status, refused.json["code"]) == (1, 40303)
        assert (data.count("stamp"), data.count("imported_row"), data.count("audit")) == (0, 0, 0)
        data.write(accounts.resume, alice.account_id, actor=OPERATOR, now_us=NOW_US)
        assert stampwell(*command, database_url=data.url).status == 0
        assert data.count("stamp") == 1
