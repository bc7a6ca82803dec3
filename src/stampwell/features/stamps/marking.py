"""Adding and removing marks: a batch locks all its stamps at once, decides on each, and writes all changes together."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from stampwell.core.errors import AppError
from stampwell.core.stamp_refs import StampRef
from stampwell.db.batching import Batches
from stampwell.db.database import Database, Tx
from stampwell.features.accounts.admission import refusal_to_change
from stampwell.features.idempotency.batches import batches_once
from stampwell.features.idempotency.model import IdempotentRequest
from stampwell.features.stamps import mark_queries, queries, rules
from stampwell.features.stamps.auditing import record_act
from stampwell.features.stamps.errors import StampNotFound
from stampwell.features.stamps.model import KIND_ADDED, KIND_REMOVED, Applied, Event, EventMeta, Stamp, StampKey, event_of
from stampwell.features.stamps.rules import Marked


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
    StampNotFound, and FieldsWrong for an order_ref whose count is another than the first time.
    """
    return batches_once(db, mark_batch)


def mark_batch(tx: Tx, batch: Sequence[Marking]) -> list[Outcome]:
    """A unit of work: an outcome for every marking, in order; one that is refused leaves its stamp as it was."""
    ids = _ids(tx, batch)
    marks = _Marks(tx, queries.lock_each(tx, [found for found in ids if found is not None]), _orders(tx, batch, ids))
    outcomes = [marks.make(marking, found) for marking, found in zip(batch, ids, strict=True)]
    marks.write()
    return outcomes


def mark_one(tx: Tx, stamp: Stamp, marks: int, meta: EventMeta) -> Applied:
    """Adds marks to a stamp that this transaction has locked, or removes them where `marks` is below zero.

    Raises what the rules refuse.
    """
    after = _decided(tx, stamp, marks, meta, earlier=())
    event = _event(stamp, marks, meta, after)
    event_id = mark_queries.mark_one(tx, event)
    record_act(tx, stamp, f"stamp.{event.kind}", meta, {"stamps": [stamp.stamps, after.stamps]})
    return Applied(stamp, after, event_id)


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


def _orders(tx: Tx, batch: Sequence[Marking], ids: Sequence[StampKey | None]) -> dict[tuple[int, str], int]:
    """How many marks each sale has added before, by stamp and order_ref."""
    wanted = [
        (*found, marking.order_ref)
        for marking, found in zip(batch, ids, strict=True)
        if found is not None and marking.order_ref is not None
    ]
    return mark_queries.find_orders(tx, wanted) if wanted else {}


class _Marks:
    """The stamps of a batch as they become, and what is to be written of them."""

    def __init__(self, tx: Tx, stamps: dict[StampKey, Stamp], orders: dict[tuple[int, str], int]) -> None:
        self._tx = tx
        self._stamps = stamps
        self._orders = orders
        self._events: list[Event] = []

    def make(self, marking: Marking, found: StampKey | None) -> Outcome:
        """The stamp with the marking done, or why not."""
        stamp = None if found is None else self._stamps.get(found)
        if stamp is None or found is None:
            return refusal_to_change(self._tx, marking.account_id) or StampNotFound(stamp=marking.stamp)
        order = (stamp.stamp_id, marking.order_ref or "")
        try:
            if marking.order_ref is not None and order in self._orders:
                rules.check_same_sale(first=self._orders[order], count=marking.marks)
                return stamp
            after = _decided(self._tx, stamp, marking.marks, marking.meta, earlier=self._events)
        except AppError as refusal:
            return refusal
        self._events.append(_event(stamp, marking.marks, marking.meta, after, order_ref=marking.order_ref))
        self._orders[order] = marking.marks
        self._stamps[found] = after
        return after

    def write(self) -> None:
        if self._events:
            mark_queries.mark(self._tx, self._events)


def _decided(tx: Tx, stamp: Stamp, marks: int, meta: EventMeta, *, earlier: Sequence[Event]) -> Stamp:
    """The stamp with the marks. earlier: what this batch has done before, to be written after it."""
    if marks < 0:
        return rules.without_marks(stamp, -marks, meta)
    return rules.with_marks(stamp, marks, meta, marked=_marked(tx, stamp, meta, earlier))


def _marked(tx: Tx, stamp: Stamp, meta: EventMeta, earlier: Sequence[Event]) -> list[Marked]:
    """What was stored of the stamp's marks, and after it what this batch has done."""
    since = rules.marks_matter_since(stamp, meta)
    if since is None:
        return []
    stored = mark_queries.marked_since(tx, stamp.account_id, stamp.stamp_id, since)
    here = [
        Marked(event.kind, abs(event.stamps_after - event.stamps_before), event.occurred_at)
        for event in earlier
        if event.stamp_id == stamp.stamp_id
    ]
    return [*(Marked(*row) for row in stored), *here]


def _event(stamp: Stamp, marks: int, meta: EventMeta, after: Stamp, *, order_ref: str | None = None) -> Event:
    kind = KIND_ADDED if marks > 0 else KIND_REMOVED
    return event_of(stamp, kind, meta, stamps_after=after.stamps, order_ref=order_ref)
