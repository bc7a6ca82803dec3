"""Many stamps at once are deleted, switched or extended: what would be hit is looked at first, and nothing else is hit."""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from stampwell.core.paging import make_cursor, read_cursor
from stampwell.core.units import ABOVE_ALL, BELOW_ALL, LARGEST_INTEGER
from stampwell.db.cursor_pages import Position
from stampwell.db.database import Tx
from stampwell.db.secret import cursor_secret
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.audit.service import record
from stampwell.features.stamps import queries
from stampwell.features.stamps.bulk import action_queries
from stampwell.features.stamps.bulk.action_queries import Narrowed
from stampwell.features.stamps.finding import find_present
from stampwell.features.stamps.listing import filter_queries
from stampwell.features.stamps.listing.filters import StampFilter
from stampwell.features.stamps.model import KIND_UPDATED, EventMeta, Stamp, StampKey, event_of
from stampwell.features.stamps.publishing import publish_deletions, publish_pending

MOST = 10_000
"""Stamps a go."""

CHUNK = 500
"""Stamps a transaction, so that tills are not held up."""

STATES = action_queries.STATES
"""The states that stamps may be filtered by; blank for any."""

_SHOWN = 10


class BulkAction(StrEnum):
    EXTEND = "extend"
    SWITCH_ON = "switch-on"
    SWITCH_OFF = "switch-off"
    DELETE = "delete"


_AUDITED = {
    BulkAction.EXTEND: "stamps.extended",
    BulkAction.SWITCH_ON: "stamps.switched_on",
    BulkAction.SWITCH_OFF: "stamps.switched_off",
    BulkAction.DELETE: "stamps.deleted",
}
"""What the audit log calls them."""
_HIT: Mapping[BulkAction, Mapping[str, str]] = {
    BulkAction.EXTEND: {"": action_queries.OPEN, "active": "active", "inactive": "inactive"},
    BulkAction.SWITCH_ON: {"": "inactive", "inactive": "inactive"},
    BulkAction.SWITCH_OFF: {"": "active", "active": "active"},
    BulkAction.DELETE: {state: state for state in STATES},
}
"""The state of what is hit, by the one that is asked for; what is redeemed or merged can only be deleted."""


class BulkFilter(NamedTuple):
    """Which stamps. card_id: None for all cards. state: one of STATES. since, until: instants of issue, both inclusive.

    also: what else they have to be. stamp_ids: of these alone, unless it is empty. extend_to: the last day that they are to
    get, `YYYY-MM-DD`, when they are extended; those that end then or later are left alone.
    """

    card_id: int | None = None
    state: str = ""
    since: int | None = None
    until: int | None = None
    also: StampFilter | None = None
    stamp_ids: tuple[int, ...] = ()
    extend_to: str = ""


class Preview(NamedTuple):
    """What would be hit: how many, the oldest of them, whether there are more than a go takes.

    signature: proves to `is_previewed` what was looked at. last: the position of the newest that would be hit.
    """

    stamps: int
    first: list[Stamp]
    more: bool
    last: Position
    signature: str


class ChunkResult(NamedTuple):
    """How many stamps of a chunk were changed, and the position after which the next begins; None after the last."""

    stamps: int
    next: Position | None


def preview(tx: Tx, account_id: int, act: BulkAction, selected: BulkFilter) -> Preview:
    """At most `MOST` stamps, the oldest first; those issued later are not among them."""
    found = _page(tx, account_id, act, selected, after=BELOW_ALL, last=ABOVE_ALL, limit=MOST + 1)
    here = found[:MOST]
    shown = queries.find_each(tx, [(account_id, stamp_id) for _, stamp_id in here[:_SHOWN]])
    last = here[-1] if here else BELOW_ALL
    signature = make_cursor(cursor_secret(tx), _named(account_id, act, selected, len(here)), last)
    return Preview(len(here), sorted(shown.values(), key=_position), len(found) > MOST, last, signature)


def is_previewed(
    tx: Tx, account_id: int, act: BulkAction, selected: BulkFilter, *, count: int, signature: str
) -> Position | None:
    """The position of the newest stamp of the preview with that signature; None for any other."""
    return read_cursor(cursor_secret(tx), _named(account_id, act, selected, count), signature)


