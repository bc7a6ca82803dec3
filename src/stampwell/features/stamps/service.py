"""Units of work on single stamps: issue, mark, update, delete, and what is read of them. Each checks, saves, and tells."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from stampwell.core.actors import Actor
from stampwell.core.stamp_refs import StampRef
from stampwell.db.database import Tx
from stampwell.features.cards.errors import CardNotFound
from stampwell.features.cards.model import Card
from stampwell.features.cards.service import hold_card
from stampwell.features.domains.errors import DomainNotFound
from stampwell.features.domains.service import is_domain_verified
from stampwell.features.stamps import customer_queries, queries, rules
from stampwell.features.stamps.auditing import record_act, record_deletion, record_issue
from stampwell.features.stamps.finding import get_stamp, lock_stamp, lock_version
from stampwell.features.stamps.issuing import issue_one
from stampwell.features.stamps.marking import mark_one
from stampwell.features.stamps.model import (
    KIND_UPDATED,
    Applied,
    EventMeta,
    HistoryRow,
    Issued,
    NewStamp,
    Stamp,
    event_of,
)
from stampwell.features.stamps.publishing import publish_deletions, publish_pending
from stampwell.features.stamps.redeeming import save_redeemed
from stampwell.features.stamps.rewards import rewards_in_words
from stampwell.features.stamps.staff_password import require_checked
from stampwell.features.stamps.states import Action

# What the ledger may say the values of: the rest is personal, and stands in one place only.
_CONTRACT_NAMES = {
    "card_id": "cardIdx",
    "domain": "domain",
    "starts_on": "strtYmd",
    "ends_on": "endYmd",
    "active": "activeYn",
    "stamps": "stamps",
    "max_stamps": "maxStamps",
    "rewards": "rewards",
    "pin_hash": "resetPinYn",
}
_PERSONAL_NAMES = {
    "memo": "memo",
    "user_id": "userId",
    "user_name": "userNm",
    "user_phone": "userPhnno",
    "user_email": "userEml",
    "user_etc1": "userEtc1",
    "user_etc2": "userEtc2",
}


class StampChange(NamedTuple):
    """What an update asks for. given: fields of Stamp and their new values. needs_domain: the new domain is a custom one."""

    given: Mapping[str, Any]
    redeem: bool = False
    reset_pin: bool = False
    needs_domain: bool = False


def issue(tx: Tx, new: NewStamp, *, actor: Actor) -> Issued:
    """Issues one stamp. actor: who the draft says issues it, with the name. Raises what `issue_batch` refuses."""
    issued = issue_one(tx, new)
    record_issue(tx, issued, account_id=new.account_id, actor=actor, now_us=new.created_at)
    return issued


def mark(tx: Tx, account_id: int, stamp: StampRef, marks: int, *, meta: EventMeta) -> Applied:
    """Adds marks, or removes them where `marks` is below zero.

    Raises AccountSuspended, StampNotFound and what the rules refuse.
    """
    return mark_one(tx, lock_version(tx, account_id, stamp, meta), marks, meta)


def mark_on_phone(tx: Tx, account_id: int, stamp: StampRef, *, checked_hash: str | None, meta: EventMeta) -> Applied:
    """One mark more, by staff on the customer's own phone. checked_hash: what the staff password was found to match.

    Raises AccountSuspended, StampNotFound, what the rules refuse, and DatabaseUnavailable when the card has got another
    password in between.
    """
    before = lock_stamp(tx, account_id, stamp)
    require_checked(before, checked_hash, action=Action.ADD, meta=meta)
    return mark_one(tx, before, 1, meta)


def update(tx: Tx, account_id: int, stamp: StampRef, change: StampChange, *, meta: EventMeta) -> Applied:
    """Corrects a stamp. Raises StampNotFound, CardNotFound, DomainNotFound, FieldsWrong and what the rules refuse."""
    before = lock_version(tx, account_id, stamp, meta)
    card = _card_to_move_to(tx, before, change)
    domain = change.given.get("domain")
    if change.needs_domain and domain is not None and not is_domain_verified(tx, account_id, domain):
        raise DomainNotFound(origin=domain)
    given = {**change.given, "pin_hash": None} if change.reset_pin else change.given
    after = rules.updated(before, given, meta, card=card, redeem=change.redeem)
    changes = _changes(before, after, reset_pin=change.reset_pin)
    event_id = 0
    if changes:
        publish_pending(tx, [before])
        event = event_of(before, KIND_UPDATED, meta, stamps_after=after.stamps, changes=json.dumps(changes))
        after, event_id = queries.save_with_event(tx, after, event)
        record_act(tx, before, "stamp.updated", meta, changes)
    if change.reset_pin and before.pin_hash is not None:
        customer_queries.set_pin(tx, account_id, before.stamp_id, None, cleared_at=meta.recorded_at)
    if card is not None:
        # For what it shows of its card.
        after = get_stamp(tx, account_id, before.stamp_id)
    if not change.redeem:
        return Applied(before, after, event_id, changes)
    redeemed = save_redeemed(tx, after, rules.handed_out(after, meta), meta=meta)
    return redeemed._replace(before=before, changes=changes)


def delete(tx: Tx, account_id: int, stamp: StampRef, *, meta: EventMeta) -> Stamp:
    """The stamp as it was; it and its history are gone for good.

    Raises AccountSuspended, StampNotFound, VersionMismatch, and StampMerged while the stamp is there that its marks went to.
    """
    found = lock_version(tx, account_id, stamp, meta)
    successor = found.merged_stamp_id
    if successor is not None and queries.find_each(tx, [(account_id, successor)]):
        rules.check(Action.DELETE, found, meta)
    delete_locked(tx, found, meta=meta)
    return found


def delete_locked(tx: Tx, stamp: Stamp, *, meta: EventMeta) -> None:
    """Deletes a stamp that this transaction has locked, with its history."""
    publish_deletions(tx, [stamp], meta)
    queries.delete(tx, stamp.account_id, stamp.stamp_id)
    record_deletion(tx, stamp, meta)


def history(tx: Tx, account_id: int, stamp: StampRef, *, before_id: int, limit: int) -> list[HistoryRow]:
    """Ledger rows below that number, newest first. Raises StampNotFound."""
    found = get_stamp(tx, account_id, stamp)
    return queries.history(tx, account_id, found.stamp_id, before_id=before_id, limit=limit)


def newest_event_us(tx: Tx) -> int | None:
    """When the last row of any account's ledger was recorded; None before the first."""
    return queries.newest_event(tx)


def _card_to_move_to(tx: Tx, stamp: Stamp, change: StampChange) -> Card | None:
    card_id = change.given.get("card_id", stamp.card_id)
    if card_id == stamp.card_id:
        return None
    card = hold_card(tx, stamp.account_id, card_id)
    if card is None:
        raise CardNotFound(card_id=card_id)
    return card


def _changes(before: Stamp, after: Stamp, *, reset_pin: bool) -> dict[str, object]:
    """What became different, by the contract's names; of what is personal, that it did."""
    changes: dict[str, object] = {}
    for field, name in _CONTRACT_NAMES.items():
        old, new = getattr(before, field), getattr(after, field)
        if field == "pin_hash":
            if reset_pin:
                changes[name] = ["N", "Y"]
        elif old != new:
            changes[name] = [_shown(field, old), _shown(field, new)]
    for field, name in _PERSONAL_NAMES.items():
        if getattr(before, field) != getattr(after, field):
            changes[name] = None
    return changes


def _shown(field: str, value: Any) -> object:
    if field == "active":
        return "Y" if value else "N"
    return rewards_in_words(value) if field == "rewards" else value
