"""A route is data: everything about an endpoint stands in its declaration, and nothing is inferred."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal

from stampwell.core.errors import AppError
from stampwell.http.body import Body
from stampwell.http.context import Context

Handler = Callable[[Context, Any], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Example:
    """A request that works (its body, or its query parameters) and what it answers, for the documentation."""

    summary: str
    request: dict[str, object]
    result: object


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint of the API.

    scope: what the key must allow. request: what the handler is given; where it comes from is `takes`.
    representation: whether it honours `Prefer: return=representation`.
    result: JSON Schema of the envelope's `result` on success. errors: the refusals of the handler itself;
    those that every endpoint has are added by `dispatch`.
    """

    method: str
    path: str
    handler: Handler
    operation_id: str
    tag: str
    summary: str
    description: str
    scope: str
    request: type[Body]
    result: dict[str, object]
    errors: tuple[type[AppError], ...]
    examples: tuple[Example, ...]
    takes: Literal["body", "query"] = "body"
    representation: bool = False

    @property
    def has_effect(self) -> bool:
        """Whether it changes anything, so that an Idempotency-Key is of use."""
        return self.method != "GET"
