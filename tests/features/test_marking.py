"""Marks in batches: those of a batch count for each other, stamp by stamp, and a deadlock costs nobody a mark."""

import asyncio
from typing import Any

import pytest

from kit.aside import Aside, open_transaction, wait_for_waiting
from kit.data import Data
from kit.people import open_account
from kit.search_shop import NOW_US, SearchShop
from stampwell.core.actors import OPERATOR
from stampwell.core.days import stored_zone
from stampwell.core.errors import AppError
from stampwell.db.database import Tx
from stampwell.db.opening import open_database
from stampwell.features.cards import service as cards
from stampwell.features.idempotency.model import IdempotentRequest
from stampwell.features.stamps.errors import DailyCapReached, NoRoom, TooSoon
from stampwell.features.stamps.marking import Marking, mark_batch, marking_batches
from stampwell.features.stamps.model import EventMeta, Stamp
from stampwell.features.stamps.queries import lock_each

_SEOUL = stored_zone("Asia/Seoul")
_MIDNIGHT_US = 1_772_377_200_000_000


@pytest.fixture
def search_shop(data: Data) -> SearchShop:
    return SearchShop(data, open_account(data, max_stamps=3, now_us=NOW_US))


def _issue(search_shop: SearchShop, **rules: Any) -> int:
    """A stamp of a card with those rules."""
    given = {"name": "Coffee", "max_stamps": 5, **rules}
    card = search_shop.data.write(cards.add_card, search_shop.person.account_id, given, actor=OPERATOR, now_us=NOW_US)
    return search_shop.issue(card_id=card.card_id)


def _marking(
    search_shop: SearchShop, stamp: int, marks: int = 1, *, now_us: int = NOW_US, order_ref: str | None = None
) -> Marking:
    return Marking(search_shop.person.account_id, stamp, marks, EventMeta(OPERATOR, now_us, _SEOUL), order_ref)


def _mark(search_shop: SearchShop, *markings: Marking) -> list[int | type[AppError]]:
    """Of each the count that the stamp then has, or the kind of refusal."""
    outcomes = search_shop.data.write(mark_batch, markings)
    return [outcome.stamps if isinstance(outcome, Stamp) else type(outcome) for outcome in outcomes]


class TestOfOneBatch:
    def test_each_counts_for_those_after_it(self, search_shop: SearchShop) -> None:
        capped, slow, plain = _issue(search_shop, daily_max=2), _issue(search_shop, cooldown_s=60), _issue(search_shop)
        batch = [_marking(search_shop, stamp) for _ in range(3) for stamp in (capped, slow, plain)]
        assert _mark(search_shop, *batch) == [1, 1, 1, 2, TooSoon, 2, DailyCapReached, TooSoon, 3]
        assert [search_shop.data.stamp(stamp)["stamps"] for stamp in (capped, slow, plain)] == [2, 1, 3]

    def test_those_of_another_stamp_do_not_count(self, search_shop: SearchShop) -> None:
        stamps = [_issue(search_shop, daily_max=1, cooldown_s=60) for _ in range(3)]
        assert _mark(search_shop, *(_marking(search_shop, stamp) for stamp in stamps)) == [1, 1, 1]

    def test_one_that_is_taken_back_makes_room(self, search_shop: SearchShop) -> None:
        stamp = _issue(search_shop, daily_max=2, max_stamps=2)
        batch = [_marking(search_shop, stamp, marks) for marks in (2, 1, -1, 1, 1)]
        assert _mark(search_shop, *batch) == [2, NoRoom, 1, 2, NoRoom]
        assert [row["stamps_after"] for row in search_shop.data.ledger(stamp)] == [0, 2, 1, 2]

    def test_one_sale_that_comes_twice_is_one(self, search_shop: SearchShop) -> None:
        stamp, other = _issue(search_shop), _issue(search_shop)
        batch = [_marking(search_shop, one, 2, order_ref="till 7") for one in (stamp, stamp, other)]
        assert _mark(search_shop, *batch) == [2, 2, 2]
        assert [row["order_ref"] for row in search_shop.data.ledger(stamp)] == [None, "till 7"]


