"""The calls of `/api/webhook/v1`."""

from collections.abc import Mapping
from typing import Any

from stampwell_client.calls import Call, asking, changing, nothing
from stampwell_client.events import WebhookEvent, read_event
from stampwell_client.fields import Moment, YesNo
from stampwell_client.models import (
    Attempt,
    CreatedWebhook,
    Page,
    Webhook,
    members_of,
    number_of,
    page_reader,
    reader,
    rows_of,
    text_of,
)

_PATH = "/api/webhook/v1"

_read_webhook = reader(Webhook, events=text_of)
_read_created = reader(CreatedWebhook)
_read_events = page_reader(read_event, cursor_kind=int)
_read_attempts = page_reader(reader(Attempt))


def create(fields: Mapping[str, Any], *, idempotency_key: str | None) -> Call[CreatedWebhook]:
    return changing("POST", f"{_PATH}/create", _read_created, body=fields, idempotency_key=idempotency_key)


def update(webhook_idx: int, fields: Mapping[str, Any], *, idempotency_key: str | None) -> Call[None]:
    body = {"webhookIdx": webhook_idx, **fields}
    return changing("PUT", f"{_PATH}/update", nothing, body=body, idempotency_key=idempotency_key)


def get(webhook_idx: int) -> Call[Webhook]:
    return asking(f"{_PATH}/get", _read_webhook, {"webhookIdx": webhook_idx})


def list_webhooks() -> Call[tuple[Webhook, ...]]:
    return asking(f"{_PATH}/list", _read_list, {})


def delete(webhook_idx: int, *, idempotency_key: str | None) -> Call[None]:
    query = {"webhookIdx": webhook_idx}
    return changing("DELETE", f"{_PATH}/delete", nothing, query=query, idempotency_key=idempotency_key)


def rotate(webhook_idx: int, *, idempotency_key: str | None) -> Call[str]:
    body = {"webhookIdx": webhook_idx}
    return changing("PUT", f"{_PATH}/rotate", _read_secret, body=body, idempotency_key=idempotency_key)


def test(webhook_idx: int, *, idempotency_key: str | None) -> Call[int]:
    body = {"webhookIdx": webhook_idx}
    return changing("POST", f"{_PATH}/test", number_of, body=body, idempotency_key=idempotency_key)


def list_events(window: Mapping[str, Any]) -> Call[Page[WebhookEvent]]:
    return asking(f"{_PATH}/events", _read_events, window, page_by="after")


def list_attempts(filters: Mapping[str, Any]) -> Call[Page[Attempt]]:
    return asking(f"{_PATH}/attempts", _read_attempts, filters)


def resend(
    webhook_idx: int, event_idx: int | None, since: Moment | None, failed: YesNo | None, *, idempotency_key: str | None
) -> Call[int]:
    body = {"webhookIdx": webhook_idx, "eventIdx": event_idx, "since": since, "failedYn": failed}
    return changing("POST", f"{_PATH}/resend", number_of, body=body, idempotency_key=idempotency_key)


def _read_list(result: object) -> tuple[Webhook, ...]:
    return tuple(_read_webhook(row) for row in rows_of(members_of(result).get("list")))


def _read_secret(result: object) -> str:
    return text_of(members_of(result).get("secret"))
