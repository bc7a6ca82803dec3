"""What is sent to webhooks, and what the list of events answers. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic_core import to_json

from stampwell.core.days import to_rfc3339
from stampwell.features.events.model import LoggedEvent
from stampwell.features.webhooks.model import Webhook

# After which member of the stamp object personal ones stand.
_PERSONAL_AFTER = {
    "onsitePwd": ("memo",),
    "useYmdt": ("userId", "userNm", "userPhnno", "userEml", "userEtc1", "userEtc2"),
}


def message_id(event: LoggedEvent, webhook: Webhook) -> str:
    """`webhook-id`: the same at every attempt. One that is sent with other fields than before has another."""
    kind = "_thin" if webhook.thin else "_personal" if webhook.personal and event.personal is not None else ""
    return f"evt_{event.event_id}_{webhook.webhook_id}{kind}"


def body_of(event: LoggedEvent, webhook: Webhook) -> bytes:
    """What is sent to the webhook, as JSON in UTF-8."""
    return to_json(thin_object(event) if webhook.thin else event_object(event, personal=webhook.personal))


def event_object(event: LoggedEvent, *, personal: bool) -> dict[str, object]:
    """The event. personal: with the fields of the customer, as far as they are kept."""
    data = json.loads(event.data)
    if personal and event.personal is not None:
        data["stamp"] = _with_personal(data["stamp"], json.loads(event.personal))
    return _whole(event, {"eventIdx": event.event_id, "sequence": event.sequence, **data})


def thin_object(event: LoggedEvent) -> dict[str, object]:
    """The event by its numbers alone."""
    data = json.loads(event.data)
    numbers = {"eventIdx": event.event_id, "sequence": event.sequence, "actionType": data["actionType"]}
    if not event.stamp_id:
        return _whole(event, {**numbers, **data})
    stamp = {
        "stampIdx": event.stamp_id,
        "cardIdx": event.card_id,
        "url": f"/api/stamp/v1/get?stampIdx={event.stamp_id}",
    }
    return _whole(event, {**numbers, **stamp})


def _whole(event: LoggedEvent, data: Mapping[str, object]) -> dict[str, object]:
    return {"type": event.type, "timestamp": to_rfc3339(event.created_at), "data": data}


def _with_personal(stamp: Mapping[str, Any], personal: Mapping[str, Any]) -> dict[str, object]:
    whole: dict[str, object] = {}
    for name, value in stamp.items():
        whole[name] = value
        whole |= {added: personal[added] for added in _PERSONAL_AFTER.get(name, ())}
    return whole
