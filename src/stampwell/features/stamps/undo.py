"""Undoing what was done to a stamp last: by whoever did it, for a short time, as a row of its own in the ledger."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from stampwell.core.actors import Actor
from stampwell.core.units import LARGEST_INTEGER, MINUTE_US
from stampwell.core.waits import is_recent
from stampwell.db.database import Tx
from stampwell.features.stamps import queries, service
from stampwell.features.stamps.errors import TooLateToUndo
from stampwell.features.stamps.finding import lock_stamp
from stampwell.features.stamps.marking import mark_one
from stampwell.features.stamps.model import (
    KIND_ADDED,
    KIND_REMOVED,
    KIND_UPDATED,
    Applied,
    EventMeta,
    HistoryRow,
    Stamp,
    StampKey,
    after_event,
    event_of,
)
from stampwell.features.stamps.rewards import rewards_in_words
from stampwell.features.stamps.service import StampChange

# What an update may have changed and an undo puts back; what else follows the card.
_FOLLOWS_THE_CARD = frozenset({"maxStamps", "rewards"})
_CAN_BE_PUT_BACK = {"cardIdx": "card_id", "strtYmd": "starts_on", "endYmd": "ends_on", "activeYn": "active"}

# Issued, and filled with the surplus: nothing else has happened to it.
_SEQUENCE_WITH_SURPLUS = 2


class UndoRule(NamedTuple):
    """Whose rows of the ledger can be undone, of which kinds, and for how long."""

    by: Actor
    kinds: frozenset[str]
    within_us: int

    def allows(self, row: HistoryRow, *, now_us: int) -> bool:
        """Whether that row, the newest of its stamp, can be undone: nothing is lost by it."""
        is_own = (row.actor_kind, row.actor_id, row.channel) == (self.by.kind, self.by.actor_id, self.by.channel)
        if not is_own or row.kind not in self.kinds or not is_recent(row.recorded_at, self.within_us, now_us=now_us):
            return False
        return row.kind != KIND_UPDATED or can_be_put_back(row.changes or {})


ON_PHONE = UndoRule(Actor("staff", None, "stamp_page"), frozenset({KIND_ADDED}), MINUTE_US)
"""Of staff on the customer's own phone."""


def rule_of_member(actor: Actor, *, corrections: bool) -> UndoRule:
    """Of somebody at the dashboard. corrections: whether they may correct stamps, beside marking them."""
    kinds = {KIND_ADDED, KIND_REMOVED, *((KIND_UPDATED,) if corrections else ())}
    return UndoRule(actor, frozenset(kinds), 10 * MINUTE_US)


def rule_by_link(actor: Actor) -> UndoRule:
    """Of somebody who is signed in, on the customer's page: the stamp that they added there."""
    return UndoRule(actor, frozenset({KIND_ADDED}), 10 * MINUTE_US)


def undo(tx: Tx, account_id: int, stamp_id: int, event_id: int, *, rule: UndoRule, meta: EventMeta) -> Applied:
    """Reverses what that row of the ledger did.

    It happens where the row did. A next stamp that was started by marks to spare goes with them: the answer's `before` names
    it, its `after` does not. Raises TooLateToUndo when something came after it, or the rule does not allow it (any more), and
    what the rules of stamps refuse.
    """
    before = stamp = lock_stamp(tx, account_id, stamp_id)
    # Every stamp has a row, of its issue.
    (row,) = queries.history(tx, account_id, stamp_id, before_id=LARGEST_INTEGER, limit=1)
    if row.event_id != event_id or not rule.allows(row, now_us=meta.recorded_at):
        raise TooLateToUndo
    meta = meta._replace(location_id=row.location_id)
    if row.kind == KIND_UPDATED:
        return _put_back(tx, stamp, row.changes or {}, meta)
    if row.carried:
        stamp = _without_next(tx, stamp, row, meta)
    marks = row.stamps_before - row.stamps_after
    undone = mark_one(tx, stamp, marks, meta) if marks else _nothing_added(tx, stamp, meta)
    return undone._replace(before=before)


def can_be_put_back(changes: Mapping[str, Any]) -> bool:
    """Whether the ledger knows what all of it was before: of personal fields and a PIN it does not."""
    return bool(changes) and changes.keys() <= {*_CAN_BE_PUT_BACK, *_FOLLOWS_THE_CARD}


def _put_back(tx: Tx, stamp: Stamp, changes: Mapping[str, Any], meta: EventMeta) -> Applied:
    given = {_CAN_BE_PUT_BACK[name]: pair[0] for name, pair in changes.items() if name in _CAN_BE_PUT_BACK}
    if "active" in given:
        given["active"] = given["active"] == "Y"
    applied = service.update(tx, stamp.account_id, stamp.stamp_id, StampChange(given), meta=meta)
    follows = {"maxStamps": applied.after.max_stamps, "rewards": rewards_in_words(applied.after.rewards)}
    if any(name in changes and changes[name][0] != value for name, value in follows.items()):
        # The former card asks for another number of marks by now, or has other rewards, so this would not be what it was.
        raise TooLateToUndo
    return applied


def _without_next(tx: Tx, stamp: Stamp, row: HistoryRow, meta: EventMeta) -> Stamp:
    """The stamp without the next one that the surplus of that row has started. Raises TooLateToUndo where it was used since."""
    key = StampKey(stamp.account_id, row.renewed_stamp_id or 0)
    started = queries.lock_each(tx, [key]).get(key)
    if started is None or started.sequence != _SEQUENCE_WITH_SURPLUS:
        raise TooLateToUndo
    service.delete_locked(tx, started, meta=meta)
    alone = stamp._replace(renewed_stamp_id=None)
    queries.save(tx, alone)
    return alone


def _nothing_added(tx: Tx, stamp: Stamp, meta: EventMeta) -> Applied:
    """Of an addition whose marks all went on to the next stamp: that they were taken back."""
    event = event_of(stamp, KIND_REMOVED, meta, stamps_after=stamp.stamps)
    return Applied(stamp, after_event(stamp, event), queries.insert_event(tx, event))