def apply_chunk(
    tx: Tx,
    account_id: int,
    act: BulkAction,
    selected: BulkFilter,
    *,
    last: Position,
    after: Position | None,
    meta: EventMeta,
) -> ChunkResult:
    """A unit of work: the next stamps up to `last`; what does not fit the choice any more is left alone.

    The audit log has a line a chunk, so that what was done stands there also when the next chunk fails.
    """
    found = _page(tx, account_id, act, selected, after=after or BELOW_ALL, last=last, limit=CHUNK)
    locked = queries.lock_each(tx, [StampKey(account_id, stamp_id) for _, stamp_id in found])
    successors = find_present(tx, account_id, (stamp.merged_stamp_id for stamp in locked.values()))
    stamps = [
        stamp for _, stamp in sorted(locked.items()) if stamp.merged_stamp_id not in successors and _fits(stamp, act, selected)
    ]
    if stamps and selected.also is not None:
        fitting = filter_queries.fitting(tx, account_id, [stamp.stamp_id for stamp in stamps], selected.also)
        stamps = [stamp for stamp in stamps if stamp.stamp_id in fitting]
    if stamps:
        _apply(tx, act, selected, stamps, meta)
        changes = {"count": [None, len(stamps)]}
        note = meta.note or ""
        record(tx, NewAuditEntry(account_id, meta.actor, _AUDITED[act], selected.card_id, note, meta.recorded_at, changes))
    return ChunkResult(len(stamps), found[-1] if len(found) == CHUNK else None)


def _apply(tx: Tx, act: BulkAction, selected: BulkFilter, stamps: list[Stamp], meta: EventMeta) -> None:
    """`stamps`: of one account, at least one."""
    account_id = stamps[0].account_id
    stamp_ids = [stamp.stamp_id for stamp in stamps]
    if act is BulkAction.DELETE:
        publish_deletions(tx, stamps, meta)
        action_queries.delete_each(tx, account_id, stamp_ids)
        return
    publish_pending(tx, stamps)
    if act is BulkAction.EXTEND:
        action_queries.extend_each(tx, account_id, stamp_ids, ends_on=selected.extend_to)
    else:
        action_queries.switch_each(tx, account_id, stamp_ids, active=act is BulkAction.SWITCH_ON)
    queries.insert_events(
        tx,
        [
            event_of(stamp, KIND_UPDATED, meta, stamps_after=stamp.stamps, changes=json.dumps(_changes(stamp, act, selected)))
            for stamp in stamps
        ],
    )


def _changes(stamp: Stamp, act: BulkAction, selected: BulkFilter) -> dict[str, list[str]]:
    """As the ledger has them."""
    if act is BulkAction.EXTEND:
        return {"endYmd": [stamp.ends_on, selected.extend_to]}
    return {"activeYn": ["N", "Y"] if act is BulkAction.SWITCH_ON else ["Y", "N"]}


def _page(
    tx: Tx, account_id: int, act: BulkAction, selected: BulkFilter, *, after: Position, last: Position, limit: int
) -> list[Position]:
    state = _HIT[act].get(selected.state)
    if state is None:
        return []
    if selected.since is not None:
        after = max(after, (selected.since - 1, LARGEST_INTEGER))
    if selected.until is not None:
        last = min(last, (selected.until, LARGEST_INTEGER))
    return action_queries.page(
        tx,
        account_id,
        card_id=selected.card_id,
        state=state,
        narrowed=Narrowed(selected.also, selected.extend_to, selected.stamp_ids),
        after=after,
        last=last,
        limit=limit,
    )


def _fits(stamp: Stamp, act: BulkAction, selected: BulkFilter) -> bool:
    """By the row as it is under the lock."""
    if selected.card_id is not None and stamp.card_id != selected.card_id:
        return False
    if selected.extend_to and stamp.ends_on >= selected.extend_to:
        return False
    redeemed = stamp.redeemed_at is not None
    is_open = not redeemed and stamp.merged_stamp_id is None
    return {
        "": True,
        "active": bool(stamp.active) and is_open,
        "inactive": not stamp.active and is_open,
        "redeemed": redeemed,
        action_queries.OPEN: is_open,
        None: False,
    }[_HIT[act].get(selected.state)]


def _position(stamp: Stamp) -> Position:
    return stamp.created_at, stamp.stamp_id


def _named(account_id: int, act: BulkAction, selected: BulkFilter, count: int) -> str:
    return f"bulk/{account_id}/{act}/{json.dumps(selected)}/{count}"
