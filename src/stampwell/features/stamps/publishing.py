"""Rows of the outbox become events, each with its stamp as it was right after, in a transaction soon after their own.

Only marks come to a stamp while rows of it wait: what changes anything else calls `publish_pending` first. So what the stamp
was after each of the waiting rows follows from what it is now and from the counts in its ledger.
"""

from collections.abc import Iterable, Sequence

from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.events import service as events
from stampwell.features.events.account_events import event_of_account
from stampwell.features.events.model import OF_THE_LEDGER, NewEvent, OutboxRow
from stampwell.features.stamps import publish_queries, queries
from stampwell.features.stamps.event_data import event_of_deletion, event_of_step, steps_of
from stampwell.features.stamps.model import EventMeta, Stamp, StampKey
from stampwell.features.stamps.publish_queries import EventSource
from stampwell.features.webhooks.queueing import enqueue


def publish(tx: Tx, *, limit: int) -> int:
    """A unit of work: the oldest rows of the outbox become events, and wait for the webhooks that want them; how many rows.

    0 also while another process is at it.
    """
    rows = events.take_waiting(tx, limit=limit)
    _publish(tx, rows)
    return len(rows)


def publish_pending(tx: Tx, stamps: Iterable[Stamp]) -> None:
    """As `publish`, for all that waits of those stamps, which this transaction has locked and not changed yet."""
    keys = [StampKey(stamp.account_id, stamp.stamp_id) for stamp in stamps]
    _publish(tx, events.take_waiting_of(tx, keys))


def publish_deletions(tx: Tx, stamps: Sequence[Stamp], meta: EventMeta) -> None:
    """All that waits of those stamps, and that they are deleted: afterwards there is nothing to read it from."""
    publish_pending(tx, stamps)
    keys = [StampKey(stamp.account_id, stamp.stamp_id) for stamp in stamps]
    extra = events.extra_counts(tx, keys)
    told = [
        event_of_deletion(stamp, meta, sequence=stamp.sequence + extra.get(key, 0) + 1)
        for stamp, key in zip(stamps, keys, strict=True)
    ]
    enqueue(tx, events.log(tx, told))
    events.forget_extra_counts(tx, keys)


def _publish(tx: Tx, rows: Sequence[OutboxRow]) -> None:
    waiting: dict[StampKey, list[int]] = {}
    told: list[tuple[int, NewEvent]] = []
    for place, row in enumerate(rows):
        if row.stamp_id:
            waiting.setdefault(StampKey(row.account_id, row.stamp_id), []).append(place)
        else:
            told.append((place, event_of_account(row)))
    if waiting:
        told += _told_of_stamps(tx, rows, waiting)
    if told:
        # As committed, whichever stamps they are of.
        enqueue(tx, events.log(tx, [event for _, event in sorted(told, key=lambda placed: placed[0])]))


def _told_of_stamps(tx: Tx, rows: Sequence[OutboxRow], waiting: dict[StampKey, list[int]]) -> list[tuple[int, NewEvent]]:
    """Events with the places of their rows. waiting: the places of each stamp's rows."""
    stamps = queries.find_each(tx, list(waiting))
    entries = _entries(tx, rows)
    zones = {account_id: get_account(tx, account_id).time_zone for account_id in {key.account_id for key in waiting}}
    extra_before = events.extra_counts(tx, list(waiting))
    extra = dict(extra_before)
    told: list[tuple[int, NewEvent]] = []
    for key, places in waiting.items():
        stamp = stamps.get(key)
        if stamp is None:
            continue
        for place, step in zip(places, steps_of(stamp, [rows[place] for place in places], entries.get(key, {})), strict=True):
            for kind in step.types:
                if kind not in OF_THE_LEDGER:
                    extra[key] = extra.get(key, 0) + 1
                sequence = step.stamp.sequence + extra.get(key, 0)
                told.append((place, event_of_step(kind, step, sequence=sequence, zone=zones[key.account_id])))
    if extra != extra_before:
        events.set_extra_counts(tx, [(*key, count) for key, count in extra.items() if extra_before.get(key) != count])
    return told


def _entries(tx: Tx, rows: Sequence[OutboxRow]) -> dict[StampKey, dict[int, EventSource]]:
    """The rows of the ledgers that those of the outbox tell of, by stamp and sequence."""
    numbers = [(row.account_id, row.stamp_id, row.sequence) for row in rows if row.sequence is not None]
    found: dict[StampKey, dict[int, EventSource]] = {}
    for entry in publish_queries.ledger_rows(tx, numbers) if numbers else []:
        found.setdefault(StampKey(entry.account_id, entry.stamp_id), {})[entry.sequence] = entry
    return found
