"""What becomes of a card is a line of the audit log, written by the unit of work itself, for every kind of actor."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from kit.data import Data
from kit.people import Person, open_account
from stampwell.core.actors import OPERATOR, Actor, key_actor, staff_actor
from stampwell.features.cards import service

NOW_US = 1_772_442_000_000_000
STAFF = staff_actor(7, "Bob")
GIVEN = {"name": "Tea", "max_stamps": 5, "title": "Five teas"}
HOME = "https://vvd.bz"

pytestmark = pytest.mark.one_database


@pytest.fixture
def person(data: Data) -> Person:
    return open_account(data, now_us=NOW_US)


def audit_lines(data: Data, actor: Actor) -> list[tuple[str, str, Any]]:
    """Action, name of the card, and changes of what the actor did."""
    rows = data.rows("SELECT * FROM audit WHERE channel = :channel ORDER BY audit_id", channel=actor.channel)
    return [(row["action"], row["subject_name"], json.loads(row["changes"] or "null")) for row in rows]


@pytest.mark.parametrize(
    ("actor", "changes"),
    [
        (OPERATOR, {"cardNm": [None, "Tea"]}),
        (key_actor(3), {"cardNm": [None, "Tea"]}),
        (STAFF, {"cardNm": ["", "Tea"], "cardTtl": ["", "Five teas"], "maxStamps": [10, 5]}),
    ],
)
def test_the_whole_life_of_a_card(data: Data, person: Person, actor: Actor, changes: Mapping[str, Any]) -> None:
    account_id = person.account_id
    by: dict[str, Any] = {"actor": actor, "now_us": NOW_US}
    card = data.write(service.add_card, account_id, GIVEN, **by).card_id
    for _ in range(2):
        data.write(service.change_card, account_id, card, {"active": False, "onsite_hash": "secret"}, **by)
        data.write(service.archive_card, account_id, card, **by)
    for _ in range(2):
        data.write(service.unarchive_card, account_id, card, **by)
    copy = data.write(service.duplicate_card, account_id, card, name="Copy", **by).card_id
    data.write(service.delete_card, account_id, card, **by)
    data.write(service.delete_unused_card, account_id, copy, picture_origin=HOME, **by)
    assert audit_lines(data, actor) == [
        ("card.created", "Tea", changes),
        ("card.updated", "Tea", {"onsitePwd": None, "activeYn": [True, False]}),
        ("card.archived", "Tea", None),
        ("card.restored", "Tea", None),
        ("card.created", "Copy", {"cardNm": [None, "Copy"]}),
        ("card.deleted", "Tea", None),
        ("card.deleted", "Copy", None),
    ]
