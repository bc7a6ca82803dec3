"""Adding and removing marks: a batch locks all its stamps at once, decides on each, and writes all changes together."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from stampwell.core.errors import AppError
from stampwell.core.stamp_refs import StampRef
from stampwell.db.batching import Batches
from stampwell.db.database import Database, Tx
from stampwell.features.accounts.admission import refusal_to_change
from stampwell.features.cards.service import find_card
from stampwell.features.idempotency.batches import batches_once
from stampwell.features.idempotency.model import IdempotentRequest
from stampwell.features.locations.model import Location
from stampwell.features.locations.service import LocationKey, find_locations
from stampwell.features.stamps import mark_queries, queries, rules
from stampwell.features.stamps.auditing import record_act
from stampwell.features.stamps.errors import NextTooSmall, NoRoom, SaleReversed, StampNotFound
from stampwell.features.stamps.mark_queries import SaleRow
from stampwell.features.stamps.mark_times import PastMarks, marks_matter_since
from stampwell.features.stamps.model import (
    KIND_ADDED,
    KIND_REMOVED,
    KIND_REVERSED,
    Applied,
    Event,
    EventMeta,
    Stamp,
    StampKey,
    after_event,
    event_of,
)
from stampwell.features.stamps.renewing import issue_next


class Marking(NamedTuple):
    """Marks to add to a stamp, or to remove from it where `marks` is below zero.

    stamp: its number or code. order_ref: of the sale; the same one never adds to a stamp twice, and is refused with another
    number of marks.
    """

    account_id: int
    stamp: StampRef
    marks: int
    meta: EventMeta
    order_ref: str | None = None


Outcome = Stamp | AppError


def marking_batches(db: Database) -> Batches[IdempotentRequest, Any]:
    """Batches of Marking; an outcome is the Stamp as it is then. Refusals: those of the rules, AccountSuspended,
    StampNotFound, LocationNotFound, SaleReversed, and FieldsWrong for an order_ref whose count is another than the first time.
    """
    return batches_once(db, mark_batch)


def mark_batch(tx: Tx, batch: Sequence[Marking]) -> list[Outcome]:
    """A unit of work: an outcome for every marking, in order; one that is refused leaves its stamp as it was."""
    mark_queries.hold_sales(tx, [marking.account_id for marking in batch if marking.order_ref is not None])
    ids = _ids(tx, batch)
    stamps = queries.lock_each(tx, [found for found in ids if found is not None])
    marks = _Marks(tx, stamps, sales=_Sales(tx, batch, ids), locations=_places(tx, batch))
    outcomes = [marks.make(marking, found) for marking, found in zip(batch, ids, strict=True)]
    marks.write()
    return outcomes


def mark_one(tx: Tx, stamp: Stamp, marks: int, meta: EventMeta) -> Applied:
    """Adds marks to a stamp that this transaction has locked, or removes them where `marks` is below zero.

    Raises what the rules refuse, and LocationNotFound.
    """
    require_place(tx, stamp.account_id, meta, takes_marks=marks > 0)
    after, (event, *others) = _decided(tx, stamp, marks, meta, earlier=())
    event_id = queries.insert_event(tx, event)
    if others:
        queries.insert_events(tx, others)
    record_act(tx, stamp, f"stamp.{event.kind}", meta, {"stamps": [stamp.stamps, after.stamps]})
    return Applied(stamp, after, event_id)


def require_place(tx: Tx, account_id: int, meta: EventMeta, *, takes_marks: bool) -> None:
    """Raises LocationNotFound, and NotValidHere for a location that is switched off where marks or rewards are given out."""
    if meta.location_id is not None:
        key = (account_id, meta.location_id)
        rules.check_place(find_locations(tx, [key]), account_id, meta, takes_marks=takes_marks)


def _ids(tx: Tx, batch: Sequence[Marking]) -> list[StampKey | None]:
    """Account and number of every stamp; None where a code is nobody's."""
    codes = [(marking.account_id, marking.stamp) for marking in batch if isinstance(marking.stamp, str)]
    numbers = queries.find_ids(tx, codes) if codes else {}
    ids: list[StampKey | None] = []
    for marking in batch:
        stamp = marking.stamp
        number = stamp if isinstance(stamp, int) else numbers.get((marking.account_id, stamp))
        ids.append(None if number is None else StampKey(marking.account_id, number))
    return ids


