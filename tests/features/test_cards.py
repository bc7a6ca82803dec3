"""A card's version, its duplicates, and the way into the archive and back."""

from functools import partial
from typing import Any

import pytest

from kit.data import Data
from kit.people import Person, open_account
from kit.shop import Shop
from stampwell.core.actors import OPERATOR
from stampwell.features.cards import service
from stampwell.features.cards.errors import CardChanged, CardNotFound

NOW = 1_772_442_000_000_000


@pytest.fixture
def person(data: Data) -> Person:
    return open_account(data, now_us=NOW)


def test_every_change_is_a_new_version(data: Data, person: Person) -> None:
    before, after = data.write(
        service.change_card, person.account_id, person.card_id, {"name": "Tea"}, actor=OPERATOR, now_us=NOW
    )
    assert (before.version, after.version) == (1, 2)
    data.write(service.archive_card, person.account_id, person.card_id, actor=OPERATOR, now_us=NOW)
    data.write(service.unarchive_card, person.account_id, person.card_id, actor=OPERATOR, now_us=NOW)
    stored = data.read(service.get_card, person.account_id, person.card_id)
    assert (stored.name, stored.version, stored.archived_at) == ("Tea", 4, None)


def test_what_changes_nothing_is_no_new_version(data: Data, person: Person) -> None:
    card = data.read(service.get_card, person.account_id, person.card_id)
    data.write(service.change_card, person.account_id, person.card_id, {"name": card.name}, actor=OPERATOR, now_us=NOW)
    data.write(service.unarchive_card, person.account_id, person.card_id, actor=OPERATOR, now_us=NOW)
    assert data.read(service.get_card, person.account_id, person.card_id) == card


def test_a_change_of_what_was_not_seen_is_refused_with_the_present_card(data: Data, person: Person) -> None:
    data.write(service.change_card, person.account_id, person.card_id, {"name": "Theirs"}, actor=OPERATOR, now_us=NOW)
    with pytest.raises(CardChanged) as refused:
        data.write(
            service.change_card,
            person.account_id,
            person.card_id,
            {"name": "Mine"},
            actor=OPERATOR,
            now_us=NOW,
            expected_version=1,
        )
    assert (refused.value.present.name, refused.value.present.version) == ("Theirs", 2)
    data.write(
        service.change_card, person.account_id, person.card_id, {"name": "Mine"}, actor=OPERATOR, now_us=NOW, expected_version=2
    )
    assert data.read(service.get_card, person.account_id, person.card_id).name == "Mine"


def test_a_duplicate_is_like_its_model_and_a_long_name_is_cut(data: Data, person: Person) -> None:
    given = {"color": "1f6b4a", "cooldown_s": 60, "onsite": True, "onsite_hash": "$argon2id$", "active": False}
    _, model = data.write(service.change_card, person.account_id, person.card_id, given, actor=OPERATOR, now_us=NOW)
    made = data.write(service.duplicate_card, person.account_id, person.card_id, name="n" * 120, actor=OPERATOR, now_us=NOW)
    assert (made.name, made.active, made.version) == ("n" * 100, True, 1)
    fields = ("title", "max_stamps", "reward_title", "url", "color", "cooldown_s", "onsite", "onsite_hash")
    assert [getattr(made, field) for field in fields] == [getattr(model, field) for field in fields]


def test_another_accounts_card_is_not_found(data: Data, person: Person) -> None:
    other = open_account(data, now_us=NOW)
    by: dict[str, Any] = {"actor": OPERATOR, "now_us": NOW}
    deletion = partial(service.delete_unused_card, picture_origin="https://vvd.bz", **by)
    for unit in (partial(service.unarchive_card, **by), deletion, service.get_card):
        with pytest.raises(CardNotFound):
            data.write(unit, other.account_id, person.card_id)
    assert not data.read(service.has_stamps, other.account_id, person.card_id)


@pytest.mark.parametrize("name", [" ", "\u3000\u00a0 "])
def test_a_name_of_spaces_only_is_refused_by_the_api(shop: Shop, name: str) -> None:
    answer = shop.request("POST", "/api/card/v1/create", by=shop.alice, body={"cardNm": name, "maxStamps": 3})
    assert (answer.status, answer.json["code"]) == (400, 40002)
    problem = {"field": "cardNm", "message": "must have at least one character that is not a space"}
    assert answer.json["errors"] == [problem]
