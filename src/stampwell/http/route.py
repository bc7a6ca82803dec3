"""A route is data: everything about an endpoint stands in its declaration, and nothing is inferred."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from stampwell.core.errors import AppError
from stampwell.http.body import Body
from stampwell.http.context import Context

Handler = Callable[[Context, Any], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Example:
    """A request that works and what it answers, for the documentation."""

    summary: str
    body: dict[str, object]
    result: object


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint of the API.

    scope: what the key must allow.
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
    body: type[Body]
    result: dict[str, object]
    errors: tuple[type[AppError], ...]
    examples: tuple[Example, ...]
