"""A schema with a name stands in the document once; wherever else it occurs, there is a reference to it."""

from collections.abc import Mapping
from typing import Any

# What may be said of one use of a schema beside the reference to it.
_ANNOTATIONS = {"description", "default"}

# Their values are values, whatever they look like.
_NOT_SCHEMAS = {"example", "examples"}


def share_named_schemas(document: dict[str, Any]) -> dict[str, Any]:
    """The document, with a `$ref` wherever an object or an enumeration out of components/schemas is written out."""
    named: dict[str, dict[str, Any]] = document["components"]["schemas"]
    # Their members one by one, so that none of them becomes a reference to itself.
    schemas = {name: {word: _with_references(value, named) for word, value in schema.items()} for name, schema in named.items()}
    made: dict[str, Any] = _with_references(document, named)
    return {**made, "components": {**made["components"], "schemas": schemas}}


def _with_references(part: Any, named: Mapping[str, dict[str, Any]]) -> Any:
    if isinstance(part, list):
        return [_with_references(inner, named) for inner in part]
    if not isinstance(part, dict):
        return part
    if "properties" in part or "enum" in part:
        bare = _bare(part)
        for name, schema in named.items():
            if bare == _bare(schema):
                said = {word: part[word] for word in part if word in _ANNOTATIONS and part[word] != schema.get(word)}
                return {"$ref": f"#/components/schemas/{name}", **said}
    return {word: value if word in _NOT_SCHEMAS else _with_references(value, named) for word, value in part.items()}


def _bare(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What decides on values; Pydantic makes titles up from names."""
    return {word: value for word, value in schema.items() if word not in _ANNOTATIONS and word != "title"}
