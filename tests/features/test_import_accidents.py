"""Imports when something goes wrong at a bad moment: a death between two equal rows, a twin, a database that is away."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from threading import Event, Thread
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from kit.beside import Unit, is_any_waiting, one_beside_the_other
from kit.clock import FakeClock
from kit.data import Data
from kit.importing import Killed, after, die, found, found_alone, past_the_lease, runner, to_issue, work
from kit.load import wait_for
from kit.people import ALICES_CARD, Person, open_account
from kit.proxies import TcpProxy, TcpProxyTo
from stampwell.db.database import Tx
from stampwell.db.opening import open_database
from stampwell.features.accounts.service import get_account
from stampwell.features.imports.model import Job, JobState
from stampwell.features.imports.runner import CHUNK
from stampwell.features.plans.table import load_plans
from stampwell.features.stamps.bulk.import_rows import AlreadyIssued, Draft, Importer, Outcome, SameCustomer, issue_rows
from stampwell.features.stamps.contract.to_new_stamp import Drafts
from stampwell.features.stamps.model import Actor, Issued
from stampwell.workers.imports import import_forever

_PLANS = load_plans(None)
_NOW_US = FakeClock().now_us()


@pytest.fixture
def alice(data: Data) -> Person:
    return open_account(data, card_id=ALICES_CARD, now_us=1)


def test_equal_rows_on_both_sides_of_a_death_are_two_stamps(data: Data, alice: Person, clock: FakeClock) -> None:
    """The second of them is in a chunk of whoever takes over, who has not issued the first."""
    lines = ["Twin", *(f"Customer {number}" for number in range(CHUNK)), "Twin"]
    job = to_issue(data, alice, clock, ["userNm", *lines])
    with suppress(Killed):
        # Rests: four while it reads, one before the first chunk, one after it was made, one after it was issued.
        work(data, clock, at_pause=after(7, die))
    assert (found(data, job).state, found(data, job).rows_done) == (JobState.ISSUING, CHUNK)
    past_the_lease(clock)
    work(data, clock)
    job = found(data, job)
    assert (job.state, job.issued, job.already_issued) == (JobState.DONE, CHUNK + 2, 0)
    assert sorted(row["user_name"] for row in data.rows("SELECT user_name FROM stamp")) == sorted(lines)


def _drafts(data: Data, person: Person, **values: object) -> list[Draft]:
    account = data.read(get_account, person.account_id)
    drafts = Drafts(plans=_PLANS, default_domain="https://vvd.bz", instance_domains={"https://vvd.bz"})
    actor = Actor("system", None, "cli")
    importer = Importer(account, plan=_PLANS.get_plan(account.plan), drafts=drafts, name="a.csv", actor=actor)
    row = {"cardIdx": person.card_id, "strtYmd": "2026-01-01", "endYmd": "2026-12-31", **values}
    importer.note(row)
    draft = importer.draft(row, now_us=_NOW_US)
    assert isinstance(draft, Draft)
    return [draft]


def _issuing(person: Person, drafts: Sequence[Draft]) -> Unit:
    return partial(issue_rows, account_id=person.account_id, drafts=drafts, now_us=_NOW_US)


@pytest.mark.one_database("postgresql")
class TestBesideOneThatHasNotCommitted:
    """SQLite has one writer."""

    @pytest.mark.parametrize(("memo", "outcome"), [("one", AlreadyIssued.ALREADY_ISSUED), ("changed", SameCustomer("userId"))])
    def test_a_twin_waits_and_finds_what_was_issued(self, data: Data, alice: Person, memo: str, outcome: Outcome) -> None:
        first, second = (_drafts(data, alice, userId="kim", memo=text) for text in ("one", memo))
        seen = one_beside_the_other(data, _issuing(alice, first), _issuing(alice, second))
        assert isinstance(seen.first[0], Issued)
        assert (seen.second, seen.waited) == ([outcome], True)
        assert data.count("stamp") == data.count("imported_row") == 1

    def test_one_into_another_account_does_not_wait(self, data: Data, alice: Person) -> None:
        charlie = open_account(data, name="Charlie's", now_us=1)
        chunks = [_issuing(person, _drafts(data, person, userId="kim")) for person in (alice, charlie)]
        seen = one_beside_the_other(data, *chunks)
        assert isinstance(seen.second[0], Issued)
        assert not seen.waited


@pytest.mark.one_database("postgresql")
def test_a_database_that_goes_away_in_the_middle_of_a_chunk_is_waited_for(
    data: Data, alice: Person, clock: FakeClock, tcp_proxy: TcpProxyTo
) -> None:
    users = [f"u{number}" for number in range(3 * CHUNK)]
    job = to_issue(data, alice, clock, ["userId", *users])
    address = urlsplit(data.url)
    network = tcp_proxy(address.hostname or "", address.port or 5432)
    at_second_chunk = after(6, partial(_cut_in_a_chunk, data.url, job, network))

    async def sleep(_seconds: float) -> None:
        at_second_chunk()

    async def main(logs: Sequence[object]) -> None:
        db = open_database(data.url.replace(f":{address.port}/", f":{network.port}/"), connections=2)
        await db.start()
        working = asyncio.create_task(import_forever(db, runner=runner(db, clock, sleep), clock=clock, every_s=0.02))
        try:
            await asyncio.to_thread(wait_for, lambda: bool(logs), seconds=30)
            network.mend()
            now = await asyncio.to_thread(found_alone, data, job)
            assert (now.state, now.rows_done, now.problem) == (JobState.ISSUING, CHUNK, None)
            past_the_lease(clock)
            await asyncio.to_thread(wait_for, lambda: found_alone(data, job).state is not JobState.ISSUING, seconds=30)
        finally:
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
            await db.close()

    with capture_logs() as logs:
        asyncio.run(main(logs))
    # Whoever thinks that the file is at fault gives it up.
    assert {line["event"] for line in logs} == {"import failed"}
    job = found(data, job)
    assert (job.state, job.issued, job.already_issued, job.refused) == (JobState.DONE, len(users), 0, 0)
    assert sorted(row["user_id"] for row in data.rows("SELECT user_id FROM stamp")) == sorted(users)


def _cut_in_a_chunk(url: str, job: Job, network: TcpProxy) -> None:
    """The next chunk has issued its rows and waits for the row of its job when the network breaks."""
    holds = Event()

    def hold(tx: Tx) -> None:
        tx.one("SELECT job_id FROM import_job WHERE job_id = :job_id FOR UPDATE", job_id=job.job_id)
        holds.set()
        with Data(url) as own:
            wait_for(lambda: is_any_waiting(own))
        network.cut()

    def in_the_way() -> None:
        with Data(url) as own:
            own.write(hold)

    Thread(target=in_the_way).start()
    assert holds.wait(10)
