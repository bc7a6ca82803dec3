"""Units of work of a process that delivers: what has ended is written down, and what is due is taken in hand."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from stampwell.core.units import SECOND_US
from stampwell.db.database import Tx
from stampwell.features.events.model import EventType, LoggedEvent
from stampwell.features.events.service import find_events, tell
from stampwell.features.webhooks import attempt_queries, queries, queue_queries
from stampwell.features.webhooks.model import Delivery, DeliveryKey, Webhook, is_success
from stampwell.features.webhooks.outcomes import Ended, attempt_of, health_after

ALIVE_US = 15 * SECOND_US
"""For how long a process counts as alive after it was last heard of."""


class Claimed(NamedTuple):
    """A delivery that is in hand, and what to send where."""

    delivery: Delivery
    event: LoggedEvent
    webhook: Webhook


class Notice(NamedTuple):
    """What the owner of the account is told of a webhook: that it is failing, or was switched off."""

    webhook: Webhook
    kind: EventType


def what_is_due(tx: Tx, *, now_us: int) -> dict[int, int]:
    """Webhooks that have anything due, also where it is in hand: since when."""
    return queue_queries.waiting_webhooks(tx, now_us)


def start(tx: Tx, worker: str, *, now_us: int) -> None:
    """Before a process takes anything in hand. On SQLite no other process is at it: what a killed one had is free at once."""
    if tx.dialect == "sqlite":
        queue_queries.forget_all_workers(tx)
    say_alive(tx, worker, now_us=now_us)


def say_alive(tx: Tx, worker: str, *, now_us: int) -> None:
    """The process is at work: what it has in hand stays in its hand for `ALIVE_US`."""
    queue_queries.say_alive(tx, worker, alive_until=now_us + ALIVE_US)


def stop(tx: Tx, worker: str, *, now_us: int) -> None:
    """What the process still has in hand is free for others."""
    queue_queries.forget_worker(tx, worker, now_us=now_us)


def release_others(tx: Tx, worker: str, in_hand: Collection[DeliveryKey]) -> None:
    """What the process took besides those is free: it never heard that it was."""
    queue_queries.release_others(tx, worker, in_hand)


def write_down(tx: Tx, worker: str, ended: Sequence[Ended], *, now_us: int) -> list[Notice]:
    """Writes the attempts to the log, and when the next ones are due; what the owners of the webhooks are to be told.

    A failure of what another process has taken over meanwhile means nothing for the webhook: the process stood still.
    """
    webhooks = queries.lock_each(tx, sorted({one.delivery.webhook_id for one in ended}))
    # Of a webhook that was deleted meanwhile nothing is kept.
    kept = [(one, attempt_of(one, now_us)) for one in ended if one.delivery.webhook_id in webhooks]
    held = queue_queries.remove(tx, worker, [one.delivery for one, attempt in kept if attempt.next_at is None])
    later = [(one.delivery, attempt.next_at) for one, attempt in kept if attempt.next_at is not None]
    held |= queue_queries.try_later(tx, worker, later)
    attempts = [attempt if one.delivery.key in held else attempt._replace(next_at=None) for one, attempt in kept]
    attempt_queries.insert(tx, attempts)
    notices: list[Notice] = []
    after = dict(webhooks)
    for one, attempt in kept:
        if one.delivery.key not in held and not is_success(attempt.status):
            continue
        health = health_after(after[attempt.webhook_id], attempt, now_us)
        after[attempt.webhook_id] = health.webhook
        notices += [Notice(health.webhook, kind) for kind in health.told]
    for number, webhook in after.items():
        if webhook != webhooks[number]:
            queries.update(tx, webhook)
    for notice in notices:
        tell(tx, notice.webhook.account_id, notice.kind, {"webhookIdx": notice.webhook.webhook_id}, now_us=now_us)
    return notices


def claim(
    tx: Tx, worker: str, in_hand: Mapping[int, int], *, at_once: int, most: int, last_served: int, now_us: int
) -> list[Claimed]:
    """Takes what is due in hand, at most `most`. in_hand: how many of each webhook are; at_once: how many of one may be.

    Each webhook has its share and its turn, so that one for which much waits holds back no other. last_served: the one that had
    the last turn.
    """
    taken: list[Delivery] = []
    waiting = [one for one in queue_queries.waiting_webhooks(tx, now_us) if in_hand.get(one, 0) < at_once]
    share = max(1, most // max(1, len(waiting)))
    for webhook_id in sorted(waiting, key=lambda number: (number <= last_served, number))[:most]:
        free = min(at_once - in_hand.get(webhook_id, 0), share)
        taken += queue_queries.claim(tx, webhook_id, worker=worker, now_us=now_us, limit=free)
    if not taken:
        return []
    webhooks = queries.find_each(tx, sorted({delivery.webhook_id for delivery in taken}))
    found = find_events(tx, sorted({delivery.event_id for delivery in taken}))
    there = [one for one in taken if one.webhook_id in webhooks and one.event_id in found]
    # Events are kept for a month, and what waited longer than that is not sent any more.
    gone = [one for one in taken if one.webhook_id not in webhooks or one.event_id not in found]
    if gone:
        queue_queries.remove(tx, worker, gone)
    return [Claimed(one, found[one.event_id], webhooks[one.webhook_id]) for one in there]
