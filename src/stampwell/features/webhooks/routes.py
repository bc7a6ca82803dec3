"""The route table of `/api/webhook/v1`."""

from stampwell.features.cards.errors import CardNotFound
from stampwell.features.keys.model import Scope
from stampwell.features.webhooks import examples, requests, schemas
from stampwell.features.webhooks.api import WebhookApi
from stampwell.features.webhooks.errors import EventNotFound, WebhookNotFound
from stampwell.http.route import NEW_NUMBER, NOTHING, Example, Route, Tag

_TAG = Tag(
    "Webhooks",
    "Addresses that are sent what happens to stamps, signed by Standard Webhooks, until they answer, and the log of events.",
)


def webhook_routes(api: WebhookApi) -> list[Route]:
    return [*_endpoint_routes(api), *_event_routes(api)]


def _endpoint_routes(api: WebhookApi) -> list[Route]:
    return [
        Route(
            method="POST",
            path="/api/webhook/v1/create",
            handler=api.create,
            operation_id="createWebhook",
            tag=_TAG,
            summary="Create webhook",
            description=(
                "A new webhook. `result` has its secret, this once: only the answer to the same request with the same "
                "`Idempotency-Key` repeats it, for 24 hours. An account has at most 20 webhooks."
            ),
            scope=Scope.WEBHOOK_WRITE,
            request=requests.CreateWebhook,
            result=schemas.MADE,
            errors=(CardNotFound,),
            examples=(
                Example("Every event", {"url": "https://shop.example/stampwell"}, examples.MADE),
                Example(
                    "Full and redeemed stamps of one card",
                    {
                        "url": "https://shop.example/stampwell",
                        "events": ["stamp.full", "stamp.redeemed"],
                        "cardIdx": examples.SAMPLE_CARD_IDX,
                        "payload": "thin",
                        "description": "The till in the harbour",
                    },
                    examples.MADE,
                ),
            ),
        ),
        Route(
            method="PUT",
            path="/api/webhook/v1/update",
            handler=api.update,
            operation_id="updateWebhook",
            tag=_TAG,
            summary="Update webhook",
            description=(
                "What is left out stays. While a webhook is off, nothing is kept for it; `resend` with `since` fetches what it "
                "missed. What was waiting when it was switched off goes out once it is on again."
            ),
            scope=Scope.WEBHOOK_WRITE,
            request=requests.UpdateWebhook,
            result=NOTHING,
            errors=(WebhookNotFound, CardNotFound),
            examples=(
                Example("Another address", {**examples.THE_WEBHOOK, "url": "https://shop.example/events"}, None),
                Example("Switched on again", {**examples.THE_WEBHOOK, "activeYn": "Y"}, None),
            ),
        ),
        Route(
            method="GET",
            path="/api/webhook/v1/get",
            handler=api.get,
            operation_id="getWebhook",
            tag=_TAG,
            summary="Get webhook",
            description="The webhook, without its secret.",
            scope=Scope.WEBHOOK_READ,
            request=requests.OneWebhook,
            takes="query",
            result=schemas.ONE,
            errors=(WebhookNotFound,),
            examples=(Example("By number", examples.THE_WEBHOOK, examples.WEBHOOK),),
        ),
        Route(
            method="GET",
            path="/api/webhook/v1/list",
            handler=api.list,
            operation_id="listWebhooks",
            tag=_TAG,
            summary="List webhooks",
            description="All webhooks of the account, oldest first, those that are switched off too.",
            scope=Scope.WEBHOOK_READ,
            request=requests.ListWebhooks,
            takes="query",
            result=schemas.WEBHOOKS,
            errors=(),
            examples=(Example("All of them", {}, {"list": [examples.WEBHOOK]}),),
        ),
        Route(
            method="DELETE",
            path="/api/webhook/v1/delete",
            handler=api.delete,
            operation_id="deleteWebhook",
            tag=_TAG,
            summary="Delete webhook",
            description="Nothing is sent any more, also of what was waiting. Its attempts are gone; the events stay.",
            scope=Scope.WEBHOOK_WRITE,
            request=requests.OneWebhook,
            takes="query",
            result=NOTHING,
            errors=(WebhookNotFound,),
            examples=(Example("By number", examples.THE_WEBHOOK, None),),
        ),
        Route(
            method="PUT",
            path="/api/webhook/v1/rotate",
            handler=api.rotate,
            operation_id="rotateWebhookSecret",
            tag=_TAG,
            summary="Rotate secret",
            description=(
                "A new secret, this once. The one before it signs beside it for 24 hours, so that nothing is refused while you "
                "change it; one from before that signs no more."
            ),
            scope=Scope.WEBHOOK_WRITE,
            request=requests.ThisWebhook,
            result=schemas.ROTATED,
            errors=(WebhookNotFound,),
            examples=(Example("By number", examples.THE_WEBHOOK, examples.ROTATED),),
        ),
        Route(
            method="POST",
            path="/api/webhook/v1/test",
            handler=api.test,
            operation_id="testWebhook",
            tag=_TAG,
            summary="Send test event",
            description=(
                "A `webhook.test` goes to this webhook, whatever its filters say, also while it is off. `result` is its "
                "eventIdx: `attempts` shows how it went."
            ),
            scope=Scope.WEBHOOK_WRITE,
            request=requests.ThisWebhook,
            result=NEW_NUMBER,
            errors=(WebhookNotFound,),
            examples=(Example("By number", examples.THE_WEBHOOK, examples.SAMPLE_EVENT_IDX + 1),),
        ),
    ]


