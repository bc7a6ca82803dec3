"""A route is data: everything about an endpoint stands in its declaration, and nothing is inferred."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from stampwell.core.errors import AppError
from stampwell.core.result_schemas import IDX
from stampwell.core.validation import RequestModel
from stampwell.http.context import Context

Handler = Callable[[Context[Any], Any], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Example:
    """A request that works (its body, or its query parameters) and what it answers, for the documentation."""

    summary: str
    request: dict[str, object]
    result: object


@dataclass(frozen=True, slots=True)
class Tag:
    """A group of endpoints in the documentation."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Result:
    """The envelope's `result` on success, as JSON Schema.

    `name` is the start of the name that the whole envelope has in the documentation, and so in generated clients:
    `Stamp` makes `StampResponse`. Endpoints that answer the same share one Result. tagged: the answer has an `ETag`.
    """

    name: str
    schema: dict[str, Any]
    tagged: bool = False


NOTHING = Result("Empty", {"type": "null"})

NEW_NUMBER = Result("Number", {**IDX, "description": "The number of what was made."})


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint of the API.

    operation_id: what a generated client calls its method. scope: what the key must allow. request: what the handler is
    given; where it comes from is `takes`. representation: whether it honours `Prefer: return=representation`.
    errors: the refusals of the handler itself; those that every endpoint has are added by `dispatch`.
    """

    method: str
    path: str
    handler: Handler
    operation_id: str
    tag: Tag
    summary: str
    description: str
    scope: str
    request: type[RequestModel]
    result: Result
    errors: tuple[type[AppError], ...]
    examples: tuple[Example, ...]
    takes: Literal["body", "query"] = "body"
    representation: bool = False

    @property
    def has_effect(self) -> bool:
        """Whether it changes anything, so that an Idempotency-Key is of use."""
        return self.method != "GET"
