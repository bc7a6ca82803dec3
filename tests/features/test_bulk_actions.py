"""Many stamps at once: which are chosen, to the instant, and that what changes meanwhile is judged by what it has become."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from kit.aside import Aside, open_transaction, wait_for_waiting
from kit.data import Data
from kit.house import NOW_US, House
from kit.people import open_account
from stampwell.core.actors import OPERATOR
from stampwell.features.accounts import service as accounts
from stampwell.features.cards import service as cards
from stampwell.features.stamps.bulk import actions
from stampwell.features.stamps.bulk.actions import Act, Chosen, Done, Preview
from stampwell.features.stamps.model import EventMeta

_META = EventMeta(OPERATOR, NOW_US, ZoneInfo("UTC"))


@pytest.fixture
def house(data: Data) -> House:
    return House(data, open_account(data, max_stamps=3, now_us=NOW_US))


@pytest.fixture
def other_card(house: House) -> int:
    given = {"name": "Tea", "max_stamps": 5}
    return house.data.write(cards.add_card, house.person.account_id, given, now_us=NOW_US).card_id


def _look(house: House, act: Act, chosen: Chosen) -> Preview:
    seen: Preview = house.data.read(actions.preview, house.person.account_id, act, chosen)
    return seen


def _arguments(house: House, act: Act, chosen: Chosen) -> tuple[tuple[Any, ...], dict[str, Any]]:
    last = _look(house, act, chosen).last
    return (house.person.account_id, act, chosen), {"last": last, "after": None, "meta": _META}


def _do(house: House, act: Act, chosen: Chosen) -> Done:
    positional, named = _arguments(house, act, chosen)
    done: Done = house.data.write(actions.do_chunk, *positional, **named)
    return done


def _left(house: House) -> list[int]:
    return [row["stamp_id"] for row in house.data.rows("SELECT stamp_id FROM stamp ORDER BY stamp_id")]


class TestWhichAreChosen:
    def test_those_of_the_first_and_of_the_last_instant_too(self, house: House) -> None:
        stamps = [house.issue(created_at=NOW_US + number) for number in range(5)]
        for since, until, hit in (
            (1, 3, [1, 2, 3]),
            (None, 0, [0]),
            (4, None, [4]),
            (2, 2, [2]),
            (5, None, []),
            (None, -1, []),
        ):
            chosen = Chosen(since=None if since is None else NOW_US + since, until=None if until is None else NOW_US + until)
            assert [stamp.stamp_id for stamp in _look(house, Act.DELETE, chosen).first] == [stamps[number] for number in hit]

    def test_a_seal_is_of_its_account_act_choice_and_count(self, house: House) -> None:
        stranger = House(house.data, open_account(house.data, name="Charlie's", now_us=NOW_US))
        for shop in (house, stranger):
            shop.issue(created_at=NOW_US)
        seal, account_id = _look(house, Act.DELETE, Chosen()).seal, house.person.account_id

        def is_previewed(account: int, act: Act, chosen: Chosen, count: int) -> bool:
            return house.data.read(actions.is_previewed, account, act, chosen, count=count, seal=seal) is not None

        assert is_previewed(account_id, Act.DELETE, Chosen(), 1)
        assert not is_previewed(stranger.person.account_id, Act.DELETE, Chosen(), 1)
        assert not is_previewed(account_id, Act.SWITCH_OFF, Chosen(), 1)
        assert not is_previewed(account_id, Act.DELETE, Chosen(state="active"), 1)
        assert not is_previewed(account_id, Act.DELETE, Chosen(), 2)

    def test_another_shops_are_not(self, house: House) -> None:
        stamp = house.issue()
        stranger = House(house.data, open_account(house.data, name="Charlie's", now_us=NOW_US))
        stranger.issue()
        assert _do(stranger, Act.DELETE, Chosen()).stamps == 1
        assert _left(house) == [stamp]
        assert _look(stranger, Act.DELETE, Chosen(card_id=house.person.card_id)).stamps == 0

    def test_none_of_a_suspended_account_are_changed(self, house: House) -> None:
        stamp = house.issue()
        positional, named = _arguments(house, Act.DELETE, Chosen())
        house.data.write(accounts.suspend, house.person.account_id, now_us=NOW_US)
        assert house.data.write(actions.do_chunk, *positional, **named).stamps == 0
        assert _left(house) == [stamp]


@pytest.mark.one_database("postgresql")
class TestWhatChangesWhileItIsWaitedFor:
    """SQLite has one writer at a time."""

    def _meanwhile(self, house: House, act: Act, chosen: Chosen, change: str) -> int:
        """How many were hit, of one stamp that somebody is just changing so."""
        positional, named = _arguments(house, act, chosen)
        with open_transaction(house.data) as other:
            other.run(f"UPDATE stamp SET {change}")
            waiting = Aside(house.data, actions.do_chunk, *positional, **named)
            wait_for_waiting(house.data)
        done: Done = waiting.join()
        return done.stamps

    @pytest.mark.parametrize("act", [Act.DELETE, Act.SWITCH_OFF])
    def test_one_that_moved_to_another_card_is_left_alone(self, house: House, other_card: int, act: Act) -> None:
        stamp = house.issue()
        assert self._meanwhile(house, act, Chosen(house.person.card_id), f"card_id = {other_card}") == 0
        assert house.data.stamp(stamp)["active"] is True

    @pytest.mark.parametrize("act", [Act.DELETE, Act.SWITCH_OFF])
    def test_one_that_moved_is_hit_where_every_card_was_chosen(self, house: House, other_card: int, act: Act) -> None:
        stamp = house.issue()
        assert self._meanwhile(house, act, Chosen(), f"card_id = {other_card}") == 1
        assert (_left(house) == []) if act is Act.DELETE else (house.data.stamp(stamp)["active"] is False)

    @pytest.mark.parametrize(
        ("act", "state", "change"),
        [
            (Act.SWITCH_OFF, "", "redeemed_at = 1"),
            (Act.SWITCH_OFF, "", "active = FALSE"),
            (Act.DELETE, "active", "redeemed_at = 1"),
            (Act.DELETE, "active", "active = FALSE"),
        ],
    )
    def test_one_in_another_state_is_left_alone(self, house: House, act: Act, state: str, change: str) -> None:
        stamp = house.issue()
        assert self._meanwhile(house, act, Chosen(state=state), change) == 0
        assert [row["kind"] for row in house.data.ledger(stamp)] == ["issued"]

    @pytest.mark.parametrize(
        ("state", "before", "change"),
        [
            ("inactive", "active = FALSE", "active = TRUE"),
            ("inactive", "active = FALSE", "redeemed_at = 1"),
            ("redeemed", "redeemed_at = 1", "redeemed_at = NULL"),
        ],
    )
    def test_one_that_was_put_right_is_not_deleted(self, house: House, state: str, before: str, change: str) -> None:
        stamp = house.issue()
        house.data.run(f"UPDATE stamp SET {before}")
        assert self._meanwhile(house, Act.DELETE, Chosen(state=state), change) == 0
        assert _left(house) == [stamp]

    def test_marks_that_are_made_meanwhile_are_in_the_ledgers_row(self, house: House) -> None:
        stamp = house.issue()
        assert self._meanwhile(house, Act.SWITCH_OFF, Chosen(), "stamps = 2") == 1
        assert [(row["kind"], row["stamps_before"], row["stamps_after"]) for row in house.data.ledger(stamp)][1:] == [
            ("updated", 2, 2)
        ]
