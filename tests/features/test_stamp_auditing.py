"""The lines of the audit log about single stamps, whoever calls the service."""

from typing import Any

import pytest

from kit.data import Data
from kit.people import open_account
from kit.search_shop import NOW_US, SearchShop
from stampwell.core.actors import OPERATOR, Actor, key_actor, staff_actor
from stampwell.core.days import stored_zone
from stampwell.features.cards import service as cards
from stampwell.features.stamps import redeeming, service
from stampwell.features.stamps.errors import NoRoom, TooLateToUndo
from stampwell.features.stamps.model import EventMeta
from stampwell.features.stamps.undo import rule_of_member, undo

BOB = staff_actor(7, "Bob")


@pytest.fixture
def search_shop(data: Data) -> SearchShop:
    return SearchShop(data, open_account(data, now_us=NOW_US))


def meta(actor: Actor, note: str | None = None) -> EventMeta:
    return EventMeta(actor, NOW_US, stored_zone("Asia/Seoul"), note=note)


def lines(search_shop: SearchShop) -> list[tuple[Any, ...]]:
    rows = search_shop.data.rows(
        "SELECT action, subject_id, actor_id, actor_name, changes, recorded_at FROM audit"
        " WHERE action LIKE 'stamp.%' ORDER BY audit_id"
    )
    assert {row["recorded_at"] for row in rows} <= {NOW_US}
    return [(row["action"], row["subject_id"], row["actor_id"], row["actor_name"], row["changes"]) for row in rows]


def live(search_shop: SearchShop, actor: Actor) -> int:
    """The whole life of a stamp: issued, marked twice, one mark taken back, corrected, redeemed and so renewed, deleted."""
    account_id, write = search_shop.person.account_id, search_shop.data.write
    given = {"name": "Coffee", "max_stamps": 1, "renews": True}
    card = write(cards.add_card, account_id, given, actor=OPERATOR, now_us=NOW_US)
    draft = search_shop.draft(
        "Kim", card_id=card.card_id, actor_kind=actor.kind, actor_id=actor.actor_id, channel=actor.channel, created_at=NOW_US
    )
    stamp: int = write(service.issue, draft, actor=actor).stamp_id
    write(service.mark, account_id, stamp, 1, meta=meta(actor))
    with pytest.raises(NoRoom):
        write(service.mark, account_id, stamp, 1, meta=meta(actor))
    write(service.mark, account_id, stamp, -1, meta=meta(actor))
    write(service.mark, account_id, stamp, 1, meta=meta(actor))
    changed = write(service.update, account_id, stamp, service.StampChange({"active": False}), meta=meta(actor))
    same = write(service.update, account_id, stamp, service.StampChange({"active": False}), meta=meta(actor))
    assert (changed.event_id > 0, same.event_id) == (True, 0)
    back = write(undo, account_id, stamp, changed.event_id, rule=rule_of_member(actor, corrections=True), meta=meta(actor))
    assert (changed.before, changed.after.active) == (back.after._replace(sequence=changed.before.sequence), False)
    with pytest.raises(TooLateToUndo):
        write(undo, account_id, stamp, changed.event_id, rule=rule_of_member(actor, corrections=True), meta=meta(actor))
    redeemed = write(redeeming.redeem, account_id, stamp, checked_hash=None, meta=meta(actor))
    assert redeemed.after.renewed_stamp_id is not None
    ledger = search_shop.data.ledger(stamp)
    assert [row["event_id"] for row in ledger if row["kind"] == "updated"] == [changed.event_id, back.event_id]
    assert ledger[-1]["event_id"] == redeemed.event_id
    write(service.delete, account_id, stamp, meta=meta(actor, "By mistake"))
    return stamp


def test_has_what_people_at_the_dashboard_do(search_shop: SearchShop) -> None:
    stamp = live(search_shop, BOB)
    who = (stamp, 7, "Bob")
    assert lines(search_shop) == [
        ("stamp.issued", *who, None),
        ("stamp.added", *who, '{"stamps": [0, 1]}'),
        ("stamp.removed", *who, '{"stamps": [1, 0]}'),
        ("stamp.added", *who, '{"stamps": [0, 1]}'),
        ("stamp.updated", *who, '{"activeYn": ["Y", "N"]}'),
        ("stamp.updated", *who, '{"activeYn": ["N", "Y"]}'),
        ("stamp.redeemed", *who, None),
        ("stamp.deleted", *who, '{"stamps": [1, null], "note": [null, "By mistake"]}'),
    ]


def test_has_of_programs_only_what_leaves_no_ledger(search_shop: SearchShop) -> None:
    key = key_actor(search_shop.person.key_id)
    stamp = live(search_shop, key)
    changes = '{"stamps": [1, null], "note": [null, "By mistake"]}'
    assert lines(search_shop) == [("stamp.deleted", stamp, key.actor_id, "", changes)]
