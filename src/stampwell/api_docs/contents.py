"""What the page shows, read from the OpenAPI document."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from itertools import groupby
from typing import Any

from stampwell.api_docs.fields import Field, Kind, field_of, fields_of, kinds_of, members_of
from stampwell.api_docs.references import operations, resolve, with_plain_values
from stampwell.api_docs.snippets import Call, Snippet, pretty, snippets_of
from stampwell.core.sample_days import moved_to

_JSON = "application/json"

# The members of envelopes, of pages of a list, and of the row for a wrong field.
_ALIKE = ({"code", "message", "result"}, {"code", "message", "result", "errors"}, {"list", "nextCursor"}, {"field", "message"})

# With this the page begins: the least that has an effect.
_OPENING = "createStamp"


@dataclass(frozen=True, slots=True)
class ShownExample:
    """`snippets` lack the origin: the page puts the one it was asked under where ORIGIN_PLACEHOLDER stands."""

    slug: str
    summary: str
    snippets: tuple[Snippet, ...]
    answer: str

    @property
    def length(self) -> int:
        return len(self.snippets[0].code)


@dataclass(frozen=True, slots=True)
class Case:
    """One way to an error: when it happens, and the sentence that says what to do."""

    code: int
    when: str
    message: str


@dataclass(frozen=True, slots=True)
class ErrorRow:
    code: int
    cases: list[Case]


@dataclass(frozen=True, slots=True)
class ResultForm:
    """One of the forms that `result` may have; `members` are those of an object that has no name of its own."""

    kinds: tuple[Kind, ...]
    meaning: str
    members: list[Field]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`refusals` are what it refuses beside `common_codes`, those that every endpoint of its kind shares."""

    operation_id: str
    method: str
    path: str
    tag: str
    summary: str
    description: str
    takes_body: bool
    headers: list[str]
    fields: list[Field]
    result: list[ResultForm]
    examples: list[ShownExample]
    refusals: list[Case]
    common_codes: list[int]


@dataclass(frozen=True, slots=True)
class Group:
    """The endpoints of one tag."""

    tag: str
    description: str
    endpoints: list[Endpoint]


@dataclass(frozen=True, slots=True)
class Object:
    """What answers or bodies hold, described once."""

    name: str
    anchor: str
    description: str
    members: list[Field]


@dataclass(frozen=True, slots=True)
class Contents:
    """`opening` is the least request that issues a stamp: the page begins with it."""

    title: str
    version: str
    opening: ShownExample
    refusal: str
    groups: list[Group]
    objects: list[Object]
    errors: list[ErrorRow]


def contents_of(document: dict[str, Any], *, today: date) -> Contents:
    """Everything the template needs. The days of the examples are near `today`, so that what is pasted works on any day."""
    document = with_plain_values(document)
    anchors = _anchors(document)
    endpoints = list(_endpoints(document, anchors, today))
    catalogue = document["components"]["examples"]
    openings = [example for endpoint in endpoints if endpoint.operation_id == _OPENING for example in endpoint.examples]
    return Contents(
        title=document["info"]["title"],
        version=document["info"]["version"],
        opening=min(openings, key=lambda example: example.length),
        refusal=pretty(catalogue["FieldsWrong"]["value"]),
        groups=[
            Group(tag["name"], tag["description"], [endpoint for endpoint in endpoints if endpoint.tag == tag["name"]])
            for tag in document["tags"]
        ],
        objects=[
            Object(name, anchors[name], schema.get("description", ""), members_of(schema, anchors))
            for name, schema in document["components"]["schemas"].items()
            if anchors.get(name) == _object_anchor(name)
        ],
        errors=[ErrorRow(code, list(same)) for code, same in groupby(_cases(catalogue.values()), key=lambda case: case.code)],
    )


def _object_anchor(name: str) -> str:
    return f"object-{name}"


def _anchors(document: dict[str, Any]) -> dict[str, str]:
    """Where on the page each schema is described: a body at its endpoint, an envelope or a page of a list nowhere, since
    all are alike, and other objects by themselves."""
    schemas = document["components"]["schemas"]
    alike = {name for name, schema in schemas.items() if schema.get("properties", {}).keys() in _ALIKE}
    anchors = {name: _object_anchor(name) for name, schema in schemas.items() if "properties" in schema}
    for _, _, operation in operations(document):
        if "requestBody" in operation:
            schema = operation["requestBody"]["content"][_JSON]["schema"]
            anchors[schema["$ref"].rpartition("/")[2]] = f"{operation['operationId']}-fields"
    return {name: anchor for name, anchor in anchors.items() if name not in alike}


