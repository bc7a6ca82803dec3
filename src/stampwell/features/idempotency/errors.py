from stampwell.core.errors import AppError
from stampwell.core.phrases import translatable


class StillRunning(AppError):
    code, status = 40908, 409
    template = translatable("A request with this Idempotency-Key is still running. Send it again in a second for its answer.")
    when = "A request with this `Idempotency-Key` is still running; send it again to have its answer."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class KeyReused(AppError):
    code, status = 42201, 422
    template = translatable(
        "This Idempotency-Key was used before with another request. Use a fresh key for every new request, "
        "and the same one only to send the same request again."
    )
    when = "The `Idempotency-Key` was used before, within 24 hours, with another request to this endpoint."
