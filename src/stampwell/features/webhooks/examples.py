"""What the documentation shows of the webhook endpoints."""

from stampwell.features.events.model import EventType

SAMPLE_WEBHOOK_IDX = 41
SAMPLE_EVENT_IDX = 90210
SAMPLE_CARD_IDX = 123

_SAMPLE = "whsec_c2FtcGxlIG9mIGEgc2VjcmV0LCB3aGljaCBzaWducyBub3RoaW5n"

THE_WEBHOOK: dict[str, object] = {"webhookIdx": SAMPLE_WEBHOOK_IDX}
MADE: dict[str, object] = {"webhookIdx": SAMPLE_WEBHOOK_IDX + 1, "secret": _SAMPLE}
ROTATED: dict[str, object] = {"secret": _SAMPLE}

WEBHOOK: dict[str, object] = {
    "webhookIdx": SAMPLE_WEBHOOK_IDX,
    "url": "https://shop.example/stampwell",
    "events": [EventType.STAMP_FULL.value, EventType.STAMP_REDEEMED.value],
    "cardIdx": 0,
    "payload": "full",
    "personalYn": "N",
    "description": "The till in the harbour",
    "activeYn": "Y",
    "lastSuccessYmdt": "2026-03-02 18:00:00",
    "failingSinceYmdt": None,
    "regYmdt": "2026-01-01 09:00:00",
}
EVENT: dict[str, object] = {
    "type": EventType.CARD_UPDATED.value,
    "timestamp": "2026-03-02T09:00:00.000000Z",
    "data": {"eventIdx": SAMPLE_EVENT_IDX, "sequence": None, "actionType": "UPDATE", "cardIdx": SAMPLE_CARD_IDX},
}
ATTEMPT: dict[str, object] = {
    "attemptIdx": 501,
    "webhookIdx": SAMPLE_WEBHOOK_IDX,
    "eventIdx": SAMPLE_EVENT_IDX,
    "attemptYmdt": "2026-03-02 18:00:00",
    "status": 503,
    "milliseconds": 42,
    "answer": "Service Unavailable",
    "nextYmdt": "2026-03-02 18:00:05",
}
