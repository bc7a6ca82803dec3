from stampwell.core.errors import AppError, OperatorError
from stampwell.core.phrases import translatable


class WebhookNotFound(AppError):
    code, status = 40407, 404
    template = translatable(
        "webhookIdx: this account has no webhook {webhook_id}. Its webhooks and their numbers are listed by: "
        "GET /api/webhook/v1/list"
    )
    when = "The account has no such webhook; another account's webhook is answered the same."


class EventNotFound(AppError):
    code, status = 40407, 404
    template = translatable(
        "eventIdx: this account has no event {event_id} in the last 30 days. Its events and their numbers are listed by: "
        "GET /api/webhook/v1/events"
    )
    when = "The account has no such event, or it is older than 30 days; another account's event is answered the same."


class WebhookInvalid(OperatorError):
    """An option of a command on webhooks is wrong; the message says which."""
