"""Units of work on webhooks. Each change writes its line of the audit log.

Lock order: the `webhook` row, then the numbering of events.
"""

from collections.abc import Mapping
from typing import Any

from stampwell.core.actors import Actor
from stampwell.core.errors import FieldsWrong
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.cards.service import get_card
from stampwell.features.events.model import EventType
from stampwell.features.events.service import hold_numbers, tell_at_once
from stampwell.features.webhooks import attempt_queries, queries, queue_queries
from stampwell.features.webhooks.auditing import record_act, record_change, record_creation
from stampwell.features.webhooks.errors import WebhookNotFound
from stampwell.features.webhooks.model import MOST_WEBHOOKS, Webhook
from stampwell.features.webhooks.queueing import enqueue
from stampwell.features.webhooks.rules import UrlRule, changed, no_room, problems_of, rotated
from stampwell.features.webhooks.signing import new_secret

_CLEARED_AT_ONCE = 2000


def create_webhook(
    tx: Tx, account_id: int, given: Mapping[str, Any], *, url_rule: UrlRule, actor: Actor, now_us: int
) -> Webhook:
    """A new webhook, with its secret. given: fields of Webhook, `url` among them; what is missing is as the contract has it.

    Raises AccountNotFound, CardNotFound, or FieldsWrong for `url` (not allowed, or one webhook too many), `events` or
    `description`.
    """
    get_account(tx, account_id)
    queries.lock_account(tx, account_id)
    _require_sound(tx, account_id, given, url_rule)
    if len(queries.list_all(tx, account_id)) >= MOST_WEBHOOKS:
        raise FieldsWrong([no_room()])
    blank = Webhook(
        webhook_id=0,
        account_id=account_id,
        url="",
        event_types=(),
        card_id=0,
        thin=False,
        personal=False,
        description="",
        active=True,
        secret=new_secret(),
        old_secret=None,
        old_secret_until=None,
        last_success_at=None,
        failing_since=None,
        warned_at=None,
        created_at=now_us,
    )
    webhook = queries.insert(tx, blank._replace(**given))
    record_creation(tx, webhook, actor=actor)
    return webhook


def change_webhook(
    tx: Tx, account_id: int, webhook_id: int, given: Mapping[str, Any], *, url_rule: UrlRule, actor: Actor, now_us: int
) -> Webhook:
    """The webhook as it is now. given: the fields of Webhook to change; what is missing stays.

    Raises WebhookNotFound, CardNotFound, or FieldsWrong for `url`, `events` or `description`.
    """
    before = _locked(tx, account_id, webhook_id)
    _require_sound(tx, account_id, given, url_rule)
    after = changed(before, given)
    if after != before:
        queries.update(tx, after)
        record_change(tx, before, after, actor=actor, now_us=now_us)
    return after


def rotate_secret(tx: Tx, account_id: int, webhook_id: int, *, actor: Actor, now_us: int) -> Webhook:
    """With a new secret; the one before it signs beside it for 24 hours. Raises WebhookNotFound."""
    before = _locked(tx, account_id, webhook_id)
    after = rotated(before, new_secret(), now_us=now_us)
    queries.update(tx, after)
    record_change(tx, before, after, actor=actor, now_us=now_us, action="webhook.rotated")
    return after


def send_test(tx: Tx, account_id: int, webhook_id: int, *, actor: Actor, now_us: int) -> int:
    """The number of a `webhook.test` that waits for the webhook, also while it is off. Raises WebhookNotFound."""
    webhook = _locked(tx, account_id, webhook_id)
    event = tell_at_once(tx, account_id, EventType.WEBHOOK_TEST, {"webhookIdx": webhook_id}, now_us=now_us)
    enqueue(tx, [event])
    record_act(tx, webhook, "webhook.tested", actor=actor, now_us=now_us)
    return event.event_id


def clear_some(tx: Tx, account_id: int, webhook_id: int) -> bool:
    """Before `delete_webhook`, as long as it answers True: deletes some of what waits for the webhook, and of its attempts, so
    that nothing waits long for a webhook with a long log to be deleted. Raises WebhookNotFound.
    """
    _locked(tx, account_id, webhook_id)
    waiting = queue_queries.clear(tx, account_id, webhook_id, limit=_CLEARED_AT_ONCE)
    attempts = attempt_queries.clear(tx, account_id, webhook_id, limit=_CLEARED_AT_ONCE)
    return max(waiting, attempts) == _CLEARED_AT_ONCE


def delete_webhook(tx: Tx, account_id: int, webhook_id: int, *, actor: Actor, now_us: int) -> None:
    """With what waits for it and its attempts; its events stay. Raises WebhookNotFound."""
    webhook = _locked(tx, account_id, webhook_id)
    # Or an event that is being numbered just now would wait for a webhook that is gone.
    hold_numbers(tx)
    queue_queries.empty(tx, account_id, webhook_id)
    attempt_queries.delete_of_webhook(tx, account_id, webhook_id)
    queries.delete(tx, account_id, webhook_id)
    record_act(tx, webhook, "webhook.deleted", actor=actor, now_us=now_us)


def get_webhook(tx: Tx, account_id: int, webhook_id: int) -> Webhook:
    """Raises WebhookNotFound."""
    return _found(queries.find(tx, account_id, webhook_id), webhook_id)


def list_webhooks(tx: Tx, account_id: int) -> list[Webhook]:
    """Oldest first, those that are switched off too."""
    return queries.list_all(tx, account_id)


def _locked(tx: Tx, account_id: int, webhook_id: int) -> Webhook:
    return _found(queries.lock(tx, account_id, webhook_id), webhook_id)


def _found(webhook: Webhook | None, webhook_id: int) -> Webhook:
    if webhook is None:
        raise WebhookNotFound(webhook_id=webhook_id)
    return webhook


def _require_sound(tx: Tx, account_id: int, given: Mapping[str, Any], url_rule: UrlRule) -> None:
    """Raises CardNotFound, or FieldsWrong."""
    if problems := problems_of(given, url_rule):
        raise FieldsWrong(problems)
    if given.get("card_id"):
        get_card(tx, account_id, given["card_id"])
