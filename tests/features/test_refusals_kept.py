"""Refused tries as they are kept: counted together, bounded, written later, and gone after a month or with their stamp."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from kit.data import Data
from kit.people import open_account
from kit.search_shop import NOW_US, SearchShop
from stampwell.core.actors import OPERATOR, Actor
from stampwell.core.errors import DatabaseUnavailable
from stampwell.core.units import DAY_US
from stampwell.db.database import Database, Tx
from stampwell.db.opening import open_database
from stampwell.features.stamps.errors import StampExpired, StampNotFound, TooSoon
from stampwell.features.stamps.refused import refusal_recorder
from stampwell.features.stamps.refused.refusal_recorder import RefusalRecorder
from stampwell.features.stamps.refused.refused_model import WINDOW_US, RefusedTry
from stampwell.features.stamps.refused.refused_tries import heal_refused, list_refused, prune_refused

BOB = Actor("staff", 7, "dashboard", "Bob")
EXPIRED = StampExpired(ends_on="2026-01-01", today="2026-03-02")
SOON = TooSoon(cooldown_s=60, retry_after_s=5, headers={})
# At the beginning of a window.
START_US = NOW_US - NOW_US % WINDOW_US


@pytest.fixture
def search_shop(data: Data) -> SearchShop:
    return SearchShop(data, open_account(data, max_stamps=3, now_us=NOW_US))


def _record(data: Data, story: Callable[[RefusalRecorder, Database], Awaitable[None]]) -> None:
    async def main() -> None:
        db = open_database(data.url, connections=1)
        await db.start()
        try:
            await story(RefusalRecorder(db), db)
        finally:
            await db.close()

    asyncio.run(main())


def _kept(search_shop: SearchShop, stamp: int, *, limit: int = 50) -> list[RefusedTry]:
    account_id = search_shop.person.account_id
    return search_shop.data.read(list_refused, account_id, stamp, since=0, until=2**62, limit=limit)


def test_those_of_one_reason_and_actor_within_ten_minutes_are_a_row(search_shop: SearchShop) -> None:
    stamp, account_id = search_shop.issue(code="ABCDEFGH12345678"), search_shop.person.account_id

    async def story(recorder: RefusalRecorder, _: Database) -> None:
        for named, refusal, actor, seconds in (
            (stamp, SOON, BOB, 0),
            ("ABCDEFGH12345678", SOON, BOB, 1),
            (stamp, EXPIRED, BOB, 2),
            (stamp, SOON, OPERATOR, 3),
            (stamp, SOON, BOB, 600),
        ):
            recorder.note(refusal, account_id=account_id, stamp=named, actor=actor, now_us=START_US + seconds * 1_000_000)
        assert await recorder.write()
        recorder.note(SOON, account_id=account_id, stamp=stamp, actor=BOB, now_us=START_US + 4_000_000)
        assert await recorder.write()

    _record(search_shop.data, story)
    assert [
        (one.reason, one.actor_id, one.tries, (one.tried_at - START_US) // 1_000_000) for one in _kept(search_shop, stamp)
    ] == [
        ("too_soon", 7, 1, 600),
        ("too_soon", 7, 3, 4),
        ("too_soon", None, 1, 3),
        ("expired", 7, 1, 2),
    ]


def test_other_refusals_and_stamps_of_nobody_leave_nothing(search_shop: SearchShop) -> None:
    stamp, account_id = search_shop.issue(), search_shop.person.account_id

    async def story(recorder: RefusalRecorder, _: Database) -> None:
        recorder.note(StampNotFound(stamp=stamp), account_id=account_id, stamp=stamp, actor=BOB, now_us=START_US)
        for nobodys in (stamp + 1, "0000000000000000"):
            recorder.note(SOON, account_id=account_id, stamp=nobodys, actor=BOB, now_us=START_US)
        recorder.note(SOON, account_id=account_id + 1, stamp=stamp, actor=BOB, now_us=START_US)
        assert await recorder.write()

    _record(search_shop.data, story)
    assert search_shop.data.count("refused_try") == 0


def test_no_more_than_so_many_wait_in_memory(search_shop: SearchShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusal_recorder, "_MOST_HELD", 2)
    stamps, account_id = [search_shop.issue() for _ in range(3)], search_shop.person.account_id

    async def story(recorder: RefusalRecorder, _: Database) -> None:
        for stamp in (*stamps, stamps[0]):
            recorder.note(SOON, account_id=account_id, stamp=stamp, actor=BOB, now_us=START_US)
        assert await recorder.write()

    _record(search_shop.data, story)
    assert [[one.tries for one in _kept(search_shop, stamp)] for stamp in stamps] == [[2], [1], []]


def test_no_more_either_while_the_database_takes_nothing(search_shop: SearchShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusal_recorder, "_MOST_HELD", 2)
    stamps, account_id = [search_shop.issue() for _ in range(4)], search_shop.person.account_id

    async def story(recorder: RefusalRecorder, db: Database) -> None:
        def note(stamp: int) -> None:
            recorder.note(SOON, account_id=account_id, stamp=stamp, actor=BOB, now_us=START_US)

        async def away(*_: object) -> None:
            note(stamps[2])
            note(stamps[3])
            raise DatabaseUnavailable("disk full")

        note(stamps[0])
        note(stamps[1])
        with monkeypatch.context() as patched:
            patched.setattr(db, "write", away)
            assert not await recorder.write()
        assert await recorder.write()

    _record(search_shop.data, story)
    assert [len(_kept(search_shop, stamp)) for stamp in stamps] == [1, 1, 0, 0]


def test_what_the_database_did_not_take_is_written_later(search_shop: SearchShop) -> None:
    stamp, account_id = search_shop.issue(), search_shop.person.account_id

    async def story(recorder: RefusalRecorder, db: Database) -> None:
        recorder.note(SOON, account_id=account_id, stamp=stamp, actor=BOB, now_us=START_US)
        await db.write(lambda tx: tx.run("ALTER TABLE refused_try RENAME TO elsewhere"))
        with pytest.raises(Exception, match="refused_try"):
            await recorder.write()
        recorder.note(SOON, account_id=account_id, stamp=stamp, actor=BOB, now_us=START_US + 1)
        await db.write(lambda tx: tx.run("ALTER TABLE elsewhere RENAME TO refused_try"))
        assert await recorder.write()

    _record(search_shop.data, story)
    assert [one.tries for one in _kept(search_shop, stamp)] == [2]


def test_they_go_after_a_month_and_those_of_a_clock_that_was_ahead_too(search_shop: SearchShop) -> None:
    stamp, account_id = search_shop.issue(), search_shop.person.account_id

    async def story(recorder: RefusalRecorder, _: Database) -> None:
        for instant in (START_US, START_US + 400 * DAY_US):
            recorder.note(SOON, account_id=account_id, stamp=stamp, actor=BOB, now_us=instant)
        assert await recorder.write()

    def prune(tx: Tx, before_us: int) -> int:
        return prune_refused(tx, before_us=before_us)

    _record(search_shop.data, story)
    assert search_shop.data.write(prune, START_US) == 0
    assert search_shop.data.write(prune, START_US + 1) == 1
    assert search_shop.data.write(heal_refused, now_us=START_US + DAY_US) == 1
    assert search_shop.data.write(prune, START_US + DAY_US + 1) == 1
    assert _kept(search_shop, stamp) == []
