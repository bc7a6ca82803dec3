"""Units of work on single stamps: redeem, update, delete, and what is read of them. Each checks, saves, and tells."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from stampwell.core.actors import Actor
from stampwell.core.codes import new_stamp_code
from stampwell.core.emails import stored_email_key
from stampwell.core.errors import AppError
from stampwell.core.phones import phone_digits
from stampwell.core.stamp_refs import StampRef
from stampwell.core.units import DAY_US
from stampwell.db.database import Tx
from stampwell.features.accounts.admission import refusal_to_change
from stampwell.features.cards.errors import CardClosed, CardNotFound
from stampwell.features.cards.model import Card
from stampwell.features.cards.service import hold_card
from stampwell.features.domains.errors import DomainNotFound
from stampwell.features.domains.service import is_domain_verified
from stampwell.features.stamps import customer_queries, queries, rules
from stampwell.features.stamps.auditing import record_act, record_deletion, record_issue
from stampwell.features.stamps.errors import StampNotFound
from stampwell.features.stamps.issuing import issue_one
from stampwell.features.stamps.marking import mark_one
from stampwell.features.stamps.model import (
    KIND_REDEEMED,
    KIND_UPDATED,
    Applied,
    EventMeta,
    HistoryRow,
    Issued,
    NewStamp,
    Stamp,
    StampKey,
    event_of,
)
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


def find_stamps(tx: Tx, names: Sequence[tuple[int, StampRef]]) -> list[Stamp | AppError]:
    """The stamp, or StampNotFound, for every (account, stampIdx or code), in order."""
    found = queries.find_each(tx, names)
    return [found.get(name) or StampNotFound(stamp=name[1]) for name in names]


def get_stamp(tx: Tx, account_id: int, stamp: StampRef) -> Stamp:
    """Raises StampNotFound."""
    return _found(queries.find_each(tx, [(account_id, stamp)]).get((account_id, stamp)), stamp)


def lock_stamp(tx: Tx, account_id: int, stamp: StampRef) -> Stamp:
    """The stamp, which nobody else changes until the transaction ends. Raises AccountSuspended and StampNotFound."""
    number = stamp if isinstance(stamp, int) else queries.find_ids(tx, [(account_id, stamp)]).get((account_id, stamp))
    key = StampKey(account_id, number) if number is not None else None
    found = queries.lock_each(tx, [key]).get(key) if key else None
    if found is None:
        raise refusal_to_change(tx, account_id) or StampNotFound(stamp=stamp)
    return found


def issue(tx: Tx, new: NewStamp, *, actor: Actor) -> Issued:
    """Issues one stamp. actor: who the draft says issues it, with the name. Raises what `issue_batch` refuses."""
    issued = issue_one(tx, new)
    record_issue(tx, issued, account_id=new.account_id, actor=actor, now_us=new.created_at)
    return issued


def mark(tx: Tx, account_id: int, stamp: StampRef, marks: int, *, meta: EventMeta) -> Applied:
    """Adds marks, or removes them where `marks` is below zero.

    Raises AccountSuspended, StampNotFound and what the rules refuse.
    """
    return mark_one(tx, lock_stamp(tx, account_id, stamp), marks, meta)


def mark_on_phone(tx: Tx, account_id: int, stamp: StampRef, *, checked_hash: str | None, meta: EventMeta) -> Applied:
    """One mark more, by staff on the customer's own phone. checked_hash: what the staff password was found to match.

    Raises AccountSuspended, StampNotFound, what the rules refuse, and DatabaseUnavailable when the card has got another
    password in between.
    """
    before = lock_stamp(tx, account_id, stamp)
    require_checked(before, checked_hash, action=Action.ADD, meta=meta)
    return mark_one(tx, before, 1, meta)


def redeem(tx: Tx, account_id: int, stamp: StampRef, *, checked_hash: str | None, meta: EventMeta) -> Applied:
    """Hands out the reward; where the card says so, issues the next stamp in the same transaction.

    checked_hash: what the staff password was found to match; None when none was asked for. Raises StampNotFound, what the
    rules refuse, and DatabaseUnavailable when the card has got another password in between.
    """
    before = lock_stamp(tx, account_id, stamp)
    require_checked(before, checked_hash, action=Action.REDEEM, meta=meta)
    return _save_redeemed(tx, before, rules.redeemed(before, meta), meta=meta)


def update(tx: Tx, account_id: int, stamp: StampRef, change: StampChange, *, meta: EventMeta) -> Applied:
    """Corrects a stamp. Raises StampNotFound, CardNotFound, DomainNotFound, FieldsWrong and what the rules refuse."""
    before = lock_stamp(tx, account_id, stamp)
    card = _card_to_move_to(tx, before, change)
    domain = change.given.get("domain")
    if change.needs_domain and domain is not None and not is_domain_verified(tx, account_id, domain):
        raise DomainNotFound(origin=domain)
    given = {**change.given, "pin_hash": None} if change.reset_pin else change.given
    after = rules.updated(before, given, meta, card=card, redeem=change.redeem)
    changes = _changes(before, after, reset_pin=change.reset_pin)
    event_id = 0
    if changes:
        event = event_of(before, KIND_UPDATED, meta, stamps_after=after.stamps, changes=json.dumps(changes))
        event_id = queries.insert_event(tx, event)
        queries.save(tx, after)
        record_act(tx, before, "stamp.updated", meta, changes)
    if change.reset_pin and before.pin_hash is not None:
        customer_queries.set_pin(tx, account_id, before.stamp_id, None, cleared_at=meta.recorded_at)
    if card is not None:
        # For what it shows of its card.
        after = get_stamp(tx, account_id, before.stamp_id)
    if not change.redeem:
        return Applied(before, after, event_id, changes)
    redeemed = _save_redeemed(tx, after, rules.handed_out(after, meta), meta=meta)
    return redeemed._replace(before=before, changes=changes)


def delete(tx: Tx, account_id: int, stamp: StampRef, *, meta: EventMeta) -> Stamp:
    """The stamp as it was; it and its history are gone for good. Raises AccountSuspended and StampNotFound."""
    found = lock_stamp(tx, account_id, stamp)
    queries.delete(tx, account_id, found.stamp_id)
    queries.insert_outbox(tx, [(account_id, found.stamp_id, "stamp.deleted", meta.recorded_at)])
    record_deletion(tx, found, meta)
    return found


def history(tx: Tx, account_id: int, stamp: StampRef, *, before_id: int, limit: int) -> list[HistoryRow]:
    """Ledger rows below that number, newest first. Raises StampNotFound."""
    found = get_stamp(tx, account_id, stamp)
    return queries.history(tx, account_id, found.stamp_id, before_id=before_id, limit=limit)


def get_any_stamp(tx: Tx, stamp: StampRef) -> Stamp:
    """By number or code, in any account: for the operator. Raises StampNotFound."""
    return _found(queries.find_anywhere(tx, stamp), stamp)


def prune_outbox(tx: Tx, *, before_us: int) -> int:
    """Deletes outbox rows of every account older than that, a bounded number at a time; how many it were."""
    return queries.delete_old_outbox(tx, before_us)


def heal_outbox(tx: Tx, *, now_us: int) -> int:
    """Rows of the outbox of every account that a wrong clock dated ahead count as written now; how many it were."""
    return queries.heal_outbox(tx, now_us=now_us, later_us=now_us + DAY_US)


def newest_event_us(tx: Tx) -> int | None:
    """When the last row of any account's ledger was recorded; None before the first."""
    return queries.newest_event(tx)


