"""The root of every refusal: a type with a stable code, a status and a sentence a person can act on."""

from typing import ClassVar, NamedTuple

_FIRST_FAULT = 500


class FieldError(NamedTuple):
    """One wrong field and what to do about it."""

    field: str
    message: str


class OperatorError(Exception):
    """A refusal of something that only an operator does, on the command line: a sentence, and no code of the contract."""


class AppError(Exception):
    """A refusal that the caller can understand. Subclasses set `code`, `status`, `template`.

    `when` is the row of the error table that documentation shows. Template parameters are keyword arguments.
    """

    code: ClassVar[int]
    status: ClassVar[int]
    template: ClassVar[str]
    when: ClassVar[str]

    def __init__(
        self, *, fields: list[FieldError] | None = None, headers: dict[str, str] | None = None, **parameters: object
    ) -> None:
        super().__init__(self.template)
        self.parameters = parameters
        self.fields = fields or []
        self.headers = headers or {}

    @property
    def is_fault(self) -> bool:
        """Whether it is ours rather than the caller's."""
        return self.status >= _FIRST_FAULT

    def status_for(self, *, refusals_as_200: bool) -> int:
        """The HTTP status: its own, or 200 for a refusal (never for a fault) when the operator chose so."""
        return 200 if refusals_as_200 and not self.is_fault else self.status

    @property
    def message(self) -> str:
        """The sentence, in English."""
        return self.template.format(**self.parameters)

    def __str__(self) -> str:
        return self.message


class DatabaseUnavailable(AppError):
    """`in_doubt`: the connection broke while COMMIT was under way, so that nobody knows whether it was done."""

    code, status = 50301, 503
    template = "The database is unavailable or busy, and {outcome}"
    when = "The database cannot be reached, is busy or has no room; the message says whether anything may have been stored."

    def __init__(self, cause: str = "", *, in_doubt: bool = False) -> None:
        self.cause = cause
        self.in_doubt = in_doubt
        outcome = (
            "it went away while this was being stored: it may be there or not. Look before you send it again."
            if in_doubt
            else "nothing was stored. Send the same request again in a moment."
        )
        super().__init__(outcome=outcome, headers={"Retry-After": "1"})