class _Sales:
    """What the sales of a batch have done to its stamps, before it and in it."""

    def __init__(self, tx: Tx, batch: Sequence[Marking], ids: Sequence[StampKey | None]) -> None:
        wanted = [
            (*found, marking.order_ref)
            for marking, found in zip(batch, ids, strict=True)
            if found is not None and marking.order_ref is not None
        ]
        self._rows = mark_queries.find_sales(tx, wanted) if wanted else {}

    def has_marked(self, stamp_id: int, order_ref: str, marks: int) -> bool:
        """Whether the sale has added that many marks before. Raises SaleReversed, and FieldsWrong for another number."""
        rows = self._rows.get((stamp_id, order_ref), [])
        if any(row.kind == KIND_REVERSED for row in rows):
            raise SaleReversed(order_ref=order_ref)
        first = next((row.marks for row in rows if row.kind == KIND_ADDED), None)
        if first is not None:
            rules.check_same_sale(first=first, count=marks)
        return first is not None

    def note(self, stamp_id: int, order_ref: str, marks: int) -> None:
        """Of marks that the batch adds."""
        self._rows.setdefault((stamp_id, order_ref), []).append(SaleRow(KIND_ADDED, marks, None))


class _Marks:
    """The stamps of a batch as they become, and what is to be written of them."""

    def __init__(
        self, tx: Tx, stamps: dict[StampKey, Stamp], *, sales: _Sales, locations: Mapping[LocationKey, Location]
    ) -> None:
        self._tx = tx
        self._stamps = stamps
        self._sales = sales
        self._locations = locations
        self._events: list[Event] = []

    def make(self, marking: Marking, found: StampKey | None) -> Outcome:
        """The stamp with the marking done, or why not."""
        stamp = None if found is None else self._stamps.get(found)
        if stamp is None or found is None:
            return refusal_to_change(self._tx, marking.account_id) or StampNotFound(stamp=marking.stamp)
        order_ref = marking.order_ref
        try:
            if order_ref is not None and self._sales.has_marked(stamp.stamp_id, order_ref, marking.marks):
                return stamp
            rules.check_version(stamp, marking.meta)
            rules.check_place(self._locations, marking.account_id, marking.meta, takes_marks=marking.marks > 0)
            after, events = _decided(self._tx, stamp, marking.marks, marking.meta, earlier=self._events, order_ref=order_ref)
        except AppError as refusal:
            return refusal
        self._events.extend(events)
        if order_ref is not None:
            self._sales.note(stamp.stamp_id, order_ref, marking.marks)
        self._stamps[found] = after
        return after

    def write(self) -> None:
        if self._events:
            queries.insert_events(self._tx, self._events)


def _places(tx: Tx, batch: Sequence[Marking]) -> dict[LocationKey, Location]:
    """Every location that is named in the batch."""
    wanted = {(marking.account_id, marking.meta.location_id) for marking in batch if marking.meta.location_id is not None}
    return find_locations(tx, sorted(wanted)) if wanted else {}


def _decided(
    tx: Tx, stamp: Stamp, marks: int, meta: EventMeta, *, earlier: Sequence[Event], order_ref: str | None = None
) -> tuple[Stamp, list[Event]]:
    """The stamp with the marks, and the ledger rows of that. earlier: rows of this batch that are not written yet.

    Marks to spare have started the next stamp by then.
    """
    if marks < 0:
        after = rules.without_marks(stamp, -marks, meta)
        removed = event_of(stamp, KIND_REMOVED, meta, stamps_after=after.stamps)
        return after_event(after, removed), [removed]
    added = rules.with_marks(stamp, marks, meta, past=_past(tx, stamp, meta, earlier))
    event = event_of(stamp, KIND_ADDED, meta, stamps_after=added.stamps, order_ref=order_ref)
    if not added.carried:
        return after_event(stamp, event), [event]
    next_id = _start_next(tx, stamp, added.carried, meta)
    after = stamp._replace(renewed_stamp_id=next_id)
    queries.save(tx, after)
    event = event._replace(carried=added.carried, renewed_stamp_id=next_id)
    on_next = event._replace(
        stamp_id=next_id, sequence=2, stamps_before=0, stamps_after=added.carried, carried=None, renewed_stamp_id=None
    )
    return after_event(after, event), [event, on_next]


def _start_next(tx: Tx, stamp: Stamp, carried: int, meta: EventMeta) -> int:
    """The number of the next stamp, issued without marks. Raises NextTooSmall, or NoRoom where the card takes no new stamps."""
    card = find_card(tx, stamp.account_id, stamp.card_id)
    if card is not None and card.takes_stamps and carried > card.max_stamps:
        raise NextTooSmall(carried=carried, max_stamps=card.max_stamps)
    next_id = issue_next(tx, stamp, meta=meta)
    if next_id is None:
        raise NoRoom(stamps=stamp.max_stamps + carried, max_stamps=stamp.max_stamps)
    return next_id


def _past(tx: Tx, stamp: Stamp, meta: EventMeta, earlier: Sequence[Event]) -> list[PastMarks]:
    """What was stored of the stamp's marks, and after it what this batch has done."""
    since = marks_matter_since(stamp, meta)
    if since is None:
        return []
    here = [
        PastMarks(
            event.stamps_after - event.stamps_before, event.occurred_at, event.order_ref, event.occurred_at < event.recorded_at
        )
        for event in earlier
        if event.stamp_id == stamp.stamp_id
    ]
    return [*mark_queries.marked_since(tx, stamp.account_id, stamp.stamp_id, since), *here]