def _event_routes(api: WebhookApi) -> list[Route]:
    return [
        Route(
            method="GET",
            path="/api/webhook/v1/events",
            handler=api.events,
            operation_id="listEvents",
            tag=_TAG,
            summary="List events",
            description=(
                "What happened, oldest first, 30 days back, whether or not there is a webhook: for a program that cannot be "
                "reached. What was answered before this request is among it. The customer's personal fields are for a key "
                "with the scope `customer:read` only."
            ),
            scope=Scope.WEBHOOK_READ,
            request=requests.ListEvents,
            takes="query",
            result=schemas.EVENTS,
            errors=(),
            examples=(
                Example("From the beginning", {}, {"list": [examples.EVENT], "nextCursor": None}),
                Example("Further on", {"after": examples.SAMPLE_EVENT_IDX - 1}, {"list": [examples.EVENT], "nextCursor": None}),
            ),
        ),
        Route(
            method="GET",
            path="/api/webhook/v1/attempts",
            handler=api.attempts,
            operation_id="listAttempts",
            tag=_TAG,
            summary="List attempts",
            description="Attempts to deliver events, newest first, 30 days back, a page at a time.",
            scope=Scope.WEBHOOK_READ,
            request=requests.ListAttempts,
            takes="query",
            result=schemas.ATTEMPTS,
            errors=(WebhookNotFound, EventNotFound),
            examples=(Example("Of a webhook", examples.THE_WEBHOOK, {"list": [examples.ATTEMPT], "nextCursor": None}),),
        ),
        Route(
            method="POST",
            path="/api/webhook/v1/resend",
            handler=api.resend,
            operation_id="resendEvents",
            tag=_TAG,
            summary="Send events again",
            description=(
                "Send either `eventIdx` or `since`. Each event has the same `webhook-id` and body as before. "
                "`result` is how many were queued. A webhook that is off has to be switched on first."
            ),
            scope=Scope.WEBHOOK_WRITE,
            request=requests.ResendEvents,
            result=schemas.QUEUED,
            errors=(WebhookNotFound, EventNotFound),
            examples=(
                Example("One event", {**examples.THE_WEBHOOK, "eventIdx": examples.SAMPLE_EVENT_IDX}, 1),
                Example("What failed since", {**examples.THE_WEBHOOK, "since": "2025-02-26 00:00:00", "failedYn": "Y"}, 1),
            ),
        ),
    ]
