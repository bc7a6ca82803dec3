"""One operation of the document: parameters, body, answers by status, each with an example."""

from collections.abc import Sequence
from http import HTTPStatus

from openapi_pydantic.v3.v3_1 import Example, MediaType, Operation, Parameter, Reference, RequestBody, Response

from stampwell.api_docs.openapi_components import ref
from stampwell.api_docs.openapi_responses import JSON, error_reference, slug, success_response
from stampwell.api_docs.openapi_schemas import query_parameters
from stampwell.core.errors import AppError
from stampwell.http.route import Route

SECURITY = "ApiKey"


def operation(route: Route, errors: Sequence[AppError], *, refusals_as_200: bool) -> Operation:
    """errors: a sample of everything the route may refuse, by code."""
    by_status: dict[int, list[AppError]] = {}
    for error in errors:
        by_status.setdefault(error.status_for(refusals_as_200=refusals_as_200), []).append(error)
    responses: dict[str, Response | Reference] = {"200": success_response(route, by_status.pop(HTTPStatus.OK, []))}
    responses |= {str(status): error_reference(status, by_status[status]) for status in sorted(by_status)}
    described = Operation(
        operationId=route.operation_id,
        tags=[route.tag.name],
        summary=route.summary,
        description=f"{route.description}\n\nNeeds a key with the scope `{route.scope}`.",
        security=[{SECURITY: [route.scope]}],
        parameters=_parameters(route),
        requestBody=_request_body(route) if route.takes == "body" else None,
        responses=responses,
    )
    listed = [{"code": error.code, "example": type(error).__name__} for error in errors]
    return described.model_copy(update={"x-errors": listed})


def _parameters(route: Route) -> list[Parameter | Reference]:
    in_query = query_parameters(route.request) if route.takes == "query" else []
    for parameter in in_query:
        parameter.examples = {
            slug(example.summary): Example(summary=example.summary, value=example.request[parameter.name])
            for example in route.examples
            if parameter.name in example.request
        } or None
    in_headers = ["RequestId", "AcceptLanguage"]
    if route.has_effect:
        in_headers.append("IdempotencyKey")
    if route.representation:
        in_headers.append("Prefer")
    if any(error.status == HTTPStatus.PRECONDITION_FAILED for error in route.errors):
        in_headers.append("IfMatch")
    return [*in_query, *(ref(f"parameters/{name}") for name in in_headers)]


def _request_body(route: Route) -> RequestBody:
    examples = {slug(example.summary): Example(summary=example.summary, value=example.request) for example in route.examples}
    media = MediaType(schema=ref(f"schemas/{route.request.__name__}"), examples=examples)
    return RequestBody(required=True, content={JSON: media})
