"""Merging: the marks of one stamp go over to another of the same customer, which takes its place."""

from typing import NamedTuple

from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phrases import phrase
from stampwell.core.stamp_refs import StampRef
from stampwell.db.database import Tx
from stampwell.features.stamps import mark_queries, queries, rules
from stampwell.features.stamps.auditing import record_act
from stampwell.features.stamps.errors import CannotMerge, NoRoom, StampNotFound
from stampwell.features.stamps.finding import number_of
from stampwell.features.stamps.model import KIND_MERGED, EventMeta, Stamp, StampKey, after_event, event_of
from stampwell.features.stamps.publishing import publish_pending
from stampwell.features.stamps.rewards import handed_out_numbers, numbers_to_json, with_rewards_of_both
from stampwell.features.stamps.states import Action


class Merged(NamedTuple):
    """Both stamps of a merge."""

    source: Stamp
    target: Stamp


def merge(tx: Tx, account_id: int, source: StampRef, target: StampRef, *, meta: EventMeta) -> Merged:
    """Moves the marks of `source` to `target`; a reward on the way is handed out there if it was on either.

    Raises StampNotFound, VersionMismatch of `source`, FieldsWrong for one stamp twice, CannotMerge and NoRoom.
    """
    # Before the stamps: a reversal follows merges, and finds them as they are.
    mark_queries.lock_sales(tx, account_id)
    before = _lock_both(tx, account_id, source, target)
    rules.check_version(before.source, meta)
    after = merged(before, meta)
    went = event_of(before.source, KIND_MERGED, meta, stamps_after=after.source.stamps, merged_stamp_id=before.target.stamp_id)
    rewards = handed_out_numbers(before.source)
    came = event_of(
        before.target,
        KIND_MERGED,
        meta,
        stamps_after=after.target.stamps,
        merged_stamp_id=before.source.stamp_id,
        rewards=numbers_to_json(rewards) if rewards else None,
    )
    publish_pending(tx, before)
    for stamp in after:
        queries.save(tx, stamp)
    queries.insert_events(tx, [went, came])
    for stamp, changed in zip(before, after, strict=True):
        record_act(tx, stamp, "stamp.merged", meta, {"stamps": [stamp.stamps, changed.stamps]})
    return Merged(after_event(after.source, went), after_event(after.target, came))


def merged(before: Merged, meta: EventMeta) -> Merged:
    """Both stamps as a merge leaves them. Raises FieldsWrong for one stamp twice, CannotMerge and NoRoom."""
    source, target = before
    if source.stamp_id == target.stamp_id:
        raise FieldsWrong([FieldError("intoStampIdx", phrase("must be another stamp than fromStampIdx"))])
    rules.check(Action.MERGE, source, meta)
    rules.check(Action.MERGE, target, meta)
    if source.card_id != target.card_id:
        raise CannotMerge(problem=phrase("they are of different cards."))
    marks = source.stamps + target.stamps
    if marks > target.max_stamps:
        raise NoRoom(stamps=marks, max_stamps=target.max_stamps)
    return Merged(
        source._replace(stamps=0, merged_stamp_id=target.stamp_id),
        with_rewards_of_both(target, source)._replace(stamps=marks),
    )


def _lock_both(tx: Tx, account_id: int, source: StampRef, target: StampRef) -> Merged:
    keys: list[StampKey] = []
    for name in (source, target):
        number = number_of(tx, account_id, name)
        if number is None:
            raise StampNotFound(stamp=name)
        keys.append(StampKey(account_id, number))
    locked = queries.lock_each(tx, keys)
    for name, key in zip((source, target), keys, strict=True):
        if key not in locked:
            raise StampNotFound(stamp=name)
    return Merged(*(locked[key] for key in keys))
