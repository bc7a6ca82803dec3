"""What the webhook endpoints answer, as JSON Schema."""

from typing import Any

from stampwell.core.result_schemas import COUNT, IDX, INSTANT, TEXT, YES_NO, named, optional, page_of, text, whole
from stampwell.features.events.model import ACTION_TYPES, EventType
from stampwell.features.webhooks.rules import LONGEST_DESCRIPTION
from stampwell.http.route import Result

# No enumeration: a later version may have others, and generators make words of each.
_TYPE: dict[str, Any] = {"type": "string", "pattern": "^[a-z]+\\.[a-z_]+$"}
_SHOWN_ONCE = (
    "`whsec_` and a key in base64, which signs every delivery by Standard Webhooks. Keep it: it is in no other answer, but for "
    "that of the same request with the same Idempotency-Key."
)

WEBHOOK = whole(
    {
        "webhookIdx": {**IDX, "description": "The webhook's number."},
        "url": text("Where events are sent."),
        "events": {"type": "array", "items": _TYPE, "description": "Types of events that are sent; none: all."},
        "cardIdx": {**IDX, "description": "The card whose stamps' events are sent; 0: all."},
        "payload": {"type": "string", "enum": ["full", "thin"], "description": "The whole event, or its numbers only."},
        "personalYn": {**YES_NO, "description": "Whether events have the customer's personal fields."},
        "description": optional({**TEXT, "maxLength": LONGEST_DESCRIPTION}, "What it is for."),
        "activeYn": {**YES_NO, "description": "Whether events are sent."},
        "lastSuccessYmdt": optional(INSTANT, "When a delivery last succeeded, in the account's time zone."),
        "failingSinceYmdt": optional(INSTANT, "When the first delivery failed after the last success."),
        "regYmdt": {**INSTANT, "description": "When it was made, in the account's time zone."},
    },
    "An address that events are sent to. Its secret is not among this.",
)
WEBHOOK_LIST = whole(
    {"list": {"type": "array", "items": named("Webhook"), "description": "Oldest first."}}, "All webhooks of the account."
)
NEW_WEBHOOK = whole(
    {"webhookIdx": {**IDX, "description": "The webhook's number."}, "secret": text(_SHOWN_ONCE)}, "A new webhook."
)
NEW_SECRET = whole({"secret": text(_SHOWN_ONCE)}, "A new secret.")

_ACTOR = whole(
    {
        "type": {
            "type": "string",
            "enum": ["apiKey", "person", "device", "customer", "system", "operator"],
            "description": "Who did it.",
        },
        "idx": optional(IDX, "The number of the key, the person or the device."),
    },
    "Who did it.",
)
_ACTION_TYPE = {
    "type": "string",
    "pattern": "^[A-Z]+(_[A-Z]+)*$",
    "description": f"What was done: {', '.join(sorted(set(ACTION_TYPES.values())))}; later versions may have more.",
}
EVENT_DATA: dict[str, Any] = {
    "type": "object",
    "description": "What happened. From `actor` on, what is of a stamp; `cardIdx` or `webhookIdx` of what is of none.",
    "required": ["eventIdx", "sequence", "actionType"],
    "additionalProperties": False,
    "properties": {
        "eventIdx": {**IDX, "description": "The event's number."},
        "sequence": optional(COUNT, "1, 2, 3, … of the stamp, without gaps; null for what is no stamp's."),
        "actionType": _ACTION_TYPE,
        "actor": named("EventActor"),
        "count": {**COUNT, "description": "Marks moved."},
        "before": {**COUNT, "description": "Marks before."},
        "after": {**COUNT, "description": "Marks after."},
        "orderRef": optional(TEXT, "The sale."),
        "locationIdx": optional(IDX, "The location."),
        "stamp": named("EventStamp"),
        "cardIdx": {**IDX, "description": "The card."},
        "webhookIdx": {**IDX, "description": "The webhook."},
    },
}
EVENT = whole(
    {
        "type": {**_TYPE, "description": f"One of {', '.join(EventType)}; a later version may have more."},
        "timestamp": {"type": "string", "format": "date-time", "description": "When it happened, in UTC."},
        "data": named("EventData"),
    },
    "What happened in the account, as it is sent to a webhook in full.",
)
_THIN_DATA = whole(
    {
        "eventIdx": {**IDX, "description": "The event's number."},
        "sequence": {**COUNT, "description": "1, 2, 3, … of the stamp, without gaps."},
        "actionType": _ACTION_TYPE,
        "stampIdx": {**IDX, "description": "The stamp."},
        "cardIdx": {**IDX, "description": "Its card."},
        "url": text("Path that answers the stamp as it is now."),
    },
    "The numbers of what happened to a stamp.",
)
THIN_EVENT = whole(
    {
        "type": {**_TYPE, "description": "What kind of event it is."},
        "timestamp": {"type": "string", "format": "date-time", "description": "When it happened, in UTC."},
        "data": named("ThinEventData"),
    },
    "What happened to a stamp, as it is sent to a webhook with `payload: thin`.",
)
EVENT_LIST = whole(
    {
        "list": {"type": "array", "items": named("Event"), "description": "Oldest first."},
        "nextCursor": optional(IDX, "The next `after`; null at the end."),
    },
    "A page.",
)
ATTEMPT = whole(
    {
        "attemptIdx": {**IDX, "description": "The attempt's number."},
        "webhookIdx": {**IDX, "description": "The webhook."},
        "eventIdx": {**IDX, "description": "The event."},
        "attemptYmdt": {**INSTANT, "description": "When it began, in the account's time zone."},
        "status": optional(COUNT, "The status of the answer; null for no answer."),
        "milliseconds": {**COUNT, "description": "How long it took."},
        "answer": text("The first 500 characters of the answer, or why there was none."),
        "nextYmdt": optional(INSTANT, "When the next attempt is due; null for none."),
    },
    "An attempt to deliver an event.",
)

WEBHOOK_SCHEMAS: dict[str, dict[str, Any]] = {
    "Webhook": WEBHOOK,
    "WebhookList": WEBHOOK_LIST,
    "NewWebhook": NEW_WEBHOOK,
    "NewSecret": NEW_SECRET,
    "Event": EVENT,
    "EventData": EVENT_DATA,
    "EventActor": _ACTOR,
    "ThinEvent": THIN_EVENT,
    "ThinEventData": _THIN_DATA,
    "EventList": EVENT_LIST,
    "Attempt": ATTEMPT,
    "AttemptList": page_of("Attempt"),
}
"""For components/schemas of the document."""

MADE = Result("NewWebhook", named("NewWebhook"))
ROTATED = Result("NewSecret", named("NewSecret"))
ONE = Result("Webhook", named("Webhook"))
WEBHOOKS = Result("WebhookList", named("WebhookList"))
EVENTS = Result("EventList", named("EventList"))
ATTEMPTS = Result("AttemptList", named("AttemptList"))
QUEUED = Result("Queued", {**COUNT, "description": "How many deliveries were queued."})
