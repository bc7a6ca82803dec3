"""What may be asked of an import and when, whose it is, how long somebody has it, and how much is kept of it."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from kit.beside import one_beside_the_other
from kit.clock import FakeClock
from kit.data import Data
from kit.importing import STAFF, found, to_check, to_issue, uploaded, work
from kit.people import ALICES_CARD, Person, open_account
from stampwell.core.phrases import phrase
from stampwell.features.imports import service
from stampwell.features.imports.errors import ImportRefused, JobNotFound
from stampwell.features.imports.model import Job, JobState, NoteKind
from stampwell.features.imports.runner import CHUNK
from stampwell.features.imports.uploads import read_upload

_LINES = ["userId", "kim", "lee"]
_LEASE_S = 60
_WEEK_S = 7 * 24 * 3600

Ask = Callable[[Data, int, Job], Job]


@pytest.fixture
def alice(data: Data) -> Person:
    return open_account(data, card_id=ALICES_CARD, now_us=1)


@pytest.fixture
def charlie(data: Data, alice: Person) -> Person:
    del alice
    return open_account(data, name="Charlie's", now_us=1)


def _read_again(data: Data, account_id: int, job: Job) -> Job:
    return data.write(service.read_again, account_id, job.job_id, found=read_upload(b"userId\nkim").survey)


def _check(data: Data, account_id: int, job: Job) -> Job:
    return data.write(service.check, account_id, job.job_id, layout=job.layout)


def _issue(data: Data, account_id: int, job: Job) -> Job:
    return data.write(service.issue, account_id, job.job_id, actor=STAFF, now_us=1)


def _stop(data: Data, account_id: int, job: Job) -> Job:
    return data.write(service.stop, account_id, job.job_id, actor=STAFF, now_us=1)


def _change_columns(data: Data, account_id: int, job: Job) -> Job:
    return data.write(service.change_columns, account_id, job.job_id)


def _remove(data: Data, account_id: int, job: Job) -> Job:
    return data.write(service.remove, account_id, job.job_id, actor=STAFF, now_us=1)


_ASKS: dict[str, Ask] = {
    "read again": _read_again,
    "check": _check,
    "issue": _issue,
    "stop": _stop,
    "change columns": _change_columns,
    "remove": _remove,
}
_MAY_BE_ASKED = {
    "mapping": {"read again", "check", "change columns", "remove"},
    "checking": {"stop"},
    "checked": {"read again", "check", "issue", "change columns", "remove"},
    "issuing": {"stop"},
    "done": {"remove"},
    "stopped": {"issue", "remove"},
    "failed": {"issue", "remove"},
}


class TestAsking:
    @pytest.mark.parametrize("state", _MAY_BE_ASKED)
    def test_every_state_takes_what_it_can(self, data: Data, alice: Person, clock: FakeClock, state: str) -> None:
        taken = set()
        for name, ask in _ASKS.items():
            job = uploaded(data, alice, clock, _LINES)
            data.run("UPDATE import_job SET state = :state WHERE job_id = :job_id", state=state, job_id=job.job_id)
            try:
                ask(data, alice.account_id, job)
            except ImportRefused:
                assert found(data, job).state.value == state
            else:
                taken.add(name)
            data.run("DELETE FROM import_file")
        assert taken == _MAY_BE_ASKED[state]

    @pytest.mark.parametrize("ask", [_check, _issue])
    def test_without_its_file_nothing_is_begun(self, data: Data, alice: Person, clock: FakeClock, ask: Ask) -> None:
        job = to_check(data, alice, clock, _LINES)
        work(data, clock)
        data.run("DELETE FROM import_file")
        with pytest.raises(ImportRefused, match="is not kept any more"):
            ask(data, alice.account_id, job)
        assert found(data, job).state is JobState.CHECKED

    def test_one_that_is_not_running_cannot_fail(self, data: Data, alice: Person, clock: FakeClock) -> None:
        job = to_issue(data, alice, clock, _LINES)
        work(data, clock)
        data.write(service.fail, alice.account_id, job.job_id, phrase("The file is empty."), now_us=1)
        assert (found(data, job).state, found(data, job).problem) == (JobState.DONE, None)

    def test_a_removed_one_leaves_nothing(self, data: Data, alice: Person, clock: FakeClock) -> None:
        job = to_check(data, alice, clock, ["userId,userEml", "12.0,", "13,no mail"])
        work(data, clock)
        assert (data.count("import_refusal"), data.count("import_note")) == (1, 1)
        _remove(data, alice.account_id, job)
        assert [data.count(f"import_{what}") for what in ("job", "file", "refusal", "note")] == [0, 0, 0, 0]

    @pytest.mark.one_database("postgresql")
    def test_who_removes_it_waits_for_who_has_it_issued(self, data: Data, alice: Person, clock: FakeClock) -> None:
        job = to_check(data, alice, clock, _LINES)
        work(data, clock)
        given: dict[str, Any] = {"account_id": alice.account_id, "job_id": job.job_id, "actor": STAFF, "now_us": 1}
        seen = one_beside_the_other(data, partial(service.issue, **given), partial(service.remove, **given))
        assert isinstance(seen.second, ImportRefused)
        assert found(data, job).state is JobState.ISSUING


class TestOfAnotherAccount:
    @pytest.mark.parametrize("ask", _ASKS.values(), ids=_ASKS)
    def test_it_is_not_there(self, data: Data, alice: Person, charlie: Person, clock: FakeClock, ask: Ask) -> None:
        job = to_issue(data, alice, clock, _LINES)
        with pytest.raises(JobNotFound):
            ask(data, charlie.account_id, job)
        assert found(data, job) == job

    def test_nothing_of_it_is_shown(self, data: Data, alice: Person, charlie: Person, clock: FakeClock) -> None:
        job = to_check(data, alice, clock, ["userId,userEml", "12.0,", "13,no mail"])
        work(data, clock)
        for account_id, count in ((alice.account_id, 1), (charlie.account_id, 0)):
            mended = data.read(service.list_notes, account_id, job.job_id, NoteKind.MENDED)
            assert len(data.read(service.page_jobs, account_id, before_id=2**63 - 1, limit=10)) == count
            assert len(data.read(service.list_refusals, account_id, job.job_id)) == len(mended) == count
        with pytest.raises(ImportRefused):
            data.read(service.get_file, charlie.account_id, job.job_id)

    def test_its_unfinished_imports_are_not_counted(self, data: Data, alice: Person, charlie: Person, clock: FakeClock) -> None:
        for _ in range(10):
            uploaded(data, alice, clock, _LINES)
        with pytest.raises(ImportRefused):
            uploaded(data, alice, clock, _LINES)
        assert uploaded(data, charlie, clock, _LINES).account_id == charlie.account_id


class TestLease:
    def test_it_is_had_to_its_last_moment(self, data: Data, alice: Person, clock: FakeClock) -> None:
        to_check(data, alice, clock, _LINES)
        began_us = clock.now_us()
        assert data.write(service.claim, now_us=began_us) is not None
        for later_us, is_free in ((0, False), (_LEASE_S * 1_000_000, False), (_LEASE_S * 1_000_000 + 1, True)):
            assert data.read(service.is_any_waiting, now_us=began_us + later_us) is is_free
            assert (data.write(service.claim, now_us=began_us + later_us) is not None) is is_free

    def test_the_one_that_waits_longest_is_first(self, data: Data, alice: Person, clock: FakeClock) -> None:
        jobs = [to_check(data, alice, clock, _LINES) for _ in range(2)]
        claimed = [data.write(service.claim, now_us=clock.now_us()) for _ in range(3)]
        assert [job and job.job_id for job in claimed] == [*(job.job_id for job in jobs), None]

    @pytest.mark.one_database("postgresql")
    def test_two_at_the_same_moment_do_not_both_get_it(self, data: Data, alice: Person, clock: FakeClock) -> None:
        to_check(data, alice, clock, _LINES)
        claim = partial(service.claim, now_us=clock.now_us())
        seen = one_beside_the_other(data, claim, claim)
        assert seen.first is not None
        assert (seen.second, seen.waited) == (None, True)


class TestWhatIsKept:
    def test_a_thousand_refused_rows_and_the_others_are_counted(self, data: Data, alice: Person, clock: FakeClock) -> None:
        wrong = [number % CHUNK < 400 or number >= 3 * CHUNK for number in range(4 * CHUNK)]
        job = to_check(data, alice, clock, ["userEml", *("no mail" if one else "a@b.example" for one in wrong)])
        work(data, clock)
        assert (found(data, job).refused, data.count("import_refusal")) == (1700, 1000)

    def test_a_thousand_remarks_of_a_kind(self, data: Data, alice: Person, clock: FakeClock) -> None:
        job = to_check(data, alice, clock, ["userId", *(f"{1000 + number}.0" for number in range(1300))])
        work(data, clock)
        assert (found(data, job).mended, data.count("import_note")) == (1300, 1000)

    @pytest.mark.parametrize(
        ("state", "age_s", "is_kept"),
        [
            ("checked", _WEEK_S - 1, True),
            ("checked", _WEEK_S + 1, False),
            ("checking", _WEEK_S + 1, True),
            ("issuing", _WEEK_S + 1, True),
        ],
    )
    def test_a_week_but_for_those_that_run(
        self, data: Data, alice: Person, clock: FakeClock, state: str, age_s: int, *, is_kept: bool
    ) -> None:
        job = to_check(data, alice, clock, ["userId,userEml", "12.0,", "13,no mail"])
        work(data, clock)
        data.run("UPDATE import_job SET state = :state WHERE job_id = :job_id", state=state, job_id=job.job_id)
        clock.advance(seconds=age_s)
        data.write(service.prune_imports, before_us=clock.now_us() - service.KEPT_US)
        assert [data.count(f"import_{what}") for what in ("file", "refusal", "note")] == [int(is_kept)] * 3
