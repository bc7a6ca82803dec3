"""What is sent to webhooks, as the document's `webhooks`: an operation for each type of event."""

from typing import Any

from openapi_pydantic.v3.v3_1 import Example, MediaType, Operation, PathItem, RequestBody, Response

from stampwell.api_docs.event_samples import EVENT_SAMPLES
from stampwell.api_docs.openapi_components import ref
from stampwell.api_docs.openapi_responses import JSON
from stampwell.api_docs.openapi_schemas import PlainSchema
from stampwell.core.result_schemas import named
from stampwell.features.events.model import EventType

_WHEN: dict[EventType, str] = {
    EventType.STAMP_ISSUED: "A stamp was issued.",
    EventType.STAMP_ADDED: "Marks were added to a stamp.",
    EventType.STAMP_REMOVED: "Marks of a stamp were taken back.",
    EventType.STAMP_FULL: "A stamp reached its goal, by the event before it.",
    EventType.STAMP_REWARD_REDEEMED: "A reward on the way was handed out.",
    EventType.STAMP_REDEEMED: "The reward of a full stamp was handed out.",
    EventType.STAMP_UPDATED: "Something else of a stamp was changed.",
    EventType.STAMP_RETURNED: "A reward is owed again, because its sale was reversed.",
    EventType.STAMP_REVERSED: "The marks of a sale were taken back.",
    EventType.STAMP_MERGED: "Two stamps became one; each has this event.",
    EventType.STAMP_EXPIRING: "A stamp's last day is in seven days.",
    EventType.STAMP_EXPIRED: "A stamp's last day is over.",
    EventType.STAMP_DELETED: "A stamp was deleted; `stamp` is what it was.",
    EventType.CARD_UPDATED: "A card was changed.",
    EventType.WEBHOOK_TEST: "Somebody asked for a test.",
    EventType.WEBHOOK_FAILING: "No delivery to a webhook has succeeded for a day and a half.",
    EventType.WEBHOOK_DISABLED: "A webhook was switched off: three days without a success, or a 410.",
}
_TAG = "Webhooks"
_DESCRIPTION = (
    "Sent to the webhooks that want it, signed by Standard Webhooks. Verify the raw body before you read it, answer within 20 "
    "seconds, and handle each `webhook-id` once."
)
_TAKEN = "The receiver has the event. Any other status, and no answer, is followed by another attempt; 410 ends the webhook."


def webhooks_of_events() -> dict[str, PathItem]:
    """By type of event."""
    return {kind.value: PathItem(post=_operation(kind)) for kind in EventType}


def _operation(kind: EventType) -> Operation:
    sample = EVENT_SAMPLES[kind]
    samples, schema = {"full": sample}, named("Event")
    if "stamp" in sample["data"]:
        samples["thin"] = _thin(sample)
        schema = {"anyOf": [schema, named("ThinEvent")]}
    examples = {name: Example(summary=f"`payload` is `{name}`", value=value) for name, value in samples.items()}
    return Operation(
        operationId="on" + "".join(word.capitalize() for word in kind.replace(".", "_").split("_")),
        tags=[_TAG],
        summary=_WHEN[kind],
        description=_DESCRIPTION,
        security=[],
        parameters=[ref(f"parameters/{name}") for name in ("WebhookId", "WebhookTimestamp", "WebhookSignature")],
        requestBody=RequestBody(required=True, content={JSON: MediaType(schema=PlainSchema(plain=schema), examples=examples)}),
        responses={"2XX": Response(description=_TAKEN)},
    )


def _thin(sample: dict[str, Any]) -> dict[str, Any]:
    data, stamp = sample["data"], sample["data"]["stamp"]
    numbers = {name: data[name] for name in ("eventIdx", "sequence", "actionType")}
    of_stamp = {name: stamp[name] for name in ("stampIdx", "cardIdx")}
    url = f"/api/stamp/v1/get?stampIdx={stamp['stampIdx']}"
    return {**sample, "data": {**numbers, **of_stamp, "url": url}}
