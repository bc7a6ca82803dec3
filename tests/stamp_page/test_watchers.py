"""Who looks at a card that is open: all of them are told, nobody who left is asked about, and no stream lasts for ever."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from kit import stamps
from kit.clock import FakeClock
from kit.data import Data
from kit.events import events
from kit.shop import Shop
from kit.stamps import code_of
from stampwell.db.database import Database
from stampwell.db.opening import open_database
from stampwell.stamp_page import live_pages
from stampwell.stamp_page.live_updates import GONE, MOST, Watch, Watchers


def run(data: Data, main: Callable[[Watchers, Database], Coroutine[object, object, None]]) -> None:
    """With watchers of their own on that database."""

    async def opened() -> None:
        db = open_database(data.url, connections=1)
        await db.start()
        try:
            await main(Watchers(db, clock=FakeClock(), default_domain="https://vvd.bz"), db)
        finally:
            await db.close()

    asyncio.run(opened())


def entered(watchers: Watchers, code: str) -> Watch:
    watch = watchers.enter(code, "old")
    assert watch is not None
    return watch


def test_however_many_look_all_are_told(data: Data) -> None:
    async def main(watchers: Watchers, _db: Database) -> None:
        watches = [entered(watchers, f"{number:016}") for number in range(1201)]
        await watchers.look()
        assert {(watch.version, watch.changed.is_set()) for watch in watches} == {(GONE, True)}
        # Once each.
        for watch in watches:
            watch.changed.clear()
        await watchers.look()
        assert not any(watch.changed.is_set() for watch in watches)

    run(data, main)


@pytest.mark.one_database
def test_nobody_who_left_is_asked_about_or_counted(data: Data) -> None:
    async def main(watchers: Watchers, db: Database) -> None:
        for number in range(MOST + 1):
            watchers.leave(entered(watchers, str(number)))
        # Now that nothing can be asked, only who asks nothing is not refused.
        await db.write(lambda tx: tx.run("ALTER TABLE stamp RENAME TO gone"))
        await watchers.look()
        entered(watchers, "0" * 16)
        refused = await asyncio.gather(watchers.look(), return_exceptions=True)
        assert refused != [None]

    run(data, main)


@pytest.mark.one_database
def test_no_more_look_than_there_are_places(data: Data) -> None:
    async def main(watchers: Watchers, _db: Database) -> None:
        everybody = [entered(watchers, str(number)) for number in range(MOST)]
        assert watchers.enter("another", "old") is None
        watchers.leave(everybody[0])
        entered(watchers, "another")

    run(data, main)


@pytest.mark.one_database
def test_a_stop_wakes_everybody_and_lets_nobody_in(data: Data) -> None:
    async def main(watchers: Watchers, _db: Database) -> None:
        watches = [entered(watchers, "0" * 16), entered(watchers, "1" * 16)]
        watchers.stop()
        assert [watch.changed.is_set() for watch in watches] == [True, True]
        assert watchers.enter("another", "old") is None

    run(data, main)


@pytest.mark.one_database
def test_a_stream_ends_by_itself(own_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A phone that went away without a word is not held for ever; its browser asks anew."""
    monkeypatch.setattr(live_pages, "LONGEST_S", 0.1)
    monkeypatch.setattr(live_pages, "_HEARTBEAT_S", 0.05)
    path = f"/stamp/{code_of(own_shop, stamps.issue(own_shop, own_shop.alice.card_id))}"
    with events(own_shop.server.base, f"{path}/events") as stream:
        assert stream.next().name == "version"
        with pytest.raises(EOFError):
            # As many heartbeats as there may be until then, and no more.
            assert [stream.line() for _ in range(20)] == []
