"""What Stampwell answers instead of a result, and the error that every refusal is."""

from dataclasses import dataclass

from stampwell_client.errors import StampwellError


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field and what to do about it."""

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the server said. `status` is that of the code, also where the server answers refusals with HTTP 200."""

    code: int
    status: int
    message: str
    errors: tuple[FieldError, ...] = ()
    request_id: str | None = None


class ApiError(StampwellError):
    """Stampwell refused the call. Nothing was changed, unless `message` says otherwise."""

    code: int
    status: int

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.code = refusal.code
        self.status = refusal.status
        self.message = refusal.message
        self.errors = refusal.errors
        self.request_id = refusal.request_id

    def __str__(self) -> str:
        said_by = f" (request {self.request_id})" if self.request_id else ""
        return f"{self.code}: {self.message}{said_by}"
