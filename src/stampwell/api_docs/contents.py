"""What the page shows, read from the OpenAPI document."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from textwrap import indent
from typing import Any

from stampwell.api_docs.fields import Field, fields_of, types_of

KEY_PLACEHOLDER = "sk_live_YOUR_KEY"

_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Example:
    """`curl` lacks the origin: the page puts the one it was asked under where `{origin}` stands."""

    slug: str
    summary: str
    curl: str
    answer: str


@dataclass(frozen=True, slots=True)
class Case:
    """One way to an error: when it happens, and the sentence that says what to do."""

    when: str
    message: str


@dataclass(frozen=True, slots=True)
class ErrorRow:
    code: int
    cases: list[Case]

    @property
    def status(self) -> int:
        return self.code // 100


@dataclass(frozen=True, slots=True)
class Endpoint:
    operation_id: str
    method: str
    path: str
    tag: str
    summary: str
    description: str
    fields: list[Field]
    result: list[tuple[str, str]]
    examples: list[Example]
    codes: list[int]


@dataclass(frozen=True, slots=True)
class Contents:
    """`opening` is the shortest request there is: the page begins with it."""

    title: str
    version: str
    opening: Example
    refusal: str
    tags: list[tuple[str, list[Endpoint]]]
    errors: list[ErrorRow]


def contents_of(document: dict[str, Any]) -> Contents:
    """Everything the template needs."""
    endpoints = list(_endpoints(document))
    tags = [tag["name"] for tag in document["tags"]]
    catalogue = document["components"]["examples"]
    return Contents(
        title=document["info"]["title"],
        version=document["info"]["version"],
        opening=min(
            (example for endpoint in endpoints for example in endpoint.examples), key=lambda example: len(example.curl)
        ),
        refusal=_pretty(catalogue["FieldsWrong"]["value"]),
        tags=[(tag, [endpoint for endpoint in endpoints if endpoint.tag == tag]) for tag in tags],
        errors=_errors(catalogue),
    )


def _endpoints(document: dict[str, Any]) -> Iterator[Endpoint]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            body = operation["requestBody"]["content"][_JSON]
            success = operation["responses"]["200"]["content"][_JSON]
            yield Endpoint(
                operation_id=operation["operationId"],
                method=method.upper(),
                path=path,
                tag=operation["tags"][0],
                summary=operation["summary"],
                description=operation["description"],
                fields=fields_of(_resolve(document, body["schema"])),
                result=_result(success["schema"]),
                examples=[
                    Example(
                        slug=slug,
                        summary=example["summary"],
                        curl=_curl(method.upper(), path, example["value"]),
                        answer=_pretty(success["examples"][slug]["value"]),
                    )
                    for slug, example in body["examples"].items()
                ],
                codes=_codes(document, operation),
            )


def _result(schema: dict[str, Any]) -> list[tuple[str, str]]:
    """Type and meaning of every form that `result` may have."""
    success = schema["anyOf"][0] if "anyOf" in schema else schema
    result = success["properties"]["result"]
    return [(types_of(form), form.get("description", "")) for form in result.get("anyOf", [result])]


def _codes(document: dict[str, Any], operation: dict[str, Any]) -> list[int]:
    references = [
        example
        for response in operation["responses"].values()
        for example in response["content"][_JSON]["examples"].values()
        if "$ref" in example
    ]
    return sorted({_resolve(document, reference)["value"]["code"] for reference in references})


def _errors(catalogue: dict[str, Any]) -> list[ErrorRow]:
    examples = sorted(catalogue.values(), key=lambda example: example["value"]["code"])
    return [
        ErrorRow(code, [Case(example["summary"], example["value"]["message"]) for example in same])
        for code, same in groupby(examples, key=lambda example: example["value"]["code"])
    ]


def _resolve(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """The part itself, or what its `$ref` points to."""
    found: Any = part
    if "$ref" in part:
        found = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
    resolved: dict[str, Any] = found
    return resolved


def _curl(method: str, path: str, body: object) -> str:
    # curl sends what it is given as -d with POST, unless it is told otherwise.
    verb = "" if method == "POST" else f"-X {method} "
    return (
        f"curl {verb}{{origin}}{path} \\\n"
        f"  -H 'Authorization: APIKey {KEY_PLACEHOLDER}' \\\n"
        f"  -H 'Content-Type: application/json' \\\n"
        f"  -d {shlex.quote(indent(_pretty(body), '  ').lstrip())}"
    )


def _pretty(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
