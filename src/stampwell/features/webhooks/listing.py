"""Pages of events and of attempts to deliver them: units of work that answer what the API answers."""

from heapq import nlargest
from zoneinfo import ZoneInfo

from stampwell.db.cursor_pages import page_of, position_of
from stampwell.db.database import Tx
from stampwell.features.events.service import find_event, list_events
from stampwell.features.webhooks import attempt_queries, queries
from stampwell.features.webhooks.bodies import event_object
from stampwell.features.webhooks.errors import EventNotFound
from stampwell.features.webhooks.model import LoggedAttempt
from stampwell.features.webhooks.service import get_webhook


def page_of_events(
    tx: Tx, account_id: int, *, after: int, kind: str, limit: int, personal: bool, now_us: int
) -> dict[str, object]:
    """`list`, oldest first, and `nextCursor`, a number. kind: a type, or blank for all."""
    found = list_events(tx, account_id, after=after, kind=kind, limit=limit + 1, now_us=now_us)
    here = found[:limit]
    return {
        "list": [event_object(event, personal=personal) for event in here],
        "nextCursor": here[-1].event_id if len(found) > limit else None,
    }


def page_of_attempts(
    tx: Tx,
    account_id: int,
    *,
    webhook_id: int | None,
    event_id: int | None,
    failed: bool,
    limit: int,
    cursor: str | None,
    zone: ZoneInfo,
    now_us: int,
) -> dict[str, object]:
    """`list`, newest first, and `nextCursor`. Raises WebhookNotFound, EventNotFound, or FieldsWrong for a wrong cursor."""
    if webhook_id is not None:
        get_webhook(tx, account_id, webhook_id)
    if event_id is not None and find_event(tx, account_id, event_id, now_us=now_us) is None:
        raise EventNotFound(event_id=event_id)
    of = f"attempts/{account_id}/{webhook_id}/{event_id}/{failed}"
    before_id, _ = position_of(tx, of, cursor)
    return page_of(
        tx,
        of,
        _attempts(tx, account_id, webhook_id, event_id, before_id=before_id, failed=failed, limit=limit + 1),
        limit=limit,
        position=lambda attempt: (attempt.attempt_id, 0),
        shown=lambda attempt: attempt.as_json(zone),
    )


def _attempts(
    tx: Tx, account_id: int, webhook_id: int | None, event_id: int | None, *, before_id: int, failed: bool, limit: int
) -> list[LoggedAttempt]:
    # The log is in the order of webhooks: at most 20 of them.
    numbers = [webhook.webhook_id for webhook in queries.list_all(tx, account_id)] if webhook_id is None else [webhook_id]
    found = [
        attempt
        for number in numbers
        for attempt in attempt_queries.list_before(
            tx, account_id, before_id=before_id, limit=limit, webhook_id=number, event_id=event_id, failed=failed
        )
    ]
    return nlargest(limit, found, key=lambda attempt: attempt.attempt_id)
