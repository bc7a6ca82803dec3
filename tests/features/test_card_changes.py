"""Two who change one card at the same instant: what the one has changed is not lost to the other."""

import pytest

from kit.aside import Aside, open_transaction, wait_for_waiting
from kit.data import Data
from kit.people import Person, open_account
from kit.search_shop import SearchShop
from stampwell.core.actors import OPERATOR
from stampwell.core.days import stored_zone
from stampwell.features.cards import service as cards
from stampwell.features.cards.errors import CardChanged, CardClosed
from stampwell.features.stamps import service as stamps
from stampwell.features.stamps.issuing import issue_batch
from stampwell.features.stamps.model import EventMeta, Issued
from stampwell.features.stamps.service import StampChange

NOW_US = 1_772_442_000_000_000

pytestmark = pytest.mark.one_database("postgresql")


@pytest.fixture
def owner(data: Data) -> Person:
    return open_account(data, now_us=NOW_US)


def test_both_changes_are_kept(data: Data, owner: Person) -> None:
    with open_transaction(data) as one:
        cards.change_card(one, owner.account_id, owner.card_id, {"title": "Ten coffees"}, actor=OPERATOR, now_us=NOW_US)
        other = Aside(
            data, cards.change_card, owner.account_id, owner.card_id, {"reward_title": "A cake"}, actor=OPERATOR, now_us=NOW_US
        )
        wait_for_waiting(data)
    before, after = other.join()
    assert (before.title, after.title, after.reward_title, after.version) == ("Ten coffees", "Ten coffees", "A cake", 3)
    stored = data.read(cards.get_card, owner.account_id, owner.card_id)
    assert stored == after


def test_who_saw_the_card_before_is_told(data: Data, owner: Person) -> None:
    with open_transaction(data) as one:
        cards.change_card(one, owner.account_id, owner.card_id, {"title": "Ten coffees"}, actor=OPERATOR, now_us=NOW_US)
        late = Aside(
            data,
            cards.change_card,
            owner.account_id,
            owner.card_id,
            {"title": "Tea"},
            actor=OPERATOR,
            now_us=NOW_US,
            expected_version=1,
        )
        wait_for_waiting(data)
    assert isinstance(late.join(), CardChanged)
    assert data.read(cards.get_card, owner.account_id, owner.card_id).title == "Ten coffees"


@pytest.mark.parametrize("remove", [cards.archive_card, cards.delete_card])
def test_a_card_that_is_archived_meanwhile_is_changed_as_it_has_become(data: Data, owner: Person, remove: object) -> None:
    SearchShop(data, owner).issue()
    with open_transaction(data) as one:
        remove(one, owner.account_id, owner.card_id, actor=OPERATOR, now_us=NOW_US)  # type: ignore[operator]
        other = Aside(data, cards.change_card, owner.account_id, owner.card_id, {"title": "Tea"}, actor=OPERATOR, now_us=NOW_US)
        wait_for_waiting(data)
    _, after = other.join()
    assert (after.title, after.archived_at) == ("Tea", NOW_US)


def test_no_stamp_moves_to_a_card_that_is_being_archived(data: Data, owner: Person) -> None:
    given = {"name": "Tea", "max_stamps": 5}
    tea = data.write(cards.add_card, owner.account_id, given, actor=OPERATOR, now_us=NOW_US).card_id
    stamp = SearchShop(data, owner).issue()
    meta = EventMeta(OPERATOR, NOW_US, stored_zone("Asia/Seoul"))
    with open_transaction(data) as one:
        cards.archive_card(one, owner.account_id, tea, actor=OPERATOR, now_us=NOW_US)
        moving = Aside(data, stamps.update, owner.account_id, stamp, StampChange({"card_id": tea}), meta=meta)
        wait_for_waiting(data)
    assert isinstance(moving.join(), CardClosed)
    assert data.stamp(stamp)["card_id"] == owner.card_id


def test_issuing_does_not_wait_for_a_change_of_the_card(data: Data, owner: Person) -> None:
    search_shop = SearchShop(data, owner)
    with open_transaction(data) as one:
        cards.change_card(one, owner.account_id, owner.card_id, {"title": "Ten coffees"}, actor=OPERATOR, now_us=NOW_US)
        (outcome,) = data.write(issue_batch, [search_shop.draft("Kim")])
    assert isinstance(outcome, Issued)


def test_a_card_that_is_being_issued_is_not_deleted_but_archived(data: Data, owner: Person) -> None:
    search_shop = SearchShop(data, owner)
    with open_transaction(data) as one:
        (outcome,) = issue_batch(one, [search_shop.draft("Kim")])
        deleting = Aside(data, cards.delete_card, owner.account_id, owner.card_id, actor=OPERATOR, now_us=NOW_US + 1)
        wait_for_waiting(data)
    assert deleting.join() is None
    assert isinstance(outcome, Issued)
    assert data.read(cards.get_card, owner.account_id, owner.card_id).archived_at == NOW_US + 1
