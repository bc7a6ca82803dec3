"""One operation of the document: parameters, body, answers by status, each with an example."""

import re
from collections.abc import Sequence
from http import HTTPStatus

from openapi_pydantic.v3.v3_1 import Example, Header, MediaType, Operation, Parameter, Reference, RequestBody, Response, Schema

from stampwell.api_docs.openapi_components import HEADERS, ref
from stampwell.api_docs.openapi_schemas import PlainSchema, query_parameters, success_schema
from stampwell.core.errors import AppError
from stampwell.http.route import Route

SECURITY = "ApiKey"

_JSON = "application/json"

_EVERY_ANSWER = ("X-Request-Id", "Content-Language")
_LIMITED_ANSWER = ("RateLimit-Policy", "RateLimit")

# No answer to these comes with the state of the limits: it is not known yet whose they would be.
_BEFORE_LIMITS = {401, 405}


def operation(route: Route, errors: Sequence[AppError], *, refusals_as_200: bool) -> Operation:
    """errors: a sample of everything the route may refuse, by code."""
    by_status: dict[int, list[AppError]] = {HTTPStatus.OK: []}
    for error in errors:
        by_status.setdefault(error.status_for(refusals_as_200=refusals_as_200), []).append(error)
    return Operation(
        operationId=route.operation_id,
        tags=[route.tag],
        summary=route.summary,
        description=f"{route.description}\n\nNeeds a key with the scope `{route.scope}`.",
        security=[{SECURITY: [route.scope]}],
        parameters=_parameters(route),
        requestBody=_request_body(route) if route.takes == "body" else None,
        responses={str(int(status)): _response(route, status, listed) for status, listed in sorted(by_status.items())},
    )


def _parameters(route: Route) -> list[Parameter | Reference]:
    in_query = query_parameters(route.request) if route.takes == "query" else []
    for parameter in in_query:
        parameter.examples = {
            _slug(example.summary): Example(summary=example.summary, value=example.request[parameter.name])
            for example in route.examples
            if parameter.name in example.request
        } or None
    in_headers = ["RequestId", "AcceptLanguage"]
    if route.has_effect:
        in_headers.append("IdempotencyKey")
    if route.representation:
        in_headers.append("Prefer")
    return [*in_query, *(ref(f"parameters/{name}") for name in in_headers)]


def _request_body(route: Route) -> RequestBody:
    examples = {_slug(example.summary): Example(summary=example.summary, value=example.request) for example in route.examples}
    media = MediaType(schema=ref(f"schemas/{route.request.__name__}"), examples=examples)
    return RequestBody(required=True, content={_JSON: media})


def _response(route: Route, status: int, errors: Sequence[AppError]) -> Response:
    lines = [f"* `{error.code}` {error.when}" for error in errors]
    examples: dict[str, Example | Reference] = {}
    schemas: list[Schema | Reference] = []
    if status == HTTPStatus.OK:
        lines.insert(0, "Success: `code` is 0.")
        schemas.append(PlainSchema(plain=success_schema(route)))
        examples = {
            _slug(example.summary): Example(summary=example.summary, value={"code": 0, "message": "", "result": example.result})
            for example in route.examples
        }
    if errors:
        codes = list(dict.fromkeys(error.code for error in errors))
        schemas.append(Schema(allOf=[ref("schemas/Refusal"), Schema(properties={"code": Schema(enum=codes)})]))
    for error in errors:
        name = type(error).__name__
        examples[name] = ref(f"examples/{name}")
    return Response(
        description="\n".join(lines),
        headers=_headers(route, status, errors),
        content={_JSON: MediaType(schema=schemas[0] if len(schemas) == 1 else Schema(anyOf=schemas), examples=examples)},
    )


def _headers(route: Route, status: int, errors: Sequence[AppError]) -> dict[str, Header | Reference]:
    """A refusal's own header is required where every refusal of the status has it."""
    names = [*_EVERY_ANSWER, *(() if status in _BEFORE_LIMITS else _LIMITED_ANSWER)]
    if status == HTTPStatus.OK and route.has_effect:
        names.append("Idempotency-Replayed")
    headers: dict[str, Header | Reference] = {name: ref(f"headers/{name}") for name in names}
    for error in errors:
        for name in error.headers:
            always = status != HTTPStatus.OK and all(name in other.headers for other in errors)
            headers[name] = HEADERS[name].model_copy(update={"required": True}) if always else ref(f"headers/{name}")
    return headers


def _slug(summary: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", summary.lower()).strip("-")
