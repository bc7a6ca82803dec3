"""Following the references of the OpenAPI document."""

from collections.abc import Iterator, Mapping
from typing import Any

_SCHEMAS = "#/components/schemas/"


def resolve(document: Mapping[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """The part itself, or what its `$ref` points to, with what is said beside the reference."""
    if "$ref" not in part:
        return part
    found: Any = document
    for step in part["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return {**found, **{word: value for word, value in part.items() if word != "$ref"}}


def with_plain_values(document: dict[str, Any]) -> dict[str, Any]:
    """The document with every named schema that is no object (an enumeration) written out where it is used."""

    def written_out(part: Any) -> Any:
        if isinstance(part, list):
            return [written_out(inner) for inner in part]
        if not isinstance(part, dict):
            return part
        if part.get("$ref", "").startswith(_SCHEMAS) and "properties" not in resolve(document, {"$ref": part["$ref"]}):
            return resolve(document, part)
        return {word: written_out(value) for word, value in part.items()}

    made: dict[str, Any] = written_out(document)
    return made


def operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of every endpoint."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation
