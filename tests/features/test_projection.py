"""What is derived from the ledger: counts of days, and words; nothing twice and nothing left out."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import psycopg
import pytest
from psycopg.rows import dict_row

from kit.data import Data
from kit.people import ALICES_CARD, SEOUL, Person, open_account
from kit.projection import project
from stampwell.core.actors import Actor
from stampwell.core.days import find_zone
from stampwell.db.database import Database, Tx
from stampwell.db.opening import open_database
from stampwell.db.postgres import _PostgresTx
from stampwell.features.stamps import redeeming, service
from stampwell.features.stamps.issuing import issue_batch
from stampwell.features.stamps.ledger import projection as digesting
from stampwell.features.stamps.ledger.daily_counts import DayCount, daily_counts
from stampwell.features.stamps.marking import Marking, mark_batch
from stampwell.features.stamps.model import EventMeta, Issued, NewStamp
from stampwell.workers.projection import LedgerProjection, Turn, _pause_s

_BOB = Actor("staff", 7, "dashboard")
# Half past eight in the morning of 2 March in Seoul: the day before in UTC.
_NOW = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
_NOW_US = int(_NOW.timestamp()) * 1_000_000
_DAY_US = 86_400_000_000
_TODAY = date(2026, 3, 2)


def _new_stamp(person: Person, number: int, **fields: object) -> NewStamp:
    plain = dict.fromkeys(NewStamp._fields)
    given = {
        "account_id": person.account_id,
        "actor_kind": "system",
        "channel": "cli",
        "card_id": person.card_id,
        "code": f"{number:016}",
        "domain": "https://vvd.bz",
        "needs_domain": False,
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "active": True,
        "user_id": f"u{number}",
        "created_at": _NOW_US,
        "local_day": "2026-03-02",
        "stamps": 0,
    }
    return NewStamp(**{**plain, **given, **fields})


def _issue(data: Data, person: Person, number: int, **fields: object) -> int:
    (outcome,) = data.write(issue_batch, [_new_stamp(person, number, **fields)])
    assert isinstance(outcome, Issued)
    return outcome.stamp_id


def _meta(at_us: int = _NOW_US) -> EventMeta:
    zone = find_zone(SEOUL)
    assert zone is not None
    return EventMeta(_BOB, at_us, zone)


def _mark(data: Data, person: Person, stamp: int, marks: int, at_us: int = _NOW_US) -> None:
    (outcome,) = data.write(mark_batch, [Marking(person.account_id, stamp, marks, _meta(at_us))])
    assert not isinstance(outcome, Exception), outcome


def _update(data: Data, person: Person, stamp: int, **given: object) -> None:
    change = service.StampChange(given)
    data.write(service.update, person.account_id, stamp, change, meta=_meta())


def _words(data: Data, stamp: int) -> set[str]:
    return {row["word"] for row in data.rows("SELECT word FROM stamp_word WHERE stamp_id = :stamp", stamp=stamp)}


@pytest.fixture
def alice(data: Data) -> Person:
    return open_account(data, card_id=ALICES_CARD, max_stamps=3, now_us=_NOW_US)


class TestCountsOfDays:
    def test_they_add_up_by_kind_in_the_accounts_time_zone(self, data: Data, alice: Person) -> None:
        first, second = _issue(data, alice, 1), _issue(data, alice, 2)
        _mark(data, alice, first, 3)
        _mark(data, alice, second, 2)
        _mark(data, alice, second, -1)
        data.write(redeeming.redeem, alice.account_id, first, checked_hash=None, meta=_meta())
        _mark(data, alice, second, 1, _NOW_US + _DAY_US)
        project(data)
        assert data.read(daily_counts, alice.account_id, _TODAY) == {
            _TODAY: DayCount(issued=2, marks=4, redeemed=1),
            date(2026, 3, 3): DayCount(marks=1),
        }

    def test_days_before_the_first_that_is_wanted_are_left_out(self, data: Data, alice: Person) -> None:
        _issue(data, alice, 1)
        project(data)
        assert data.read(daily_counts, alice.account_id, date(2026, 3, 3)) == {}

    def test_they_are_the_accounts_own(self, data: Data, alice: Person) -> None:
        charlie = open_account(data, name="Charlie's", now_us=_NOW_US)
        _issue(data, alice, 1)
        project(data)
        assert data.read(daily_counts, charlie.account_id, _TODAY) == {}

    def test_a_second_look_counts_nothing_twice(self, data: Data, alice: Person) -> None:
        for number in range(3):
            _issue(data, alice, number)
            project(data)
        project(data)
        assert data.read(daily_counts, alice.account_id, _TODAY) == {_TODAY: DayCount(issued=3)}

    def test_of_two_processes_that_read_the_same_one_counts(self, data: Data, alice: Person) -> None:
        _issue(data, alice, 1)
        last = data.read(digesting.read_offset).last
        batches = [data.read(digesting.read_batch, last=last, limit=10) for _ in range(2)]
        assert [batch is not None and data.write(digesting.apply_batch, batch) for batch in batches] == [True, False]
        assert data.read(daily_counts, alice.account_id, _TODAY) == {_TODAY: DayCount(issued=1)}

    def test_a_long_ledger_is_caught_up_with_a_bite_at_a_time(self, data: Data, alice: Person) -> None:
        stamps = [_new_stamp(alice, number) for number in range(1500)]
        data.write(issue_batch, stamps)
        project(data, turns=1)
        assert data.read(daily_counts, alice.account_id, _TODAY) == {_TODAY: DayCount(issued=1000)}
        project(data, turns=1)
        assert data.read(daily_counts, alice.account_id, _TODAY) == {_TODAY: DayCount(issued=1500)}


class TestWords:
    def test_a_stamp_is_found_by_what_is_known_of_its_customer(self, data: Data, alice: Person) -> None:
        known = {
            "user_id": "Seat-12",
            "user_name": "Jean-Luc \uff2b\uff29\uff2d",
            "user_phone": "+82 10-1234-5678",
            "user_email": "Jean.Luc@Example.com",
        }
        stamp = _issue(data, alice, 1, **known)
        project(data)
        phone = {"821012345678", "01012345678", "12345678", "5678"}
        assert _words(data, stamp) == {"jeanluc", "jean", "luc", "kim", "seat12", "jeanlucexamplecom", "-0001"} | phone

    def test_a_change_replaces_them(self, data: Data, alice: Person) -> None:
        stamp = _issue(data, alice, 1, user_name="Kim")
        project(data)
        _update(data, alice, stamp, user_name="Lee")
        project(data)
        assert _words(data, stamp) == {"lee", "u1", "-0001"}

    def test_a_stamp_without_any_is_found_by_the_end_of_its_code(self, data: Data, alice: Person) -> None:
        stamp = _issue(data, alice, 1)
        project(data)
        _update(data, alice, stamp, user_id="-")
        project(data)
        assert _words(data, stamp) == {"-0001"}

    def test_they_go_with_the_stamp(self, data: Data, alice: Person) -> None:
        stamp = _issue(data, alice, 1, user_name="Kim")
        project(data)
        data.write(service.delete, alice.account_id, stamp, meta=_meta())
        assert _words(data, stamp) == set()

    def test_a_stamp_that_was_deleted_before_gets_none(self, data: Data, alice: Person) -> None:
        stamp, other = _issue(data, alice, 1), _issue(data, alice, 2)
        batch = data.read(digesting.read_batch, last=data.read(digesting.read_offset).last, limit=10)
        data.write(service.delete, alice.account_id, stamp, meta=_meta())
        assert batch is not None
        assert data.write(digesting.apply_batch, batch)
        assert (_words(data, stamp), _words(data, other)) == (set(), {"u2", "-0002"})


@pytest.mark.one_database("postgresql")
class TestLedgerOutOfOrder:
    """PostgreSQL gives the numbers of events before their transactions commit. SQLite has one writer at a time."""

    def test_what_comes_to_light_late_is_digested_too(self, data: Data, alice: Person) -> None:
        with _transaction(data) as late:
            issue_batch(late, [_new_stamp(alice, 1)])
            # Its event has a higher number, and is there before the other one's.
            _issue(data, alice, 2)
            project(data, turns=3)
            assert (data.count("daily_count"), data.count("stamp_word")) == (0, 0)
        project(data)
        assert data.read(daily_counts, alice.account_id, _TODAY) == {_TODAY: DayCount(issued=2)}
        assert data.count("stamp_word") == 4

    def test_also_where_its_transaction_is_younger_than_any_that_has_ended(self, data: Data, alice: Person) -> None:
        with _transaction(data) as late:
            with _transaction(data) as early:
                early.one("SELECT CAST(pg_current_xact_id() AS text) AS number")
                issue_batch(late, [_new_stamp(alice, 1)])
                issue_batch(early, [_new_stamp(alice, 2)])
            project(data, turns=3)
            assert data.count("daily_count") == 0
        project(data)
        assert data.read(daily_counts, alice.account_id, _TODAY) == {_TODAY: DayCount(issued=2)}


@contextmanager
def _transaction(data: Data) -> Iterator[Tx]:
    """Open until the end of the block."""
    with psycopg.connect(data.url, row_factory=dict_row) as connection:
        yield _PostgresTx(connection)


class _Ledger:
    """A worker that is asked for turns, a second apart unless told otherwise."""

    def __init__(self, data: Data) -> None:
        self.turns: list[Turn] = []
        self.now_s = 0.0
        self._data = data

    def take(self, turns: int, between: Callable[[], object] = lambda: None) -> list[Turn]:
        async def main() -> None:
            db = open_database(self._data.url, connections=1)
            await db.start()
            try:
                reader = LedgerProjection(db, clock_s=lambda: self.now_s)
                for _ in range(turns):
                    self.turns.append(await reader.turn())
                    self.now_s += 1.0
                    await asyncio.to_thread(between)
            finally:
                await db.close()

        asyncio.run(main())
        return self.turns


class TestTheWorker:
    def test_tells_when_more_waits_after_a_long_stop(self, data: Data, alice: Person) -> None:
        data.write(issue_batch, [_new_stamp(alice, number) for number in range(2500)])
        assert _Ledger(data).take(4) == [Turn.MORE, Turn.MORE, Turn.DONE, Turn.DONE]
        assert data.read(daily_counts, alice.account_id, _TODAY) == {_TODAY: DayCount(issued=2500)}

    def test_takes_small_bites_while_the_ledger_grows_quickly(self, data: Data, alice: Person) -> None:
        numbers = iter(range(10_000))

        def rush() -> None:
            with Data(data.url) as other:
                other.write(issue_batch, [_new_stamp(alice, next(numbers)) for _ in range(400)])

        rush()
        _Ledger(data).take(3, rush)
        # The first turn has nothing to compare with, and takes all there is. The others take 300 at most: the third one what is
        # left of those that the second one saw.
        assert data.read(daily_counts, alice.account_id, _TODAY) == {_TODAY: DayCount(issued=400 + 300 + 100)}

    def test_of_two_processes_the_slower_one_stands_aside(self, data: Data, alice: Person) -> None:
        _issue(data, alice, 1)
        slept: list[float] = []

        async def main() -> None:
            databases = [open_database(data.url, connections=1) for _ in range(2)]
            for db in databases:
                await db.start()
            try:
                # Both have read the same before either writes.
                batches = [await db.read(digesting.read_batch, last=1, limit=10) for db in databases]
                assert [
                    batch is not None and await db.write(digesting.apply_batch, batch)
                    for batch, db in zip(batches, databases, strict=True)
                ] == [True, False]
                slept.extend(_pause_s(turn, 0.25) for turn in (Turn.DONE, Turn.MORE, Turn.LOST))
            finally:
                for db in databases:
                    await db.close()

        asyncio.run(main())
        assert slept == [1.0, 0.25, 10.0]
        assert data.read(daily_counts, alice.account_id, _TODAY) == {_TODAY: DayCount(issued=1)}

    def test_two_of_them_at_once_digest_everything_once(self, data: Data, alice: Person) -> None:
        data.write(issue_batch, [_new_stamp(alice, number, user_name=f"Kim {number}") for number in range(3500)])

        async def work(db: Database) -> None:
            reader = LedgerProjection(db)
            while (read := await db.read(digesting.read_offset)).offset < read.last:
                await reader.turn()

        async def main() -> None:
            databases = [open_database(data.url, connections=1) for _ in range(2)]
            for db in databases:
                await db.start()
            await asyncio.gather(*(work(db) for db in databases))
            for db in databases:
                await db.close()

        asyncio.run(main())
        assert data.read(daily_counts, alice.account_id, _TODAY) == {_TODAY: DayCount(issued=3500)}
        assert data.count("stamp_word") == 4 * 3500
