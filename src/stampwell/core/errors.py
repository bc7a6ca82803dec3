"""The root of every refusal: a type with a stable code, a status and a sentence a person can act on."""

from collections.abc import Sequence
from typing import ClassVar, NamedTuple

from stampwell.core.phrases import Phrase, Template, Translate, english, phrase, say, translatable

_FIRST_FAULT = 500
_NAMED_IN_SUMMARY = 5


class FieldError(NamedTuple):
    """One wrong field and what to do about it."""

    field: str
    problem: Phrase


class OperatorError(Exception):
    """A refusal of something that only an operator does, on the command line: a sentence, and no code of the contract."""


class AppError(Exception):
    """A refusal that the caller can understand. Subclasses set `code`, `status`, `template`.

    `when` is the row of the error table that documentation shows. Template parameters are keyword arguments; one that
    has to be translated too is a Phrase.
    """

    code: ClassVar[int]
    status: ClassVar[int]
    template: ClassVar[Template]
    when: ClassVar[str]

    fields: Sequence[FieldError] = ()

    def __init__(self, *, headers: dict[str, str] | None = None, **parameters: object) -> None:
        super().__init__(self.template)
        self.parameters = parameters
        self.headers = headers or {}

    @property
    def is_fault(self) -> bool:
        """Whether it is ours rather than the caller's."""
        return self.status >= _FIRST_FAULT

    def status_for(self, *, refusals_as_200: bool) -> int:
        """The HTTP status: its own, or 200 for a refusal (never for a fault) when the operator chose so."""
        return 200 if refusals_as_200 and not self.is_fault else self.status

    def said(self, translate: Translate) -> str:
        """The sentence, in the language of `translate`."""
        return say(self.template, self.parameters, translate)

    @property
    def message(self) -> str:
        """The sentence, in English."""
        return self.said(english)

    def __str__(self) -> str:
        return self.message


class PageError(AppError):
    """A refusal that only pages give: for people, so the contract has no code for it."""

    code = 0
    when = ""


class FieldsWrong(AppError):
    """One or more fields, in order; at least one."""

    code, status = 40002, 400
    template = translatable("{field}: {problem}{others}")
    when = "One or more fields are wrong. `errors` has one row for every wrong field."

    def __init__(self, rows: Sequence[FieldError]) -> None:
        first, others = rows[0], rows[1:]
        super().__init__(field=first.field, problem=first.problem, others=_others(others))
        self.fields = rows


def _others(rows: Sequence[FieldError]) -> Phrase | str:
    if not rows:
        return ""
    named = ", ".join(dict.fromkeys(row.field for row in rows[:_NAMED_IN_SUMMARY]))
    more = ", …" if len(rows) > _NAMED_IN_SUMMARY else ""
    return phrase(" (also wrong: {named}; see errors)", named=f"{named}{more}")


class TooBusy(AppError):
    """Too many wait for what takes a processor or much memory: hashes of passwords, pictures. Nothing was begun."""

    code, status = 50301, 503
    template = translatable("The server is too busy just now, and nothing was stored. Send the same request again in a moment.")
    when = "Too many requests that take long wait already, such as checks of passwords. Nothing was stored."

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "2"})


class DatabaseUnavailable(AppError):
    """`in_doubt`: the connection broke while COMMIT was under way, so that nobody knows whether it was done."""

    code, status = 50301, 503
    template = translatable("The database is unavailable or busy, and {outcome}")
    when = "The database cannot be reached, is busy or has no room; the message says whether anything may have been stored."

    def __init__(self, cause: str = "", *, in_doubt: bool = False) -> None:
        self.cause = cause
        self.in_doubt = in_doubt
        outcome = (
            phrase(
                "it went away while this was being stored: it may be there or not. Send it again if it had an "
                "Idempotency-Key; look first if it had none."
            )
            if in_doubt
            else phrase("nothing was stored. Send the same request again in a moment.")
        )
        super().__init__(outcome=outcome, headers={"Retry-After": "1"})
