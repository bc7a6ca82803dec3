"""The loops beside the server: what they prune, what they prove, and that they outlive faults."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from kit.clock import FakeClock
from kit.data import Data
from kit.dns import NameServer
from kit.load import wait_for
from kit.people import ALICES_CARD, Person, add_domain, open_account
from kit.shop import Shop
from stampwell.db.database import Database, Tx
from stampwell.db.opening import open_database
from stampwell.features.domains.checking import DomainChecker
from stampwell.features.domains.checking import NameServer as Asked
from stampwell.features.domains.proof_file import FileReader
from stampwell.features.stamps.issuing import issue_batch
from stampwell.features.stamps.ledger import proof_queries
from stampwell.features.stamps.model import NewStamp
from stampwell.workers.domains import check_domains_forever, check_due
from stampwell.workers.proof import prove_forever, prove_once, seconds_to
from stampwell.workers.prune import prune_forever

_HOUR_US = 3_600_000_000
_DAY_US = 24 * _HOUR_US


def _new_stamp(alice: Person, code: str) -> NewStamp:
    plain = dict.fromkeys(NewStamp._fields)
    given = {
        "account_id": alice.account_id,
        "actor_kind": "system",
        "channel": "cli",
        "card_id": ALICES_CARD,
        "code": code,
        "domain": "https://vvd.bz",
        "needs_domain": False,
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "active": True,
        "user_id": "u",
        "created_at": 1,
        "local_day": "2026-03-02",
        "stamps": 0,
    }
    return NewStamp(**{**plain, **given})


def _run(url: str, work: Callable[[Database], Awaitable[object]]) -> None:
    async def main() -> None:
        db = open_database(url, connections=2)
        await db.start()
        try:
            await work(db)
        finally:
            await db.close()

    asyncio.run(main())


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


class TestPruning:
    @pytest.fixture
    def rows(self, data: Data, clock: FakeClock) -> Iterator[Callable[[], dict[str, list[int]]]]:
        """Events of 1, 29 and 31 days, and answers of 1, 23 and 25 hours; the ages of those that are still there."""
        alice = open_account(data, card_id=ALICES_CARD, now_us=1)
        now_us = clock.now_us()
        for days in (1, 29, 31):
            data.run(
                "INSERT INTO event (account_id, stamp_id, card_id, type, data, created_at) "
                "VALUES (:account, :age, 0, 'x', '{}', :at)",
                account=alice.account_id,
                age=days,
                at=now_us - days * _DAY_US,
            )
        for hours in (1, 23, 25):
            data.run(
                "INSERT INTO idempotency (account_id, key_digest, fingerprint, answer, created_at) "
                "VALUES (:account, :age, '', '', :at)",
                account=alice.account_id,
                age=str(hours),
                at=now_us - hours * _HOUR_US,
            )

        def left() -> dict[str, list[int]]:
            return {
                "events": sorted(int(row["stamp_id"]) for row in data.rows("SELECT stamp_id FROM event")),
                "answers": sorted(int(row["key_digest"]) for row in data.rows("SELECT key_digest FROM idempotency")),
            }

        return left

    @staticmethod
    async def _prune(db: Database, *, clock: FakeClock, until: Callable[[], bool]) -> None:
        pruning = asyncio.create_task(prune_forever(db, clock=clock, keep_days=30, every_s=3600))
        await asyncio.to_thread(wait_for, until)
        pruning.cancel()
        with suppress(asyncio.CancelledError):
            await pruning

    def test_what_is_too_old_goes(self, data: Data, clock: FakeClock, rows: Callable[[], dict[str, list[int]]]) -> None:
        expected = {"events": [1, 29], "answers": [1, 23]}
        _run(data.url, partial(self._prune, clock=clock, until=lambda: rows() == expected))
        assert rows() == expected

    def test_a_fault_of_one_table_leaves_the_other_pruned(self, data: Data, clock: FakeClock) -> None:
        data.run("DROP TABLE webhook_attempt")
        now_us = clock.now_us() - 25 * _HOUR_US
        data.run("INSERT INTO idempotency VALUES (1, 'k', '', '', :at)", at=now_us)
        with capture_logs() as logs:
            _run(data.url, partial(self._prune, clock=clock, until=lambda: data.count("idempotency") == 0))
        assert [(line["event"], line["log_level"]) for line in logs] == [("prune failed", "error")]


class TestProof:
    @pytest.fixture
    def alice(self, data: Data) -> Person:
        alice = open_account(data, card_id=ALICES_CARD, now_us=1)
        data.write(issue_batch, [_new_stamp(alice, f"{number:016}") for number in range(3)])
        return alice

    @staticmethod
    def _prove(data: Data, clock: FakeClock) -> tuple[list[tuple[int, int]], list[Any]]:
        """What was told when it ended, and what was logged."""
        told: list[tuple[int, int]] = []
        work = prove_once(partial(open_database, data.url, connections=1), clock=clock, on_proved=lambda *it: told.append(it))
        with capture_logs() as logs:
            asyncio.run(work)
        return told, logs

    @pytest.mark.usefixtures("alice")
    def test_all_is_well(self, data: Data, clock: FakeClock) -> None:
        told, logs = self._prove(data, clock)
        assert told == [(0, clock.now_us())]
        assert logs == [{"event": "ledger proved", "log_level": "info", "stamps": 3, "differences": 0, "seconds": 0.0}]

    def test_every_difference_is_an_error_in_the_log(self, data: Data, alice: Person, clock: FakeClock) -> None:
        data.run("UPDATE stamp SET stamps = stamp_id WHERE stamp_id > 1")
        told, logs = self._prove(data, clock)
        assert told == [(2, clock.now_us())]
        assert [line for line in logs if line["log_level"] == "error"] == [
            {
                "event": "ledger difference",
                "log_level": "error",
                "account": alice.account_id,
                "stamp": stamp,
                "what": "count",
                "expected": "0 by its ledger",
                "found": str(stamp),
            }
            for stamp in (2, 3)
        ]

    @pytest.mark.usefixtures("alice")
    def test_another_process_that_proves_is_left_alone(self, data: Data, clock: FakeClock) -> None:
        def meanwhile(tx: Tx) -> tuple[list[tuple[int, int]], list[Any]]:
            assert proof_queries.lock(tx)
            return self._prove(data, clock)

        with Data(data.url) as other:
            told, logs = other.read(meanwhile)
        if data.dialect == "postgresql":
            assert (told, [line["event"] for line in logs]) == ([], ["another process proves the ledger"])
        else:
            assert told == [(0, clock.now_us())]
        # The lock goes with the transaction that had it.
        assert self._prove(data, clock)[0] == [(0, clock.now_us())]


class TestProofEveryDay:
    def test_it_waits_for_its_second_of_the_day_and_outlives_faults(self, data: Data, clock: FakeClock) -> None:
        waits: list[float] = []
        told: list[int] = []

        async def sleep(seconds: float) -> None:
            waits.append(seconds)
            clock.advance(seconds=seconds)
            if len(waits) == 4:
                raise asyncio.CancelledError
            if len(waits) == 2:
                data_was_there.clear()

        data_was_there = asyncio.Event()
        data_was_there.set()

        def open_own() -> Database:
            if not data_was_there.is_set():
                data_was_there.set()
                raise OSError("the disk is away")
            return open_database(data.url, connections=1)

        async def work(db: Database) -> None:
            with suppress(asyncio.CancelledError):
                await prove_forever(
                    db, open_own=open_own, clock=clock, on_proved=lambda number, _: told.append(number), sleep=sleep
                )

        with capture_logs() as logs:
            _run(data.url, work)
        assert told == [0]
        assert [line["event"] for line in logs] == ["ledger proved", "proof of the ledger failed"]
        # First to its second, a day later to the same one, where it fails, a pause, and on to the second again.
        first, second, pause, third = waits
        assert 600 <= first < 600 + 86_400
        assert second == pytest.approx(86_400, abs=0.001)
        assert (pause, third) == (600, pytest.approx(86_400 - 600, abs=0.001))

    @pytest.mark.parametrize(
        ("offset_s", "now_s", "wait_s"),
        [(3600, 0, 3600), (600, 0, 600), (599, 0, 86_999), (0, 0, 86_400), (0, 3600, 82_800), (100, 86_300, 86_600)],
    )
    def test_it_is_never_soon(self, offset_s: int, now_s: int, wait_s: int) -> None:
        assert seconds_to(offset_s, now_s * 1_000_000) == wait_s


class TestDomains:
    @pytest.fixture
    def origin(self, data: Data, clock: FakeClock, name_server: NameServer) -> str:
        """A fresh domain of Alice's, its record in the DNS."""
        alice = open_account(data, now_us=clock.now_us())
        host = f"worker.{data.dialect}.example"
        add_domain(data, alice.account_id, f"https://{host}", verified=False, now_us=clock.now_us())
        (row,) = data.rows("SELECT token FROM domain")
        name_server.set_text(f"_stampwell.{host}", f"stampwell-domain={row['token']}")
        return f"https://{host}"

    @staticmethod
    def _checker(name_server: NameServer) -> DomainChecker:
        return DomainChecker(name_servers=[Asked("127.0.0.1", name_server.port)], files=FileReader(allow_private=False))

    def test_a_proof_is_found_without_anybody_asking(
        self, data: Data, clock: FakeClock, name_server: NameServer, origin: str
    ) -> None:
        _run(data.url, partial(check_due, checker=self._checker(name_server), clock=clock))
        (row,) = data.rows("SELECT origin, verified_by, checked_at FROM domain")
        assert row == {"origin": origin, "verified_by": "dns", "checked_at": clock.now_us()}

    @pytest.mark.one_database
    def test_ten_at_once_are_the_most(self, data: Data, clock: FakeClock, name_server: NameServer) -> None:
        alice = open_account(data, now_us=clock.now_us())
        for number in range(25):
            add_domain(data, alice.account_id, f"https://many{number}.example", verified=False, now_us=clock.now_us())
        name_server.slow_s, name_server.most_at_once = 0.05, 0
        _run(data.url, partial(check_due, checker=self._checker(name_server), clock=clock))
        name_server.slow_s = 0
        assert data.rows("SELECT COUNT(*) AS n FROM domain WHERE checked_at IS NOT NULL") == [{"n": 25}]
        assert 1 < name_server.most_at_once <= 10

    @pytest.mark.usefixtures("origin")
    def test_it_goes_on_after_a_fault(self, data: Data, clock: FakeClock, name_server: NameServer) -> None:
        turns = []

        async def sleep(seconds: float) -> None:
            turns.append(seconds)
            if len(turns) == 1:
                await asyncio.to_thread(data.run, "ALTER TABLE domain RENAME TO elsewhere")
            elif len(turns) == 2:
                await asyncio.to_thread(data.run, "ALTER TABLE elsewhere RENAME TO domain")
            else:
                raise asyncio.CancelledError

        async def work(db: Database) -> None:
            with suppress(asyncio.CancelledError):
                await check_domains_forever(db, checker=self._checker(name_server), clock=clock, sleep=sleep)

        with capture_logs() as logs:
            _run(data.url, work)
        assert [line["event"] for line in logs] == ["check of domains failed"]
        assert data.rows("SELECT verified_by FROM domain") == [{"verified_by": "dns"}]


class TestMetrics:
    def test_what_the_last_proof_found_and_when(self, own_shop: Shop) -> None:
        assert own_shop.metric("stampwell_ledger_differences") == 0
        assert own_shop.metric("stampwell_ledger_proved_timestamp_seconds") == 0
        own_shop.app.metrics.observe_proof(3, 1_764_000_000_500_000)
        assert own_shop.metric("stampwell_ledger_differences") == 3
        assert own_shop.metric("stampwell_ledger_proved_timestamp_seconds") == 1_764_000_000.5