def _found(stamp: Stamp | None, name: StampRef) -> Stamp:
    if stamp is None:
        raise StampNotFound(stamp=name)
    return stamp


def _card_to_move_to(tx: Tx, stamp: Stamp, change: StampChange) -> Card | None:
    card_id = change.given.get("card_id", stamp.card_id)
    if card_id == stamp.card_id:
        return None
    card = hold_card(tx, stamp.account_id, card_id)
    if card is None:
        raise CardNotFound(card_id=card_id)
    return card


def _save_redeemed(tx: Tx, before: Stamp, after: Stamp, *, meta: EventMeta) -> Applied:
    renewed = _renew(tx, after, meta=meta) if after.card_renews else None
    after = after._replace(renewed_stamp_id=renewed)
    queries.save(tx, after)
    event = event_of(before, KIND_REDEEMED, meta, stamps_after=before.stamps, renewed_stamp_id=renewed)
    event_id = queries.insert_event(tx, event)
    record_act(tx, after, "stamp.redeemed", meta)
    return Applied(before, after, event_id)


def _renew(tx: Tx, stamp: Stamp, *, meta: EventMeta) -> int | None:
    """The number of the next stamp for the same user; None when the card takes no new stamps any more."""
    starts_on, ends_on = rules.renewal_days(stamp, meta.today)
    next_stamp = NewStamp(
        account_id=stamp.account_id,
        actor_kind=meta.actor.kind,
        actor_id=meta.actor.actor_id,
        channel=meta.actor.channel,
        card_id=stamp.card_id,
        code=new_stamp_code(),
        domain=stamp.domain,
        needs_domain=False,
        starts_on=starts_on.isoformat(),
        ends_on=ends_on.isoformat(),
        active=True,
        memo=None,
        user_id=stamp.user_id,
        user_name=stamp.user_name,
        user_phone=stamp.user_phone,
        user_phone_digits=phone_digits(stamp.user_phone or "") or stamp.user_phone_digits,
        user_email=stamp.user_email,
        user_email_key=stored_email_key(stamp.user_email),
        user_etc1=stamp.user_etc1,
        user_etc2=stamp.user_etc2,
        created_at=meta.recorded_at,
    )
    try:
        return issue_one(tx, next_stamp).stamp_id
    except CardClosed:
        return None


def _changes(before: Stamp, after: Stamp, *, reset_pin: bool) -> dict[str, object]:
    """What became different, by the contract's names; of what is personal, that it did."""
    changes: dict[str, object] = {}
    for field, name in _CONTRACT_NAMES.items():
        old, new = getattr(before, field), getattr(after, field)
        if field == "pin_hash":
            if reset_pin:
                changes[name] = ["N", "Y"]
        elif old != new:
            changes[name] = [_yn(old), _yn(new)] if field == "active" else [old, new]
    for field, name in _PERSONAL_NAMES.items():
        if getattr(before, field) != getattr(after, field):
            changes[name] = None
    return changes


def _yn(flag: bool) -> str:
    return "Y" if flag else "N"
