"""The lines of the audit log about cards."""

from collections.abc import Mapping
from typing import Any

from stampwell.core.actors import Actor
from stampwell.db.database import Tx
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.audit.service import differences, record
from stampwell.features.cards.model import Card, blank_card
from stampwell.features.locations.service import names_of

_NAMES = {
    "name": "cardNm",
    "title": "cardTtl",
    "max_stamps": "maxStamps",
    "reward_title": "rewardTtl",
    "url": "url",
    "stamp_img_url": "stampImgUrl",
    "onsite": "onsiteYn",
    "onsite_hash": "onsitePwd",
    "cooldown_s": "cooldownSec",
    "daily_max": "dailyMax",
    "renews": "renewYn",
    "active": "activeYn",
    "color": "color",
    "paper_color": "paperColor",
    "rewards": "rewards",
    "carries": "carryYn",
    "location_ids": "locations",
}
"""Attributes of a card by the names of the contract; of its locations the log keeps the names."""

_SECRET = ("onsite_hash",)


def record_creation(tx: Tx, card: Card, *, actor: Actor) -> None:
    """With everything that differs from the blank form of the dashboard's editor; for other actors, with the name alone."""
    if actor.channel != "dashboard":
        record_name(tx, card, actor=actor)
        return
    changes = _differences(tx, blank_card(card.account_id, card.created_at), card)
    record_act(tx, card, "card.created", actor=actor, now_us=card.created_at, changes=changes)


def record_name(tx: Tx, card: Card, *, actor: Actor) -> None:
    """Of a new card, its name alone."""
    changes = {"cardNm": [None, card.name]}
    record_act(tx, card, "card.created", actor=actor, now_us=card.created_at, changes=changes)


def record_change(tx: Tx, before: Card, after: Card, *, actor: Actor, now_us: int) -> None:
    """No line where nothing is different."""
    changes = _differences(tx, before, after)
    if changes:
        record_act(tx, after, "card.updated", actor=actor, now_us=now_us, changes=changes)


def record_act(tx: Tx, card: Card, action: str, *, actor: Actor, now_us: int, changes: Mapping[str, Any] | None = None) -> None:
    """action: what was done, such as `card.archived`. changes: field -> [before, after], None for a secret one."""
    record(tx, NewAuditEntry(card.account_id, actor, action, card.card_id, card.name, now_us, changes))


def _differences(tx: Tx, before: Card, after: Card) -> dict[str, Any]:
    changes = differences(before, after, _NAMES, hidden=_SECRET)
    if "locations" in changes:
        changes["locations"] = [names_of(tx, card.account_id, card.location_ids) for card in (before, after)]
    return changes
