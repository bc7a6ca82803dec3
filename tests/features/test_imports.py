"""Imports as the worker does them: leases, takeovers, stops, and each row once whatever happens."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from kit.clock import FakeClock
from kit.data import Data
from kit.importing import STAFF, Killed, after, die, found, in_thread, past_the_lease, runner, to_issue, work, write_alone
from kit.people import ALICES_CARD, Person, open_account
from stampwell.db.opening import open_database
from stampwell.features.imports import service
from stampwell.features.imports.column_matching import match_columns
from stampwell.features.imports.errors import ImportRefused, JobNotFound
from stampwell.features.imports.model import Job, JobState
from stampwell.features.imports.runner import CHUNK
from stampwell.features.imports.uploads import read_upload
from stampwell.workers.imports import import_forever

_ROWS = 3 * CHUNK


@pytest.fixture
def alice(data: Data) -> Person:
    return open_account(data, card_id=ALICES_CARD, now_us=1)


def _begin(data: Data, alice: Person, clock: FakeClock, *, rows: int = _ROWS) -> Job:
    """A job that was checked, of rows whose every hundredth is refused."""
    lines = [f"{number},{'no mail' if number % 100 == 0 else ''}" for number in range(rows)]
    return to_issue(data, alice, clock, ["userId,userEml", *lines])


@contextmanager
def _assert_each_once(data: Data) -> Iterator[None]:
    yield
    users = sorted(int(row["user_id"]) for row in data.rows("SELECT user_id FROM stamp"))
    assert users == [number for number in range(_ROWS) if number % 100]


def test_every_row_once_and_the_file_is_not_kept(data: Data, alice: Person, clock: FakeClock) -> None:
    job = _begin(data, alice, clock)
    assert (data.count("stamp"), job.state, job.rows_done) == (0, JobState.ISSUING, 0)
    with _assert_each_once(data):
        work(data, clock)
    job = found(data, job)
    assert (job.state, job.rows_done, job.issued, job.already_issued, job.refused) == (JobState.DONE, _ROWS, 1485, 0, 15)
    assert data.count("import_file") == 0
    refusals = data.read(service.list_refusals, alice.account_id, job.job_id)
    assert [(refusal.line, refusal.cells[0], refusal.reasons[0].field) for refusal in refusals[:2]] == [
        (2, "0", "userEml"),
        (102, "100", "userEml"),
    ]


def test_a_killed_process_is_taken_over_after_its_lease_where_it_ended(data: Data, alice: Person, clock: FakeClock) -> None:
    job = _begin(data, alice, clock)
    with suppress(Killed):
        # Rests: five while it reads, one after every chunk was made and one after it was issued.
        work(data, clock, at_pause=after(8, die))
    done = found(data, job)
    assert (done.state, 0 < done.rows_done < _ROWS) == (JobState.ISSUING, True)
    assert work(data, clock) is None
    past_the_lease(clock)
    with _assert_each_once(data):
        assert work(data, clock) is not None
    job = found(data, job)
    assert (job.state, job.issued, job.already_issued, job.refused) == (JobState.DONE, 1485, 0, 15)


def test_who_was_taken_over_issues_nothing_any_more(data: Data, alice: Person, clock: FakeClock) -> None:
    job = _begin(data, alice, clock)

    def take_over() -> None:
        past_the_lease(clock)
        in_thread(lambda: work(data, clock))

    with _assert_each_once(data):
        work(data, clock, at_pause=after(7, take_over))
    job = found(data, job)
    assert (job.state, job.rows_done, job.issued) == (JobState.DONE, _ROWS, 1485)


def test_one_of_two_processes_gets_afound(data: Data, alice: Person, clock: FakeClock) -> None:
    _begin(data, alice, clock, rows=1)

    async def main() -> list[Job | None]:
        databases = [open_database(data.url, connections=1) for _ in range(2)]
        for db in databases:
            await db.start()
        try:
            return list(await asyncio.gather(*(db.write(service.claim, now_us=clock.now_us()) for db in databases)))
        finally:
            for db in databases:
                await db.close()

    assert sorted(job is None for job in asyncio.run(main())) == [False, True]


def test_stopped_it_issues_nothing_more_and_goes_on_when_asked(data: Data, alice: Person, clock: FakeClock) -> None:
    job = _begin(data, alice, clock)

    def stop() -> None:
        in_thread(lambda: write_alone(data, service.stop, job, actor=STAFF, now_us=clock.now_us()))

    work(data, clock, at_pause=after(7, stop))
    stopped = found(data, job)
    assert (stopped.state, stopped.issued) == (JobState.STOPPED, data.count("stamp"))
    assert 0 < stopped.issued < _ROWS
    with _assert_each_once(data):
        data.write(service.issue, alice.account_id, job.job_id, actor=STAFF, now_us=clock.now_us())
        work(data, clock)
    assert found(data, job).issued == 1485


def test_a_worker_that_ends_in_order_leaves_its_job_to_the_next_at_once(data: Data, alice: Person, clock: FakeClock) -> None:
    job = _begin(data, alice, clock)

    async def main() -> None:
        db = open_database(data.url, connections=2)
        await db.start()
        resting = asyncio.Event()

        async def sleep(_seconds: float) -> None:
            resting.set()
            await asyncio.sleep(60)

        working = asyncio.create_task(import_forever(db, runner=runner(db, clock, sleep), clock=clock))
        await resting.wait()
        working.cancel()
        with suppress(asyncio.CancelledError):
            await working
        await db.close()

    asyncio.run(main())
    assert (found(data, job).state, found(data, job).leased_until) == (JobState.ISSUING, None)
    with _assert_each_once(data):
        work(data, clock)


def test_what_cannot_be_asked_of_afound(data: Data, alice: Person, clock: FakeClock) -> None:
    job = _begin(data, alice, clock, rows=1)
    other = open_account(data, now_us=1)
    with pytest.raises(JobNotFound):
        data.read(service.get_job, other.account_id, job.job_id)
    with pytest.raises(JobNotFound):
        data.write(service.remove, other.account_id, job.job_id, actor=STAFF, now_us=1)
    with pytest.raises(ImportRefused):
        data.write(service.remove, alice.account_id, job.job_id, actor=STAFF, now_us=1)
    work(data, clock)
    with pytest.raises(ImportRefused):
        data.write(service.issue, alice.account_id, job.job_id, actor=STAFF, now_us=clock.now_us())


def test_ten_unfinished_imports_are_the_most(data: Data, alice: Person, clock: FakeClock) -> None:
    upload = read_upload(b"name\nx")

    def begin() -> None:
        data.write(service.begin, alice.account_id, file_name="a", upload=upload, actor=STAFF, now_us=clock.now_us())

    for _ in range(10):
        begin()
    with pytest.raises(ImportRefused, match="There are 10 unfinished imports already"):
        begin()


def test_old_files_and_refused_rows_are_forgotten(data: Data, alice: Person, clock: FakeClock) -> None:
    job = _begin(data, alice, clock, rows=1)
    data.write(service.stop, alice.account_id, job.job_id, actor=STAFF, now_us=clock.now_us())
    while data.write(service.prune_imports, before_us=clock.now_us() + 1):
        pass
    assert (data.count("import_file"), data.count("import_refusal"), data.count("import_job")) == (0, 0, 1)
    with pytest.raises(ImportRefused, match="is not kept any more"):
        data.write(service.issue, alice.account_id, job.job_id, actor=STAFF, now_us=clock.now_us())


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        (["userNm", "cardIdx", "ENDYMD"], {"userNm": 0, "cardIdx": 1, "endYmd": 2}),
        (["user name", "Phone No.", "shoe size", ""], {"userNm": 0, "userPhnno": 1}),
        (["line", "reasons", "name"], {"userNm": 2}),
    ],
)
def test_columns_are_guessed_by_their_names(header: list[str], columns: dict[str, int]) -> None:
    assert match_columns(header, fuzzy=True).columns == columns
