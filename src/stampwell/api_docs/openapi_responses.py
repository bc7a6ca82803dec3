"""Answers of the document: the success of each operation, and one shared response for every status of an error."""

import re
from collections.abc import Iterable, Sequence
from http import HTTPStatus
from typing import Any

from openapi_pydantic.v3.v3_1 import Example, Header, MediaType, Reference, Response, Schema

from stampwell.api_docs.openapi_components import HEADERS, ref
from stampwell.core.errors import AppError
from stampwell.http.route import Route

JSON = "application/json"

# Not the standard library's phrases: those of 413 and 422 differ between versions of Python.
_NAMES = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    409: "Conflict",
    412: "PreconditionFailed",
    413: "ContentTooLarge",
    415: "UnsupportedMediaType",
    422: "UnprocessableContent",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "ServiceUnavailable",
}

_EVERY_ANSWER = ("X-Request-Id", "Content-Language")
_LIMITED_ANSWER = ("RateLimit-Policy", "RateLimit")

# No answer to these comes with the state of the limits: it is not known yet whose they would be.
_BEFORE_LIMITS = {401, 405}


def success_response(route: Route, errors: Sequence[AppError]) -> Response:
    """errors: those that the operator chose to answer with status 200 too."""
    examples: dict[str, Example | Reference] = {
        slug(example.summary): Example(summary=example.summary, value={"code": 0, "message": "", "result": example.result})
        for example in route.examples
    }
    success = ref(f"schemas/{success_name(route)}")
    names = [*_EVERY_ANSWER, *_LIMITED_ANSWER, *(["Idempotency-Replayed"] if route.has_effect else [])]
    names += ["ETag"] if route.result.tagged else []
    return Response(
        description="\n".join(["Success: `code` is 0.", *_lines(errors)]),
        headers=_common_headers(names) | {name: _header(name, always=False) for error in errors for name in error.headers},
        content={
            JSON: MediaType(
                schema=Schema(anyOf=[success, ref("schemas/ErrorResponse")]) if errors else success,
                examples=examples | _examples(errors),
            )
        },
    )


def error_reference(status: int, errors: Sequence[AppError]) -> Reference:
    """The shared response of that status, with the errors that this operation may answer in its place."""
    # By its alias, because to a type checker the field has no other name.
    fields: dict[str, Any] = {"$ref": f"#/components/responses/{_name_of(status)}", "description": "\n".join(_lines(errors))}
    return Reference.model_validate(fields)


def error_responses(errors: Iterable[AppError], *, refusals_as_200: bool) -> dict[str, Response]:
    """For components/responses: a response for every status, with all errors that have it."""
    by_status: dict[int, list[AppError]] = {}
    for error in errors:
        by_status.setdefault(error.status_for(refusals_as_200=refusals_as_200), []).append(error)
    by_status.pop(HTTPStatus.OK, None)
    return {_name_of(status): _error_response(status, by_status[status]) for status in sorted(by_status)}


def success_name(route: Route) -> str:
    """The name of the envelope of its success in components/schemas."""
    return f"{route.result.name}Response"


def slug(summary: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", summary.lower()).strip("-")


def _error_response(status: int, errors: Sequence[AppError]) -> Response:
    names = [*_EVERY_ANSWER, *([] if status in _BEFORE_LIMITS else _LIMITED_ANSWER)]
    own = dict.fromkeys(name for error in errors for name in error.headers)
    return Response(
        description="\n".join(_lines(errors)),
        headers=_common_headers(names)
        | {name: _header(name, always=all(name in error.headers for error in errors)) for name in own},
        content={JSON: MediaType(schema=ref("schemas/ErrorResponse"), examples=_examples(errors))},
    )


def _name_of(status: int) -> str:
    if status not in _NAMES:
        raise LookupError(f"The documentation has no name for the responses of status {status}; add one.")
    return _NAMES[status]


def _lines(errors: Iterable[AppError]) -> list[str]:
    return [f"* `{error.code}` {error.when}" for error in errors]


def _examples(errors: Iterable[AppError]) -> dict[str, Example | Reference]:
    return {type(error).__name__: ref(f"examples/{type(error).__name__}") for error in errors}


def _common_headers(names: Iterable[str]) -> dict[str, Header | Reference]:
    return {name: ref(f"headers/{name}") for name in names}


def _header(name: str, *, always: bool) -> Header | Reference:
    """A header that only errors have: required where every answer of that status has it."""
    header = HEADERS[name]
    return ref(f"headers/{name}") if header.required is always else header.model_copy(update={"required": always})
