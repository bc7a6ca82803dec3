"""Telling events, and reading the log of them."""

import json
from collections.abc import Mapping, Sequence

from stampwell.core.units import DAY_US
from stampwell.db.database import Tx
from stampwell.features.events import queries
from stampwell.features.events.account_events import event_of_account
from stampwell.features.events.model import EventType, LoggedEvent, NewEvent, OutboxRow

KEPT_US = 30 * DAY_US
"""How far back the log of events can be read."""


def tell(tx: Tx, account_id: int, kind: EventType, data: Mapping[str, object], *, now_us: int) -> None:
    """An event that is no stamp's. data: members of `data` in the contract, such as cardIdx."""
    queries.insert_outbox(tx, [OutboxRow(account_id, 0, kind, None, json.dumps(data), now_us)])


def put_in_outbox(tx: Tx, rows: Sequence[OutboxRow]) -> None:
    """What was done in this transaction, to become events soon after."""
    queries.insert_outbox(tx, rows)


def take_waiting(tx: Tx, *, limit: int) -> list[OutboxRow]:
    """The oldest rows of the outbox, which are gone from it; none while another process is at it.

    Until the transaction ends nobody else numbers events.
    """
    return queries.take(tx, limit=limit) if queries.try_lock(tx) else []


def take_waiting_of(tx: Tx, stamps: Sequence[tuple[int, int]]) -> list[OutboxRow]:
    """As `take_waiting`, every row of those stamps, of (account, number), oldest first; waits for its turn."""
    if not queries.has_pending_of(tx, stamps):
        return []
    queries.lock(tx)
    return queries.take_of(tx, stamps)


def log(tx: Tx, events: Sequence[NewEvent]) -> list[LoggedEvent]:
    """Gives the events their numbers, in that order."""
    queries.lock(tx)
    return queries.insert(tx, events)


def find_events(tx: Tx, event_ids: Sequence[int]) -> dict[int, LoggedEvent]:
    """Of any account, by number; what is not there is missing."""
    return queries.find_each(tx, event_ids)


def extra_counts(tx: Tx, stamps: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """How many events without a row in their ledger those stamps, of (account, number), have had; none where missing."""
    return queries.extra_counts(tx, stamps)


def set_extra_counts(tx: Tx, counts: Sequence[tuple[int, int, int]]) -> None:
    """Rows of account, stamp and count."""
    queries.set_extra_counts(tx, counts)


def forget_extra_counts(tx: Tx, stamps: Sequence[tuple[int, int]]) -> None:
    """Of stamps that are deleted."""
    queries.delete_extra_counts(tx, stamps)


def tell_at_once(tx: Tx, account_id: int, kind: EventType, data: Mapping[str, object], *, now_us: int) -> LoggedEvent:
    """As `tell`, for an event whose number is asked for. Until the transaction ends nobody else numbers events.

    It is in the log then, and waits for no webhook yet.
    """
    queries.lock(tx)
    (event,) = queries.insert(tx, [event_of_account(OutboxRow(account_id, 0, kind, None, json.dumps(data), now_us))])
    return event


def hold_numbers(tx: Tx) -> None:
    """Until the transaction ends nobody else numbers events."""
    queries.lock(tx)


def list_events(tx: Tx, account_id: int, *, after: int, kind: str = "", limit: int, now_us: int) -> list[LoggedEvent]:
    """Those with higher numbers, oldest first, 30 days back. kind: a type, or blank for all."""
    return queries.list_after(tx, account_id, after=after, since=now_us - KEPT_US, kind=kind, limit=limit)


def find_event(tx: Tx, account_id: int, event_id: int, *, now_us: int) -> LoggedEvent | None:
    """None for an event that the account does not have, or that is older than 30 days."""
    return queries.find(tx, account_id, event_id, since=now_us - KEPT_US)


def first_since(tx: Tx, account_id: int, *, since: int, now_us: int) -> int | None:
    """The number of the account's first event from then on, at most 30 days back."""
    return queries.first_since(tx, account_id, max(since, now_us - KEPT_US))


def prune_events(tx: Tx, *, before_us: int) -> int:
    """Deletes events of every account older than that, a bounded number at a time; how many it were."""
    return queries.delete_old(tx, before_us)


def heal_events(tx: Tx, *, now_us: int) -> int:
    """Events of every account that a wrong clock dated ahead count as of now; how many it were."""
    return queries.heal(tx, now_us=now_us, later_us=now_us + DAY_US)


def has_pending(tx: Tx, account_id: int | None = None) -> bool:
    """Whether anything, or anything of that account, was committed and is no event yet."""
    return queries.has_pending(tx, account_id)


def newest_pending(tx: Tx, account_id: int) -> int | None:
    """How far what was committed for the account goes that is no event yet: for `has_pending_up_to`. None for nothing."""
    return queries.newest_pending(tx, account_id)


def has_pending_up_to(tx: Tx, account_id: int, mark: int) -> bool:
    """Whether any of that is still no event. mark: what `newest_pending` answered."""
    return queries.has_pending_up_to(tx, account_id, mark)