class TestWhatWasStored:
    def test_a_mark_made_at_midnight_is_of_the_day_that_begins(self, search_shop: SearchShop) -> None:
        early, late = _issue(search_shop, daily_max=1), _issue(search_shop, daily_max=1)
        assert _mark(search_shop, _marking(search_shop, early, now_us=_MIDNIGHT_US)) == [1]
        assert _mark(search_shop, _marking(search_shop, late, now_us=_MIDNIGHT_US - 1)) == [1]
        assert _mark(search_shop, _marking(search_shop, early), _marking(search_shop, late)) == [DailyCapReached, 2]

    def test_a_removal_that_is_stored_takes_what_was_stored_before_it(self, search_shop: SearchShop) -> None:
        stamp = _issue(search_shop, daily_max=1, cooldown_s=60)
        assert [_mark(search_shop, _marking(search_shop, stamp, marks)) for marks in (1, 1, -1, 1)] == [
            [1],
            [DailyCapReached],
            [0],
            [1],
        ]


_WAYS = ("enable_nestloop", "enable_hashjoin", "enable_mergejoin")


@pytest.mark.one_database("postgresql")
@pytest.mark.parametrize("way", _WAYS)
class TestWhicheverWayTheServerJoins:
    """What it answers without being told an order is in none."""

    def _go(self, tx: Tx, way: str) -> None:
        for other in _WAYS:
            tx.run(f"SET LOCAL {other} = {'on' if other == way else 'off'}")

    def test_the_count_is_that_after_the_last_mark(self, search_shop: SearchShop, way: str) -> None:
        stamps = [_issue(search_shop) for _ in range(3)]

        def mark(tx: Tx) -> None:
            self._go(tx, way)
            mark_batch(tx, [_marking(search_shop, stamp, marks) for marks in (2, 2, -1, -1, 1) for stamp in stamps])

        search_shop.data.write(mark)
        assert [search_shop.data.stamp(stamp)["stamps"] for stamp in stamps] == [3, 3, 3]

    def test_stamps_are_locked_in_the_order_of_their_numbers(self, search_shop: SearchShop, way: str) -> None:
        """So that no two batches wait for each other."""
        names = [(search_shop.person.account_id, _issue(search_shop)) for _ in range(5)]
        # Where a row lies is another order then.
        for _, stamp in names[:3]:
            search_shop.data.run("UPDATE stamp SET memo = 'moved' WHERE stamp_id = :stamp", stamp=stamp)

        def lock(tx: Tx) -> list[tuple[int, int]]:
            self._go(tx, way)
            return list(lock_each(tx, names[::-1]))

        assert search_shop.data.write(lock) == names


@pytest.mark.one_database("postgresql")
def test_a_deadlock_during_a_batch_costs_nobody_a_mark(data: Data, search_shop: SearchShop) -> None:
    stamps = first, second, third = [_issue(search_shop) for _ in range(3)]
    # Who looks for a deadlock is who gives way: the batch.
    data.run(f"ALTER DATABASE {data.rows('SELECT current_database() AS name')[0]['name']} SET deadlock_timeout = '10ms'")

    def hold_the_third_and_want_the_first(tx: Tx) -> None:
        tx.run("SET LOCAL deadlock_timeout = '60s'")
        for stamp in (third, first):
            tx.run("UPDATE stamp SET memo = 'held' WHERE stamp_id = :stamp", stamp=stamp)

    async def story() -> list[int]:
        db = open_database(data.url)
        await db.start()
        batches = marking_batches(db)
        try:
            with open_transaction(data) as gate:
                gate.run("UPDATE stamp SET memo = 'gate' WHERE stamp_id = :stamp", stamp=second)
                # All are in one batch: it takes its requests when it has its turn.
                with batches.turn:
                    asked = [IdempotentRequest(_marking(search_shop, stamp), None, lambda _: b"") for stamp in stamps]
                    tasks = [asyncio.ensure_future(batches.submit(one)) for one in asked]
                    await asyncio.sleep(0)
                # It has locked the first and waits for the second.
                await asyncio.to_thread(_wait_for_waiting, data.url, 1)
                other = Aside(data, hold_the_third_and_want_the_first)
                await asyncio.to_thread(_wait_for_waiting, data.url, 2)
            marked = await asyncio.wait_for(asyncio.gather(*tasks), 20)
            await asyncio.to_thread(other.join)
            return [outcome.stamps for outcome in marked]
        finally:
            await batches.drain()
            await db.close()

    assert asyncio.run(story()) == [1, 1, 1]
    for stamp in stamps:
        assert [row["kind"] for row in data.ledger(stamp)] == ["issued", "added"]
    assert [data.stamp(stamp)["memo"] for stamp in stamps] == ["held", "gate", "held"]


def _wait_for_waiting(url: str, number: int) -> None:
    with Data(url) as data:
        wait_for_waiting(data, number=number)
