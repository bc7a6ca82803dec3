"""The OpenAPI 3.1 document: everything it says of an endpoint is taken from the route's declaration."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openapi_pydantic.v3.v3_1 import Components, Example, Info, License, OpenAPI, Operation, PathItem, Server, Tag

from stampwell.api_docs.openapi_components import API_KEY, ERROR_RESPONSE, FIELD_ERROR, HEADERS, PARAMETERS, YES_NO
from stampwell.api_docs.openapi_operations import SECURITY, operation
from stampwell.api_docs.openapi_responses import error_responses, success_name
from stampwell.api_docs.openapi_schemas import PlainSchema, body_schemas, success_schema
from stampwell.api_docs.openapi_sharing import share_named_schemas
from stampwell.core.errors import AppError, DatabaseUnavailable, FieldsWrong
from stampwell.core.phrases import english
from stampwell.http import envelope
from stampwell.http.errors import (
    BodyTooLarge,
    InternalError,
    MethodNotAllowed,
    NoCredentials,
    NoSuchRoute,
    NotAnObject,
    NotJson,
    NotUtf8,
    WrongContentType,
)
from stampwell.http.route import Route

KIT_ERRORS: tuple[type[AppError], ...] = (
    FieldsWrong,
    NoCredentials,
    NoSuchRoute,
    MethodNotAllowed,
    InternalError,
    DatabaseUnavailable,
)
"""What any request may meet before its handler runs, or whatever its handler does."""

BODY_ERRORS: tuple[type[AppError], ...] = (NotJson, NotUtf8, NotAnObject, BodyTooLarge, WrongContentType)
"""What a request with a body may meet besides."""

_DESCRIPTION = """\
Every request carries `Authorization: APIKey sk_live_…`. Answers are JSON in UTF-8, and so are bodies; `GET` and `DELETE` \
take query parameters instead of a body. Every answer is the envelope `{"code", "message", "result"}`: `code` 0 means \
success, any other number says what went wrong, and its first three digits are the HTTP status. Every operation lists its \
own codes under each status and, for programs, in `x-errors`. Nothing that is sent is dropped in silence: an unknown field \
or query parameter is refused by name (40002), and so is a body where none is taken. \
`HEAD` is answered wherever `GET` is, and a `POST` with `X-HTTP-Method-Override: PUT` (or `DELETE`) counts as that method. \
A readable form of this document is at /api/docs."""


def build_document(
    routes: Sequence[Route],
    *,
    version: str,
    policy_errors: Sequence[type[AppError]],
    samples: Iterable[AppError],
    effect_errors: Sequence[type[AppError]] = (),
    schemas: Mapping[str, dict[str, Any]] | None = None,
    webhooks: Mapping[str, PathItem] | None = None,
    business_errors_as_200: bool = False,
) -> dict[str, Any]:
    """The document as JSON values.

    policy_errors: what any endpoint may refuse beside the kit's own. effect_errors: what those that change something may
    refuse besides. samples: one refusal of every class, for the examples and the headers they carry. schemas: JSON
    Schemas that results refer to as `#/components/schemas/<name>`. webhooks: what is sent to webhooks, by type of event.
    Raises LookupError for an error without a sample.
    """
    refusals = {type(sample): sample for sample in samples}
    components: dict[str, dict[str, Any]] = dict(schemas or {})
    paths: dict[str, dict[str, Operation]] = {}
    used: dict[str, AppError] = {}
    for route in routes:
        classes = errors_of(route, policy_errors=policy_errors, effect_errors=effect_errors)
        errors = [_sample_of(error, refusals) for error in classes]
        used |= {type(error).__name__: error for error in errors}
        if route.takes == "body":
            components |= body_schemas(route.request)
        components[success_name(route)] = success_schema(route.result)
        described = operation(route, errors, refusals_as_200=business_errors_as_200)
        paths.setdefault(route.path, {})[route.method.lower()] = described
    refused = sorted(used.values(), key=lambda error: error.code)
    document = OpenAPI(
        openapi="3.1.1",
        info=Info(
            title="Stampwell API",
            version=version,
            summary="Digital stamp cards: issue stamps to customers, mark them, hand out rewards.",
            description=_DESCRIPTION,
            license=License(name="Apache-2.0", identifier="Apache-2.0"),
        ),
        servers=[Server(url="/", description="The server this document came from.")],
        tags=[Tag(name=tag.name, description=tag.description) for tag in dict.fromkeys(route.tag for route in routes)],
        paths={path: PathItem(**operations) for path, operations in paths.items()},
        webhooks=dict(webhooks or {}),
        components=Components(
            schemas={
                "ErrorResponse": ERROR_RESPONSE,
                "FieldError": FIELD_ERROR,
                "YesNo": YES_NO,
                **{name: PlainSchema(plain=schema) for name, schema in components.items()},
            },
            responses=dict(error_responses(refused, refusals_as_200=business_errors_as_200)),
            examples={
                type(error).__name__: Example(summary=error.when, value=envelope.refusal(error, english)) for error in refused
            },
            headers=dict(HEADERS),
            parameters=dict(PARAMETERS),
            securitySchemes={SECURITY: API_KEY},
        ),
    )
    # As whatever each schema really is: the library would write down of a PlainSchema only what any Schema has.
    dumped: dict[str, Any] = document.model_dump(
        mode="json", by_alias=True, exclude_none=True, exclude_unset=True, serialize_as_any=True
    )
    return share_named_schemas(dumped)


def errors_of(
    route: Route, *, policy_errors: Iterable[type[AppError]], effect_errors: Iterable[type[AppError]] = ()
) -> list[type[AppError]]:
    """Everything that the route may refuse, by code."""
    errors = [
        *KIT_ERRORS,
        *(BODY_ERRORS if route.takes == "body" else ()),
        *policy_errors,
        *(effect_errors if route.has_effect else ()),
        *route.errors,
    ]
    return sorted(dict.fromkeys(errors), key=lambda error: error.code)


def _sample_of(error: type[AppError], samples: Mapping[type[AppError], AppError]) -> AppError:
    if error not in samples:
        raise LookupError(f"The documentation has no sample of {error.__name__} ({error.code}); add one.")
    return samples[error]
