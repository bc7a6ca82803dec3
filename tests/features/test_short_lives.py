"""An attack on the rules of rewards: every order of a few acts, and no two rewards for one set of marks."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from kit.data import Data
from kit.databases import Databases
from kit.people import Person, open_account
from kit.short_acts import Act, Table, add, correct, delete, merge, move, redeem, reverse, undo_last
from kit.short_life_checks import CHECKS, Check, ledger_differs, marks_missing, sales_reversed_twice
from kit.short_lives import Search, Stop
from stampwell.core.actors import OPERATOR
from stampwell.db.database import Tx
from stampwell.features.cards.rewards import CardReward
from stampwell.features.cards.service import add_card
from stampwell.features.stamps.issuing import issue_one
from stampwell.features.stamps.model import NewStamp

_NOW_US = 1_772_400_000_000_000


class Scene:
    """An account with a card for the stamps `first` and `second`, and another card to move them to."""

    def __init__(self, data: Data, card: dict[str, Any], other: dict[str, Any]) -> None:
        self._data = data
        self.person: Person = open_account(data, now_us=_NOW_US)
        self.card, self.other = (data.write(self._add_card, fields) for fields in (card, other))
        self._stamps = {name: data.write(self._issue, code) for name, code in (("first", "F" * 16), ("second", "S" * 16))}

    def search(
        self, acts: Sequence[Act], *, depth: int, before: Sequence[Act] = (), checks: Sequence[Check] = CHECKS
    ) -> Search:
        """In one transaction, which is rolled back. before: acts that come first in each sequence."""
        found: list[Search] = []

        def run(tx: Tx) -> None:
            table = Table(tx, self.person.account_id, self._stamps, _NOW_US)
            for act in before:
                act.do(table)
                table.stored = table.read()
            search = Search(acts, table, depth=depth, checks=checks)
            found.append(search)
            search.run()
            raise Stop

        with pytest.raises(Stop):
            self._data.write(run)
        return found[0]

    def _add_card(self, tx: Tx, fields: dict[str, Any]) -> int:
        rewards = tuple(CardReward(place, f"gift {place}") for place in fields["rewards"])
        given = {"name": "Card", **fields, "rewards": rewards}
        return add_card(tx, self.person.account_id, given, actor=OPERATOR, now_us=_NOW_US).card_id

    def _issue(self, tx: Tx, code: str) -> int:
        values: dict[str, Any] = dict.fromkeys(NewStamp._fields)
        values |= {"account_id": self.person.account_id, "card_id": self.card, "code": code, "user_id": "kim"}
        values |= {"actor_kind": "system", "channel": "api", "domain": "https://vvd.bz", "needs_domain": False}
        values |= {"starts_on": "2026-01-01", "ends_on": "2026-12-31", "active": True, "created_at": _NOW_US}
        values |= {"local_day": "2026-03-02", "stamps": 0}
        return issue_one(tx, NewStamp(**values)).stamp_id


@pytest.fixture
def scene(databases: Databases) -> Any:
    opened: list[Data] = []

    def make(card: dict[str, Any], other: dict[str, Any]) -> Scene:
        opened.append(Data(databases.fresh("sqlite")))
        return Scene(opened[-1], card, other)

    yield make
    for data in opened:
        data.close()


Scenes = Callable[[dict[str, Any], dict[str, Any]], Scene]


def _card(goal: int, *rewards: int, renews: bool = False, carries: bool = False) -> dict[str, Any]:
    return {"max_stamps": goal, "rewards": rewards, "renews": renews, "carries": carries}


def test_refunds_and_merges(scene: Scenes) -> None:
    here = scene(_card(3, 2, renews=True), _card(4, 2))
    acts = [
        add("first", 2, "R1"),
        add("first", 1, "R2"),
        add("second", 2, "R2"),
        redeem("first", "R1"),
        redeem("first", "R1", reward=2),
        redeem("second", "R2", reward=2),
        reverse("R1"),
        reverse("R2"),
        reverse("R2", "first"),
        merge("first", "second"),
        merge("second", "first"),
        delete("second"),
    ]
    _assert_safe(here.search(acts, depth=6), at_least=1000)


def test_moves_corrections_and_undoing(scene: Scenes) -> None:
    here = scene(_card(3, 2, renews=True), _card(4, 2))
    acts = [
        add("first", 2, "R1"),
        add("first", 1),
        redeem("first", "R1"),
        redeem("first", "R2", reward=2),
        reverse("R1"),
        reverse("R2"),
        move("first", here.other, "the other card"),
        move("first", here.card, "its card"),
        correct("first", 3),
        correct("first", 1),
        undo_last("first"),
        merge("first", "second"),
    ]
    _assert_safe(here.search(acts, depth=6), at_least=1000)


def test_surplus_and_the_next_stamp(scene: Scenes) -> None:
    here = scene(_card(2, 1, renews=True, carries=True), _card(3, 1))
    acts = [
        add("first", 3, "R1"),
        add("first", 1, "R2"),
        add("first+", 1, "R2"),
        redeem("first", "R1"),
        redeem("first", "R2"),
        redeem("first+", "R2", reward=1),
        reverse("R1"),
        reverse("R2"),
        correct("first", 0),
        undo_last("first"),
        merge("first+", "first"),
        merge("first", "first+"),
        delete("first+"),
    ]
    _assert_safe(here.search(acts, depth=6), at_least=1000)


def test_a_sale_gives_back_what_it_handed_out_and_not_what_another_did_at_the_same_place(scene: Scenes) -> None:
    """The reward on the way for three marks is not the last one of a card for three, which the stamp has moved to."""
    here = scene(_card(5, 3), _card(3))
    acts = [
        redeem("first", "R1", reward=3),
        redeem("first", "R2"),
        redeem("first", "R1"),
        reverse("R1"),
        reverse("R2"),
        move("first", here.other, "the other card"),
        move("first", here.card, "its card"),
    ]
    checks = (marks_missing, sales_reversed_twice, ledger_differs)
    _assert_safe(here.search(acts, depth=6, before=[correct("first", 3)], checks=checks), at_least=50)


def test_no_reward_on_the_way_is_handed_out_again_as_the_last_one_of_another_card(scene: Scenes) -> None:
    here = scene(_card(5, 3), _card(3))
    acts = [redeem("first", reward=3), redeem("first"), move("first", here.other, "the other card")]
    _assert_safe(here.search(acts, depth=3, before=[correct("first", 3)]), at_least=1)


def _assert_safe(search: Search, *, at_least: int) -> None:
    """at_least: how many acts were done and not refused, so that a search which finds nothing has looked."""
    assert search.found == []
    assert search.done >= at_least
