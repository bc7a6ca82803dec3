"""What the events of a stamp say. Pure."""

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zoneinfo import ZoneInfo

from pydantic_core import to_json

from stampwell.features.events.model import ACTION_TYPES, EventType, NewEvent, OutboxRow
from stampwell.features.stamps.model import EventMeta, Stamp
from stampwell.features.stamps.objects import stamp_object
from stampwell.features.stamps.publish_queries import EventSource

_PERSONAL = ("memo", "userId", "userNm", "userPhnno", "userEml", "userEtc1", "userEtc2")
_ACTOR_TYPES = {"api_key": "apiKey", "staff": "person"}
_OPERATORS_CHANNEL = "cli"


class Step(NamedTuple):
    """A waiting row of the outbox, the stamp right after it, and the row of its ledger where it has one."""

    row: OutboxRow
    stamp: Stamp
    entry: EventSource | None

    @property
    def types(self) -> list[str]:
        """What is told of it, in order: that the stamp is full now as well."""
        return [self.row.kind, EventType.STAMP_FULL] if self._has_filled() else [self.row.kind]

    def _has_filled(self) -> bool:
        entry = self.entry
        if entry is None or entry.stamps_after < self.stamp.max_stamps:
            return False
        if self.row.kind == EventType.STAMP_ADDED:
            return True
        if self.row.kind != EventType.STAMP_UPDATED:
            return False
        goal_before, _ = json.loads(entry.changes or "{}").get("maxStamps", (self.stamp.max_stamps, None))
        return entry.stamps_before < int(goal_before)


def steps_of(stamp: Stamp, rows: Sequence[OutboxRow], entries: Mapping[int, EventSource]) -> list[Step]:
    """A step for each of the rows, oldest first. stamp: as it is now. entries: of its ledger, by sequence."""
    steps: list[Step] = []
    for row in reversed(rows):
        # A row that a damaged ledger lacks is told without what stood there, and holds back no other.
        entry = None if row.sequence is None else entries.get(row.sequence)
        if entry is None:
            steps.append(Step(row, stamp, None))
            continue
        steps.append(Step(row, stamp._replace(stamps=entry.stamps_after, sequence=entry.sequence), entry))
        next_stamp = None if entry.carried else stamp.renewed_stamp_id
        stamp = stamp._replace(stamps=entry.stamps_before, sequence=entry.sequence - 1, renewed_stamp_id=next_stamp)
    return steps[::-1]


def event_of_step(kind: str, step: Step, *, sequence: int, zone: ZoneInfo) -> NewEvent:
    """One of the step's types as an event. sequence: of the stamp's events."""
    entry, count = step.entry, step.stamp.stamps
    if entry is None or kind == EventType.STAMP_FULL:
        before = after = count
    else:
        before, after = entry.stamps_before, entry.stamps_after
    actor = _actor("system", None, "") if entry is None else _actor(entry.actor_kind, entry.actor_id, entry.channel)
    return _event(
        step.stamp,
        kind,
        zone,
        actor=actor,
        before=before,
        after=after,
        order_ref=None if entry is None else entry.order_ref,
        location_id=None if entry is None else entry.location_id,
        sequence=sequence,
        created_at=step.row.created_at,
    )


def event_of_deletion(stamp: Stamp, meta: EventMeta, *, sequence: int) -> NewEvent:
    """That the stamp, as it was, is deleted."""
    return _event(
        stamp,
        EventType.STAMP_DELETED,
        meta.zone,
        actor=_actor(meta.actor.kind, meta.actor.actor_id, meta.actor.channel),
        before=stamp.stamps,
        after=stamp.stamps,
        order_ref=None,
        location_id=meta.location_id,
        sequence=sequence,
        created_at=meta.recorded_at,
    )


def _event(
    stamp: Stamp,
    kind: str,
    zone: ZoneInfo,
    *,
    actor: Mapping[str, object],
    before: int,
    after: int,
    order_ref: str | None,
    location_id: int | None,
    sequence: int,
    created_at: int,
) -> NewEvent:
    shown = stamp_object(stamp, zone)
    personal = {name: shown.pop(name) for name in _PERSONAL}
    data = {
        "actionType": ACTION_TYPES[kind],
        "actor": actor,
        "count": abs(after - before),
        "before": before,
        "after": after,
        "orderRef": order_ref,
        "locationIdx": location_id,
        "stamp": shown,
    }
    return NewEvent(
        account_id=stamp.account_id,
        stamp_id=stamp.stamp_id,
        card_id=stamp.card_id,
        sequence=sequence,
        type=kind,
        data=to_json(data).decode(),
        personal=to_json(personal).decode(),
        created_at=created_at,
    )


def _actor(kind: str, number: int | None, channel: str) -> dict[str, object]:
    if kind == "system" and channel == _OPERATORS_CHANNEL:
        return {"type": "operator", "idx": None}
    return {"type": _ACTOR_TYPES.get(kind, kind), "idx": number}
