"""The OpenAPI 3.1 document: everything it says of an endpoint is taken from the route's declaration."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from openapi_pydantic.v3.v3_1 import (
    Components,
    Example,
    Header,
    Info,
    License,
    MediaType,
    OpenAPI,
    Operation,
    PathItem,
    Reference,
    RequestBody,
    Response,
    Schema,
    Server,
    Tag,
)
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from stampwell.api_docs.openapi_components import API_KEY, FIELD_ERROR, HEADERS, REFUSAL, REQUEST_ID, ref
from stampwell.core.errors import AppError, DatabaseUnavailable
from stampwell.http import envelope
from stampwell.http.errors import (
    BodyTooLarge,
    FieldsWrong,
    InternalError,
    MethodNotAllowed,
    NoCredentials,
    NoSuchRoute,
    NotAnObject,
    NotJson,
    WrongContentType,
)
from stampwell.http.route import Route

KIT_ERRORS: tuple[type[AppError], ...] = (
    NotJson,
    NotAnObject,
    FieldsWrong,
    NoCredentials,
    NoSuchRoute,
    MethodNotAllowed,
    BodyTooLarge,
    WrongContentType,
    InternalError,
    DatabaseUnavailable,
)
"""What any request may meet before its handler runs, or whatever its handler does."""

_JSON = "application/json"
_SECURITY = "ApiKey"

_EVERY_ANSWER = ("X-Request-Id", "Content-Language")
_LIMITED_ANSWER = ("RateLimit-Policy", "RateLimit")

# No answer to these comes with the state of the limits: it is not known yet whose they would be.
_BEFORE_LIMITS = {401, 405}


class _BodySchema(GenerateJsonSchema):
    """Without the titles that Pydantic makes up from names, and without null as a default: null means absent."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return super().default_schema(schema) if schema.get("default") is not None else self.generate_inner(schema["schema"])


def build_document(
    routes: Sequence[Route],
    *,
    version: str,
    policy_errors: Sequence[type[AppError]],
    samples: Iterable[AppError],
    business_errors_as_200: bool = False,
) -> dict[str, Any]:
    """The document as JSON values.

    policy_errors: what any endpoint may refuse beside the kit's own. samples: one refusal of every class, for the
    examples and the headers they carry. Raises LookupError for an error without a sample.
    """
    document = OpenAPI(
        openapi="3.1.1",
        info=Info(
            title="Stampwell API",
            version=version,
            summary="Digital stamp cards: issue stamps to customers.",
            description=(
                "Every request carries `Authorization: APIKey sk_live_…`; bodies and answers are JSON in UTF-8. Every answer "
                'is the envelope `{"code", "message", "result"}`: `code` 0 means success, any other number says what went '
                "wrong, and its first three digits are the HTTP status. A readable form of this document is at /api/docs."
            ),
            license=License(name="Apache-2.0", identifier="Apache-2.0"),
        ),
        servers=[Server(url="/", description="The server this document came from.")],
        tags=[Tag(name=tag) for tag in dict.fromkeys(route.tag for route in routes)],
    )
    common = (*KIT_ERRORS, *policy_errors)
    refusals = {type(sample): sample for sample in samples}
    bodies: dict[str, Any] = {}
    paths: dict[str, dict[str, Operation]] = {}
    used: dict[str, AppError] = {}
    for route in routes:
        errors = [_sample_of(error, refusals) for error in _ordered((*common, *route.errors))]
        used |= {type(error).__name__: error for error in errors}
        bodies |= _body_schemas(route)
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, errors, business_errors_as_200)
    document.paths = {path: PathItem(**operations) for path, operations in paths.items()}
    document.components = Components(
        schemas={"FieldError": FIELD_ERROR, "Refusal": REFUSAL},
        examples={
            name: Example(summary=error.when, value=json.loads(envelope.failure(error)))
            for name, error in sorted(used.items(), key=lambda item: item[1].code)
        },
        headers=dict(HEADERS),
        parameters={"RequestId": REQUEST_ID},
        securitySchemes={_SECURITY: API_KEY},
    )
    dumped: dict[str, Any] = document.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)
    # Past the library's Schema, which would make floats of the 64-bit limits.
    dumped["components"]["schemas"] |= bodies
    return dumped


def _operation(route: Route, errors: Sequence[AppError], as_200: bool) -> Operation:
    by_status: dict[int, list[AppError]] = {HTTPStatus.OK: []}
    for error in errors:
        by_status.setdefault(error.status_for(refusals_as_200=as_200), []).append(error)
    return Operation(
        operationId=route.operation_id,
        tags=[route.tag],
        summary=route.summary,
        description=f"{route.description}\n\nNeeds a key with the scope `{route.scope}`.",
        security=[{_SECURITY: [route.scope]}],
        parameters=[ref("parameters/RequestId")],
        requestBody=RequestBody(
            required=True,
            content={
                _JSON: MediaType(
                    schema=ref(f"schemas/{route.body.__name__}"),
                    examples={
                        _slug(example.summary): Example(summary=example.summary, value=example.body)
                        for example in route.examples
                    },
                )
            },
        ),
        responses={str(int(status)): _response(route, status, listed) for status, listed in sorted(by_status.items())},
    )


def _response(route: Route, status: int, errors: Sequence[AppError]) -> Response:
    lines = [f"* `{error.code}` {error.when}" for error in errors]
    examples: dict[str, Example | Reference] = {}
    schemas: list[Schema | Reference] = []
    if status == HTTPStatus.OK:
        lines.insert(0, "Success: `code` is 0.")
        schemas.append(_success(route))
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
        headers=_headers(status, errors),
        content={_JSON: MediaType(schema=schemas[0] if len(schemas) == 1 else Schema(anyOf=schemas), examples=examples)},
    )


def _headers(status: int, errors: Sequence[AppError]) -> dict[str, Header | Reference]:
    """A refusal's own header is required where every refusal of the status has it."""
    names = [*_EVERY_ANSWER, *(() if status in _BEFORE_LIMITS else _LIMITED_ANSWER)]
    headers: dict[str, Header | Reference] = {name: ref(f"headers/{name}") for name in names}
    for error in errors:
        for name in error.headers:
            always = status != HTTPStatus.OK and all(name in other.headers for other in errors)
            headers[name] = HEADERS[name].model_copy(update={"required": True}) if always else ref(f"headers/{name}")
    return headers


def _success(route: Route) -> Schema:
    return Schema(
        type="object",
        required=["code", "message", "result"],
        additionalProperties=False,
        properties={
            "code": Schema(type="integer", const=0, description="0: success."),
            "message": Schema(type="string", const="", description="Empty on success."),
            "result": Schema.model_validate(route.result),
        },
    )


def _body_schemas(route: Route) -> dict[str, Any]:
    schema = route.body.model_json_schema(schema_generator=_BodySchema, ref_template="#/components/schemas/{model}")
    parts = schema.pop("$defs", {})
    return {route.body.__name__: schema, **parts}


def _ordered(errors: Iterable[type[AppError]]) -> list[type[AppError]]:
    return sorted(dict.fromkeys(errors), key=lambda error: error.code)


def _sample_of(error: type[AppError], samples: Mapping[type[AppError], AppError]) -> AppError:
    if error not in samples:
        raise LookupError(f"The documentation has no sample of {error.__name__} ({error.code}); add one.")
    return samples[error]


def _slug(summary: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", summary.lower()).strip("-")