def _endpoints(document: dict[str, Any], anchors: Mapping[str, str], today: date) -> Iterator[Endpoint]:
    common = _common_errors(document)
    for method, path, operation in operations(document):
        shared = common[_sort_of(method, operation)]
        parameters = [resolve(document, parameter) for parameter in operation["parameters"]]
        names = _errors_of(operation)
        yield Endpoint(
            operation_id=operation["operationId"],
            method=method,
            path=path,
            tag=operation["tags"][0],
            summary=operation["summary"],
            description=operation["description"],
            takes_body="requestBody" in operation,
            headers=[parameter["name"] for parameter in parameters if parameter["in"] == "header"],
            fields=_fields(document, operation, anchors),
            result=[_form(document, form, anchors) for form in _result_forms(document, operation)],
            examples=list(_examples(method, path, operation, today)),
            refusals=_cases(document["components"]["examples"][name] for name in names - shared),
            common_codes=sorted({document["components"]["examples"][name]["value"]["code"] for name in shared}),
        )


def _fields(document: dict[str, Any], operation: dict[str, Any], anchors: Mapping[str, str]) -> list[Field]:
    if "requestBody" in operation:
        return fields_of(resolve(document, operation["requestBody"]["content"][_JSON]["schema"]), anchors)
    return [
        field_of(
            parameter["name"],
            {**parameter["schema"], "description": parameter["description"]},
            required=parameter["required"],
            anchors=anchors,
        )
        for parameter in operation["parameters"]
        if parameter.get("in") == "query"
    ]


def _examples(method: str, path: str, operation: dict[str, Any], today: date) -> Iterator[ShownExample]:
    answers = {slug: answer for slug, answer in _success(operation)["examples"].items() if "$ref" not in answer}
    has_body = "requestBody" in operation
    for slug, answer in answers.items():
        if has_body:
            given = operation["requestBody"]["content"][_JSON]["examples"][slug]["value"]
        else:
            shown = [parameter for parameter in operation["parameters"] if slug in parameter.get("examples", {})]
            given = {parameter["name"]: parameter["examples"][slug]["value"] for parameter in shown}
        call = Call(method, path, moved_to(today, given), has_body=has_body, answers=_answers(answer["value"]["result"]))
        yield ShownExample(slug, answer["summary"], snippets_of(call), pretty(moved_to(today, answer["value"])))


def _answers(result: object) -> str:
    """What kind of thing a program is given."""
    if result is None:
        return "nothing"
    is_rows = isinstance(result, list) or (isinstance(result, dict) and "list" in result)
    return "rows" if is_rows else "value"


def _success(operation: dict[str, Any]) -> dict[str, Any]:
    success: dict[str, Any] = operation["responses"]["200"]["content"][_JSON]
    return success


def _result_forms(document: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
    schema = _success(operation)["schema"]
    success = schema["anyOf"][0] if "anyOf" in schema else schema
    result = resolve(document, success)["properties"]["result"]
    forms: list[dict[str, Any]] = result.get("anyOf", [result])
    return forms


def _form(document: dict[str, Any], form: dict[str, Any], anchors: Mapping[str, str]) -> ResultForm:
    if form.get("$ref", "").rpartition("/")[2] not in anchors:
        form = resolve(document, form)
    held = form.get("items", {}) if form.get("type") == "array" else form
    return ResultForm(kinds_of(form, anchors), form.get("description", ""), members_of(held, anchors))


def _sort_of(method: str, operation: dict[str, Any]) -> tuple[bool, bool]:
    """Endpoints of one sort have most of their refusals in common."""
    return "requestBody" in operation, method == "GET"


def _errors_of(operation: dict[str, Any]) -> set[str]:
    return {error["example"] for error in operation["x-errors"]}


def _common_errors(document: dict[str, Any]) -> dict[tuple[bool, bool], set[str]]:
    """Names of the errors that all endpoints of a sort share."""
    sorts: dict[tuple[bool, bool], list[set[str]]] = {}
    for method, _, operation in operations(document):
        sorts.setdefault(_sort_of(method, operation), []).append(_errors_of(operation))
    return {sort: reduce(set.intersection, errors) for sort, errors in sorts.items()}


def _cases(examples: Iterable[dict[str, Any]]) -> list[Case]:
    cases = [Case(example["value"]["code"], example["summary"], example["value"]["message"]) for example in examples]
    return sorted(cases, key=lambda case: (case.code, case.when))
