"""Reading the OpenAPI document, as a test reads it."""

from collections.abc import Iterator
from typing import Any

import jsonschema_rs


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def resolve(document: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """The part, or what it refers to; what is said beside the reference counts for more."""
    found: Any = part
    if "$ref" in part:
        found = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
    return {**found, **{word: value for word, value in part.items() if word != "$ref"}}


def responses_of(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By status."""
    return {status: resolve(document, response) for status, response in operation["responses"].items()}


def codes_of(operation: dict[str, Any]) -> set[int]:
    """Of the errors that it lists as its own."""
    return {error["code"] for error in operation["x-errors"]}


def examples_of(document: dict[str, Any], response: dict[str, Any]) -> list[dict[str, Any]]:
    examples = response["content"]["application/json"]["examples"].values()
    return [resolve(document, example)["value"] for example in examples]


def validator(document: dict[str, Any], schema: dict[str, Any]) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]}, validate_formats=True)


def parts_of(value: Any) -> Iterator[dict[str, Any]]:
    """The value and everything in it, as far as these are objects."""
    if isinstance(value, dict):
        yield value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inner:
        yield from parts_of(part)


def described_of(value: Any) -> Iterator[dict[str, Any]]:
    """As `parts_of`, without examples, in which a value may look like a schema."""
    if isinstance(value, dict):
        yield value
        for word, part in value.items():
            if word not in {"example", "examples"}:
                yield from described_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from described_of(part)


def words_of(document: dict[str, Any]) -> set[str]:
    return {word for part in parts_of(document) for word in part}


def references_of(document: dict[str, Any]) -> set[str]:
    return {part["$ref"] for part in parts_of(document) if isinstance(part.get("$ref"), str)}


def headers_of(document: dict[str, Any], operation: dict[str, Any]) -> set[str]:
    """The headers that a request may carry."""
    parameters = [resolve(document, parameter) for parameter in operation["parameters"]]
    return {parameter["name"] for parameter in parameters if parameter["in"] == "header"}
