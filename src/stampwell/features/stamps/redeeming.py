"""Handing out rewards: the last one, with all that are still owed, or one on the way."""

from stampwell.core.stamp_refs import StampRef
from stampwell.db.database import Tx
from stampwell.features.stamps import mark_queries, queries, rules
from stampwell.features.stamps.auditing import record_act
from stampwell.features.stamps.errors import SaleReversed
from stampwell.features.stamps.finding import lock_stamp
from stampwell.features.stamps.marking import require_place
from stampwell.features.stamps.model import (
    KIND_REDEEMED,
    KIND_REVERSED,
    KIND_REWARD_REDEEMED,
    Applied,
    EventMeta,
    Stamp,
    event_of,
)
from stampwell.features.stamps.publishing import publish_pending
from stampwell.features.stamps.renewing import issue_next
from stampwell.features.stamps.rewards import numbers_to_json
from stampwell.features.stamps.rules import Redeemed
from stampwell.features.stamps.staff_password import require_checked
from stampwell.features.stamps.states import Action


def redeem(
    tx: Tx,
    account_id: int,
    stamp: StampRef,
    *,
    checked_hash: str | None,
    meta: EventMeta,
    reward: int | None = None,
    order_ref: str | None = None,
) -> Applied:
    """Hands out the reward; where the card says so, issues the next stamp in the same transaction.

    reward: the marks of a reward on the way, to hand out that one alone. order_ref: of the sale, which hands a reward out once.
    checked_hash: what the staff password was found to match; None when none was asked for.

    Raises StampNotFound, LocationNotFound, SaleReversed, VersionMismatch, what the rules refuse, and DatabaseUnavailable when
    the card has got another password in between.
    """
    if order_ref is not None:
        mark_queries.hold_sales(tx, [account_id])
    before = lock_stamp(tx, account_id, stamp)
    if order_ref is not None and is_done(tx, before, reward=reward, order_ref=order_ref):
        return Applied(before, before, 0)
    rules.check_version(before, meta)
    require_place(tx, account_id, meta, takes_marks=True)
    require_checked(before, checked_hash, action=Action.REDEEM if reward is None else Action.REDEEM_REWARD, meta=meta)
    if reward is None:
        return save_redeemed(tx, before, rules.redeemed(before, meta), meta=meta, order_ref=order_ref)
    return _save_reward(tx, before, rules.reward_redeemed(before, reward, meta), meta=meta, order_ref=order_ref)


def is_done(tx: Tx, stamp: Stamp, *, reward: int | None, order_ref: str) -> bool:
    """Whether the sale has handed out that reward before, or for None the last one. Raises SaleReversed."""
    rows = mark_queries.find_sales(tx, [(stamp.account_id, stamp.stamp_id, order_ref)]).get((stamp.stamp_id, order_ref), [])
    if any(row.kind == KIND_REVERSED for row in rows):
        raise SaleReversed(order_ref=order_ref)
    if reward is None:
        return any(row.kind == KIND_REDEEMED for row in rows)
    return any(row.kind == KIND_REWARD_REDEEMED and row.rewards == numbers_to_json([reward]) for row in rows)


def save_redeemed(tx: Tx, before: Stamp, done: Redeemed, *, meta: EventMeta, order_ref: str | None = None) -> Applied:
    """Writes that the last reward was handed out, and issues the next stamp where there is none yet and the card says so."""
    publish_pending(tx, [before])
    after = done.stamp
    renewed = issue_next(tx, after, meta=meta) if after.card_renews and after.renewed_stamp_id is None else None
    if renewed is not None:
        after = after._replace(renewed_stamp_id=renewed)
    event = event_of(
        before,
        KIND_REDEEMED,
        meta,
        stamps_after=before.stamps,
        renewed_stamp_id=renewed,
        rewards=numbers_to_json(done.rewards),
        order_ref=order_ref,
    )
    after, event_id = queries.save_with_event(tx, after, event)
    record_act(tx, after, "stamp.redeemed", meta)
    return Applied(before, after, event_id)


def _save_reward(tx: Tx, before: Stamp, done: Redeemed, *, meta: EventMeta, order_ref: str | None) -> Applied:
    publish_pending(tx, [before])
    event = event_of(
        before,
        KIND_REWARD_REDEEMED,
        meta,
        stamps_after=before.stamps,
        rewards=numbers_to_json(done.rewards),
        order_ref=order_ref,
    )
    after, event_id = queries.save_with_event(tx, done.stamp, event)
    record_act(tx, before, "stamp.reward_redeemed", meta, {"reward": [None, done.rewards[0]]})
    return Applied(before, after, event_id)
