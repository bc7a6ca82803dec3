"""Reversing a sale: the rewards that it handed out are owed again, and the marks that it added are taken back. Once."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from stampwell.core.stamp_refs import StampRef
from stampwell.db.database import Tx
from stampwell.features.stamps import mark_queries, queries, reversal_queries, rules, service
from stampwell.features.stamps.auditing import record_act
from stampwell.features.stamps.errors import SaleNotFound, StampNotFound
from stampwell.features.stamps.finding import get_stamp
from stampwell.features.stamps.marking import require_place
from stampwell.features.stamps.model import EventMeta, Stamp, StampKey, event_of
from stampwell.features.stamps.publishing import publish_pending
from stampwell.features.stamps.reversal_plan import PlannedReversal, plan_reversals
from stampwell.features.stamps.reversals import Reversal, SaleOnStamp
from stampwell.features.stamps.rewards import numbers_to_json


def reverse(tx: Tx, account_id: int, order_ref: str, *, meta: EventMeta, stamp: StampRef | None = None) -> list[Reversal]:
    """Reverses the sale on every stamp that has it, or on that one; a row for each, in ascending order of number.

    A stamp on which it was reversed before is answered as the first time, and nothing moves. Raises
    StampNotFound, LocationNotFound, VersionMismatch and SaleNotFound.
    """
    require_place(tx, account_id, meta, takes_marks=False)
    mark_queries.lock_sales(tx, account_id)
    done = reversal_queries.find_reversals(tx, account_id, order_ref)
    sale = reversal_queries.find_sale(tx, account_id, order_ref)
    wanted = {*sale, *done}
    if stamp is not None:
        wanted &= {get_stamp(tx, account_id, stamp).stamp_id}
    if not wanted:
        raise SaleNotFound(order_ref=order_ref)
    locked = _lock_with_successors(tx, account_id, wanted - done.keys())
    # What was deleted meanwhile has no sales any more.
    fresh = sorted((wanted - done.keys()) & locked.keys())
    if not fresh and not wanted & done.keys():
        raise SaleNotFound(order_ref=order_ref) if stamp is None else StampNotFound(stamp=stamp)
    if stamp is not None and fresh:
        rules.check_version(locked[fresh[0]], meta)
    plan = plan_reversals(locked, sale, fresh)
    for planned in plan:
        _carry_out(tx, planned, order_ref, meta)
    rows = [planned.answer for planned in plan]
    reversal_queries.insert(tx, account_id, order_ref, rows, all_stamps=stamp is None, now_us=meta.recorded_at)
    return sorted([*rows, *(done[stamp_id] for stamp_id in wanted & done.keys())])


class SaleOfStamp(NamedTuple):
    """A stamp that has the sale, and what the sale did there.

    planned: what its reversal would do now. answered: what it was answered where it was done before; one of them is None.
    """

    stamp: Stamp
    sale: SaleOnStamp
    planned: PlannedReversal | None
    answered: Reversal | None


def find_sale(tx: Tx, account_id: int, order_ref: str) -> list[SaleOfStamp]:
    """The stamps of the sale, in ascending order of number, each with what `reverse` would do; none for an unknown number."""
    sale = reversal_queries.find_sale(tx, account_id, order_ref)
    done = reversal_queries.find_reversals(tx, account_id, order_ref)
    stamps = _with_successors(tx, account_id, sale)
    there = [stamp_id for stamp_id in sorted(sale) if stamp_id in stamps]
    fresh = [stamp_id for stamp_id in there if stamp_id not in done]
    plans = dict(zip(fresh, plan_reversals(stamps, sale, fresh), strict=True))
    return [SaleOfStamp(stamps[stamp_id], sale[stamp_id], plans.get(stamp_id), done.get(stamp_id)) for stamp_id in there]


def _with_successors(tx: Tx, account_id: int, stamp_ids: Iterable[int]) -> dict[int, Stamp]:
    """Those stamps and all that marks may be taken from instead, by number."""
    of_sale = set(stamp_ids)
    found: dict[int, Stamp] = {}
    asked: set[int] = set()
    while new := (of_sale | _successors(found.values(), of_sale)) - asked:
        here = queries.find_each(tx, [(account_id, stamp_id) for stamp_id in sorted(new)])
        found |= {stamp.stamp_id: stamp for stamp in here.values()}
        asked |= new
    return found


def _lock_with_successors(tx: Tx, account_id: int, stamp_ids: Iterable[int]) -> dict[int, Stamp]:
    """As `_with_successors`, locked in the order of their numbers.

    What is merged with what stays as it is while the sales of the account are locked. A stamp that was redeemed in between has
    a next one that is newer than all others, so that the order holds for that one too.
    """
    of_sale = set(stamp_ids)
    locked: dict[int, Stamp] = {}
    new, asked = set(_with_successors(tx, account_id, of_sale)), set[int]()
    while new:
        here = queries.lock_each(tx, [StampKey(account_id, stamp_id) for stamp_id in new])
        locked |= {stamp.stamp_id: stamp for stamp in here.values()}
        asked |= new
        new = _successors(locked.values(), of_sale) - asked
    return locked


def _successors(stamps: Iterable[Stamp], of_sale: AbstractSet[int]) -> set[int]:
    """Where their marks went, and what followed those of the sale: one step, no further."""
    numbers = {stamp.merged_stamp_id for stamp in stamps}
    numbers |= {stamp.renewed_stamp_id for stamp in stamps if stamp.stamp_id in of_sale}
    return {number for number in numbers if number is not None}


def _carry_out(tx: Tx, planned: PlannedReversal, order_ref: str, meta: EventMeta) -> None:
    if planned.deleted is not None:
        service.delete_locked(tx, planned.deleted, meta=meta)
    for row in planned.rows:
        if row.is_changed:
            publish_pending(tx, [row.stamp])
            queries.save(tx, row.stamp)
        rewards = numbers_to_json(row.rewards) if row.rewards else None
        event = event_of(row.stamp, row.kind, meta, stamps_after=row.stamps_after, rewards=rewards, order_ref=order_ref)
        queries.insert_event(tx, event)
    changes = {"orderRef": [None, order_ref], "stamps": [planned.before.stamps, planned.after.stamps]}
    record_act(tx, planned.before, "stamp.reversed", meta, changes)
