"""Many stamps at once: which are chosen, to the instant, and that what changes meanwhile is judged by what it has become."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kit.aside import Aside, open_transaction, wait_for_waiting
from kit.data import Data
from kit.people import open_account
from kit.search_shop import NOW_US, SearchShop
from stampwell.core.actors import OPERATOR
from stampwell.features.accounts import service as accounts
from stampwell.features.cards import service as cards
from stampwell.features.stamps.bulk import actions
from stampwell.features.stamps.bulk.actions import BulkAction, BulkFilter, ChunkResult, Preview
from stampwell.features.stamps.model import EventMeta

_META = EventMeta(OPERATOR, NOW_US, ZoneInfo("UTC"))


@pytest.fixture
def search_shop(data: Data) -> SearchShop:
    return SearchShop(data, open_account(data, max_stamps=3, now_us=NOW_US))


@pytest.fixture
def other_card(search_shop: SearchShop) -> int:
    given = {"name": "Tea", "max_stamps": 5}
    return search_shop.data.write(cards.add_card, search_shop.person.account_id, given, actor=OPERATOR, now_us=NOW_US).card_id


def _look(search_shop: SearchShop, act: BulkAction, selected: BulkFilter) -> Preview:
    seen: Preview = search_shop.data.read(actions.preview, search_shop.person.account_id, act, selected)
    return seen


def _arguments(search_shop: SearchShop, act: BulkAction, selected: BulkFilter) -> tuple[tuple[Any, ...], dict[str, Any]]:
    last = _look(search_shop, act, selected).last
    return (search_shop.person.account_id, act, selected), {"last": last, "after": None, "meta": _META}


def _do(search_shop: SearchShop, act: BulkAction, selected: BulkFilter) -> ChunkResult:
    positional, named = _arguments(search_shop, act, selected)
    done: ChunkResult = search_shop.data.write(actions.apply_chunk, *positional, **named)
    return done


def _left(search_shop: SearchShop) -> list[int]:
    return [row["stamp_id"] for row in search_shop.data.rows("SELECT stamp_id FROM stamp ORDER BY stamp_id")]


class TestWhichAreChosen:
    def test_those_of_the_first_and_of_the_last_instant_too(self, search_shop: SearchShop) -> None:
        stamps = [search_shop.issue(created_at=NOW_US + number) for number in range(5)]
        for since, until, hit in (
            (1, 3, [1, 2, 3]),
            (None, 0, [0]),
            (4, None, [4]),
            (2, 2, [2]),
            (5, None, []),
            (None, -1, []),
        ):
            selected = BulkFilter(
                since=None if since is None else NOW_US + since, until=None if until is None else NOW_US + until
            )
            assert [stamp.stamp_id for stamp in _look(search_shop, BulkAction.DELETE, selected).first] == [
                stamps[number] for number in hit
            ]

    def test_a_seal_is_of_its_account_act_choice_and_count(self, search_shop: SearchShop) -> None:
        stranger = SearchShop(search_shop.data, open_account(search_shop.data, name="Charlie's", now_us=NOW_US))
        for shop in (search_shop, stranger):
            shop.issue(created_at=NOW_US)
        signature, account_id = _look(search_shop, BulkAction.DELETE, BulkFilter()).signature, search_shop.person.account_id

        def is_previewed(account: int, act: BulkAction, selected: BulkFilter, count: int) -> bool:
            return (
                search_shop.data.read(actions.is_previewed, account, act, selected, count=count, signature=signature)
                is not None
            )

        assert is_previewed(account_id, BulkAction.DELETE, BulkFilter(), 1)
        assert not is_previewed(stranger.person.account_id, BulkAction.DELETE, BulkFilter(), 1)
        assert not is_previewed(account_id, BulkAction.SWITCH_OFF, BulkFilter(), 1)
        assert not is_previewed(account_id, BulkAction.DELETE, BulkFilter(state="active"), 1)
        assert not is_previewed(account_id, BulkAction.DELETE, BulkFilter(), 2)

    def test_another_shops_are_not(self, search_shop: SearchShop) -> None:
        stamp = search_shop.issue()
        stranger = SearchShop(search_shop.data, open_account(search_shop.data, name="Charlie's", now_us=NOW_US))
        stranger.issue()
        assert _do(stranger, BulkAction.DELETE, BulkFilter()).stamps == 1
        assert _left(search_shop) == [stamp]
        assert _look(stranger, BulkAction.DELETE, BulkFilter(card_id=search_shop.person.card_id)).stamps == 0

    def test_none_of_a_suspended_account_are_changed(self, search_shop: SearchShop) -> None:
        stamp = search_shop.issue()
        positional, named = _arguments(search_shop, BulkAction.DELETE, BulkFilter())
        search_shop.data.write(accounts.suspend, search_shop.person.account_id, actor=OPERATOR, now_us=NOW_US)
        assert search_shop.data.write(actions.apply_chunk, *positional, **named).stamps == 0
        assert _left(search_shop) == [stamp]


@pytest.mark.one_database("postgresql")
class TestWhatChangesWhileItIsWaitedFor:
    """SQLite has one writer at a time."""

    def _meanwhile(self, search_shop: SearchShop, act: BulkAction, selected: BulkFilter, change: str) -> int:
        """How many were hit, of one stamp that somebody is just changing so."""
        positional, named = _arguments(search_shop, act, selected)
        with open_transaction(search_shop.data) as other:
            other.run(f"UPDATE stamp SET {change}")
            waiting = Aside(search_shop.data, actions.apply_chunk, *positional, **named)
            wait_for_waiting(search_shop.data)
        done: ChunkResult = waiting.join()
        return done.stamps

    @pytest.mark.parametrize("act", [BulkAction.DELETE, BulkAction.SWITCH_OFF])
    def test_one_that_moved_to_another_card_is_left_alone(
        self, search_shop: SearchShop, other_card: int, act: BulkAction
    ) -> None:
        stamp = search_shop.issue()
        assert self._meanwhile(search_shop, act, BulkFilter(search_shop.person.card_id), f"card_id = {other_card}") == 0
        assert search_shop.data.stamp(stamp)["active"] is True

    @pytest.mark.parametrize("act", [BulkAction.DELETE, BulkAction.SWITCH_OFF])
    def test_one_that_moved_is_hit_where_every_card_was_chosen(
        self, search_shop: SearchShop, other_card: int, act: BulkAction
    ) -> None:
        stamp = search_shop.issue()
        assert self._meanwhile(search_shop, act, BulkFilter(), f"card_id = {other_card}") == 1
        assert (_left(search_shop) == []) if act is BulkAction.DELETE else (search_shop.data.stamp(stamp)["active"] is False)

    @pytest.mark.parametrize(
        ("act", "state", "change"),
        [
            (BulkAction.SWITCH_OFF, "", "redeemed_at = 1"),
            (BulkAction.SWITCH_OFF, "", "active = FALSE"),
            (BulkAction.DELETE, "active", "redeemed_at = 1"),
            (BulkAction.DELETE, "active", "active = FALSE"),
        ],
    )
    def test_one_in_another_state_is_left_alone(
        self, search_shop: SearchShop, act: BulkAction, state: str, change: str
    ) -> None:
        stamp = search_shop.issue()
        assert self._meanwhile(search_shop, act, BulkFilter(state=state), change) == 0
        assert [row["kind"] for row in search_shop.data.ledger(stamp)] == ["issued"]

    @pytest.mark.parametrize(
        ("state", "before", "change"),
        [
            ("inactive", "active = FALSE", "active = TRUE"),
            ("inactive", "active = FALSE", "redeemed_at = 1"),
            ("redeemed", "redeemed_at = 1", "redeemed_at = NULL"),
        ],
    )
    def test_one_that_was_put_right_is_not_deleted(self, search_shop: SearchShop, state: str, before: str, change: str) -> None:
        stamp = search_shop.issue()
        search_shop.data.run(f"UPDATE stamp SET {before}")
        assert self._meanwhile(search_shop, BulkAction.DELETE, BulkFilter(state=state), change) == 0
        assert _left(search_shop) == [stamp]

    def test_marks_that_are_made_meanwhile_are_in_the_ledgers_row(self, search_shop: SearchShop) -> None:
        stamp = search_shop.issue()
        assert self._meanwhile(search_shop, BulkAction.SWITCH_OFF, BulkFilter(), "stamps = 2") == 1
        assert [(row["kind"], row["stamps_before"], row["stamps_after"]) for row in search_shop.data.ledger(stamp)][1:] == [
            ("updated", 2, 2)
        ]
