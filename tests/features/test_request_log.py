"""The log of requests: what is found in it, page by page, how it is written, and what it forgets."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import chain, count

import pytest
from structlog.testing import capture_logs

from kit.clock import FakeClock
from kit.data import Data
from kit.databases import Databases
from stampwell.db.database import Database
from stampwell.db.opening import open_database
from stampwell.features.request_log import service
from stampwell.features.request_log.blocks import Entry, RequestRow, pack, unpack
from stampwell.features.request_log.model import NEWEST, LoggedRequest, Position
from stampwell.features.request_log.recorder import Recorder

ALICE, CHARLIE = 1, 2
NOW_US = FakeClock().now_us()
SECOND_US = 1_000_000
DAY_US = 24 * 3600 * SECOND_US

ADD = "/api/stamp/v1/add"


@dataclass(frozen=True)
class Holder:
    """Whose requests are recorded."""

    account_id: int
    key_id: int = 7


def _entry(number: int, *, code: int = 0, key_id: int = 7, began_at: int | None = None) -> Entry:
    began_at = NOW_US + number if began_at is None else began_at
    return (began_at, "PUT", ADD, code // 100 if code else 200, code, f"request-{number}", 800, key_id)


def _told(number: int, *, code: int = 0) -> RequestRow:
    return _entry(number, code=code)[:7]


def _write(data: Data, account_id: int, entries: Sequence[Entry], *, size: int = 1000) -> None:
    blocks = [pack(account_id, entries[start : start + size]) for start in range(0, len(entries), size)]
    data.write(service.write, blocks=blocks)


def _all(data: Data, account_id: int, *, limit: int, **filters: int | bool) -> list[list[str]]:
    """The request ids of every page."""
    pages, before = [], NEWEST
    for _ in count():
        page = data.read(service.page_requests, account_id, limit=limit, before=before, **filters)
        pages.append([request.request_id for request in page.requests])
        if page.older is None:
            return pages
        before = page.older
    raise AssertionError


def _ids(numbers: Sequence[int]) -> list[str]:
    return [f"request-{number}" for number in numbers]


class TestPages:
    def test_a_request_comes_back_as_it_was(self, data: Data) -> None:
        _write(data, ALICE, [(NOW_US, "POST", "/api/stamp/v1/create", 400, 40002, "a:b/c", 1234, 7)])
        page = data.read(service.page_requests, ALICE, limit=10)
        assert page.requests == [LoggedRequest(NOW_US, "POST", "/api/stamp/v1/create", 400, 40002, "a:b/c", 1234, 7)]
        assert page.older is None

    def test_an_empty_log_is_one_empty_page(self, data: Data) -> None:
        assert data.read(service.page_requests, ALICE, limit=10) == ([], None)

    @pytest.mark.parametrize("size", [1, 7, 1000])
    @pytest.mark.parametrize("limit", [10, 100, 150, 200])
    def test_newest_first_and_each_once_however_they_are_stored(self, data: Data, size: int, limit: int) -> None:
        _write(data, ALICE, [_entry(number) for number in range(150)], size=size)
        pages = _all(data, ALICE, limit=limit)
        assert list(chain.from_iterable(pages)) == _ids(range(149, -1, -1))
        assert [len(page) for page in pages] == [limit] * (150 // limit) + [150 % limit] * (150 % limit > 0)

    def test_of_one_key(self, data: Data) -> None:
        _write(data, ALICE, [_entry(number, key_id=number % 3) for number in range(30)], size=4)
        assert list(chain.from_iterable(_all(data, ALICE, limit=4, key_id=2))) == _ids(range(29, 0, -3))

    def test_of_refused_ones_alone(self, data: Data) -> None:
        entries = [_entry(number, code=40002 if number in {3, 4, 28} else 0, key_id=number % 2) for number in range(30)]
        _write(data, ALICE, entries, size=4)
        assert _all(data, ALICE, limit=10, refused_only=True) == [_ids([28, 4, 3])]
        assert _all(data, ALICE, limit=10, refused_only=True, key_id=1) == [_ids([3])]

    def test_another_accounts_are_never_shown(self, data: Data) -> None:
        _write(data, ALICE, [_entry(1, code=40002)])
        _write(data, CHARLIE, [_entry(2, code=40002)])
        position = Position(data.rows("SELECT MAX(block_id) AS last FROM request_block")[0]["last"], 1)
        for before in (NEWEST, position):
            page = data.read(service.page_requests, ALICE, limit=10, before=before)
            assert [request.request_id for request in page.requests] == ["request-1"]
        assert data.read(service.refusals_since, CHARLIE, 0).by_code == {40002: 1}

    def test_newer_ones_do_not_move_a_page(self, data: Data) -> None:
        _write(data, ALICE, [_entry(number) for number in range(10)])
        first = data.read(service.page_requests, ALICE, limit=4)
        _write(data, ALICE, [_entry(number) for number in range(10, 20)])
        assert first.older is not None
        second = data.read(service.page_requests, ALICE, limit=4, before=first.older)
        assert [request.request_id for request in second.requests] == _ids([5, 4, 3, 2])

    def test_a_page_whose_block_was_pruned_goes_on_with_older_ones(self, data: Data) -> None:
        _write(data, ALICE, [_entry(number) for number in range(10)], size=5)
        first = data.read(service.page_requests, ALICE, limit=2)
        assert first.older is not None
        data.run("DELETE FROM request_block WHERE block_id = :block", block=first.older.block_id)
        second = data.read(service.page_requests, ALICE, limit=9, before=first.older)
        assert [request.request_id for request in second.requests] == _ids([4, 3, 2, 1, 0])

    def test_what_is_rare_among_very_many_is_found_over_several_pages(self, data: Data) -> None:
        _write(data, ALICE, [_entry(number, key_id=5 if number == 3 else 7) for number in range(20_000)])
        pages = _all(data, ALICE, limit=10, key_id=5)
        assert list(chain.from_iterable(pages)) == _ids([3])
        assert len(pages) == 4

    def test_so_it_is_among_very_many_small_blocks(self, data: Data) -> None:
        _write(data, ALICE, [_entry(number, key_id=5 if number == 3 else 7) for number in range(700)], size=1)
        pages = _all(data, ALICE, limit=10, key_id=5)
        assert list(chain.from_iterable(pages)) == _ids([3])
        assert len(pages) == 3


class TestRefusals:
    def test_they_are_counted_by_code_since_an_instant(self, data: Data) -> None:
        codes = [0, 40002, 42901, 0, 40002, 40402]
        _write(data, ALICE, [_entry(number, code=code) for number, code in enumerate(codes)], size=2)
        assert data.read(service.refusals_since, ALICE, NOW_US) == ({40002: 2, 42901: 1, 40402: 1}, True)
        assert data.read(service.refusals_since, ALICE, NOW_US + 2) == ({40002: 1, 42901: 1, 40402: 1}, True)
        # The last moment of a block.
        assert data.read(service.refusals_since, ALICE, NOW_US + 5) == ({40402: 1}, True)
        assert data.read(service.refusals_since, ALICE, NOW_US + 6) == ({}, True)

    def test_those_of_a_clock_that_was_ahead_are_not_counted(self, data: Data) -> None:
        _write(data, ALICE, [_entry(number, code=40002) for number in (0, 1, 9_000_000)])
        assert data.read(service.refusals_since, ALICE, NOW_US, until_us=NOW_US + 1).by_code == {40002: 2}

    def test_of_very_many_the_newest_are_counted_and_it_says_so(self, data: Data) -> None:
        _write(data, ALICE, [_entry(number, code=42901) for number in range(9000)])
        assert data.read(service.refusals_since, ALICE, NOW_US) == ({42901: 5000}, False)
        assert data.read(service.refusals_since, ALICE, NOW_US + 8000) == ({42901: 1000}, True)


class TestPruning:
    def test_what_is_older_than_the_instant_goes_in_small_bites(self, data: Data) -> None:
        old = [_entry(number, began_at=NOW_US - service.KEPT_US - 500 + number) for number in range(500)]
        _write(data, ALICE, old, size=1)
        _write(data, CHARLIE, [_entry(1, began_at=NOW_US - service.KEPT_US)])
        batches = [data.write(service.prune, before_us=NOW_US - service.KEPT_US) for _ in range(4)]
        assert batches == [200, 200, 100, 0]
        assert [row["account_id"] for row in data.rows("SELECT account_id FROM request_block")] == [CHARLIE]

    def test_a_block_goes_with_its_newest_request(self, data: Data) -> None:
        _write(data, ALICE, [_entry(0, began_at=NOW_US - DAY_US), _entry(1)])
        assert data.write(service.prune, before_us=NOW_US) == 0
        assert data.write(service.prune, before_us=NOW_US + 2) == 1


def _with_recorder(data: Data, story: Callable[[Recorder], Awaitable[None]], *, dropped: list[int] | None = None) -> None:
    async def run() -> None:
        db = open_database(data.url, connections=1)
        await db.start()
        try:
            await story(Recorder(db, on_dropped=lambda: None if dropped is None else dropped.append(1)))
        finally:
            await db.close()

    asyncio.run(run())


class TestRecorder:
    def test_each_account_has_blocks_of_its_own_of_at_most_a_thousand(self, data: Data) -> None:
        async def story(recorder: Recorder) -> None:
            for number in range(2500):
                recorder.record(Holder(ALICE), _told(number))
            recorder.record(Holder(CHARLIE, key_id=8), _told(1, code=40402))
            assert await recorder.write()
            assert await recorder.write()

        _with_recorder(data, story)
        rows = data.rows("SELECT account_id, requests, refused, ends_at FROM request_block ORDER BY account_id, block_id")
        sizes = [(row["account_id"], row["requests"], row["refused"]) for row in rows]
        assert sizes == [(ALICE, 1000, 0), (ALICE, 1000, 0), (ALICE, 500, 0), (CHARLIE, 1, 1)]
        assert rows[0]["ends_at"] == NOW_US + 999
        assert list(chain.from_iterable(_all(data, ALICE, limit=100))) == _ids(range(2499, -1, -1))
        assert data.read(service.page_requests, CHARLIE, limit=1).requests[0].key_id == 8

    def test_a_whole_block_is_due_at_once(self, data: Data) -> None:
        async def story(recorder: Recorder) -> None:
            for number in range(999):
                recorder.record(Holder(ALICE), _told(number))
            waiting = asyncio.ensure_future(recorder.due(60))
            await asyncio.sleep(0.01)
            assert not waiting.done()
            recorder.record(Holder(ALICE), _told(999))
            await asyncio.wait_for(waiting, 5)

        _with_recorder(data, story)

    def test_so_many_wait_and_the_others_are_counted_as_lost(self, data: Data) -> None:
        dropped: list[int] = []

        async def story(recorder: Recorder) -> None:
            for number in range(20_003):
                recorder.record(Holder(ALICE), _told(number))
            assert len(dropped) == 3
            await recorder.write()
            recorder.record(Holder(ALICE), _told(20_003))
            await recorder.close()

        _with_recorder(data, story, dropped=dropped)
        assert len(dropped) == 3
        found = list(chain.from_iterable(_all(data, ALICE, limit=1000)))
        assert (len(found), found[0], found[1]) == (20_001, "request-20003", "request-19999")

    def test_what_the_database_did_not_take_is_kept_and_written_later(self, data: Data) -> None:
        async def story(db: Database) -> None:
            recorder = Recorder(db, on_dropped=lambda: None)
            recorder.record(Holder(ALICE), _told(1))
            with capture_logs() as logs:
                assert not await recorder.write()
            assert [(line["event"], line["requests"]) for line in logs] == [("requests not logged yet", 1)]
            recorder.record(Holder(ALICE), _told(2))
            await db.start()
            assert await recorder.write()

        async def run() -> None:
            # Not started yet: it refuses as one that cannot be reached.
            db = open_database(data.url, connections=1)
            try:
                await story(db)
            finally:
                await db.close()

        asyncio.run(run())
        assert list(chain.from_iterable(_all(data, ALICE, limit=10))) == _ids([2, 1])

    def test_two_who_write_at_once_store_each_once(self, data: Data) -> None:
        async def run() -> None:
            db = open_database(data.url, connections=2)
            recorder = Recorder(db, on_dropped=lambda: None)
            for account_id in range(1, 301):
                recorder.record(Holder(account_id), _told(account_id))
            # Not started yet, it takes nothing.
            assert not await recorder.write()
            await db.start()
            try:
                assert await asyncio.gather(recorder.write(), recorder.write()) == [True, True]
            finally:
                await db.close()

        asyncio.run(run())
        stored = [row["account_id"] for row in data.rows("SELECT account_id FROM request_block")]
        assert sorted(stored) == list(range(1, 301))


def test_a_block_is_small(databases: Databases) -> None:
    del databases
    entries = [_entry(number) for number in range(1000)]
    block = pack(ALICE, entries)
    assert len(block.entries) < 30_000
    assert unpack(block.entries) == [LoggedRequest(*entry) for entry in entries]
