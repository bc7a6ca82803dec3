"""JSON Schemas as the document carries them: of requests, of query parameters, of the envelope of a success."""

import re
from typing import Any

from openapi_pydantic.v3.v3_1 import Parameter, Schema
from pydantic import model_serializer
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from stampwell.core.validation import RequestModel
from stampwell.http.route import Result


class PlainSchema(Schema):
    """A JSON Schema that goes into the document as it is: the library's own would make floats of the 64-bit limits."""

    plain: dict[str, Any]

    @model_serializer(mode="plain")
    def as_it_is(self) -> dict[str, Any]:
        return self.plain


# Pydantic keeps its own word for a limit that stands behind a function of ours.
_WORDS = {"ge": "minimum", "le": "maximum"}

_LARGEST_INT32 = 2**31 - 1
_EMPTY = {"type": "string", "const": ""}


class _RequestSchema(GenerateJsonSchema):
    """Without the titles that Pydantic makes up from names, and without null as a default: null means absent."""

    def generate_inner(self, schema: core_schema.CoreSchema) -> JsonSchemaValue:
        made = {_WORDS.get(word, word): value for word, value in super().generate_inner(schema).items()}
        # Generators for languages with integers of several sizes take 32 bits unless the schema says otherwise.
        if made.get("type") == "integer" and made.get("maximum", 0) > _LARGEST_INT32:
            made["format"] = "int64"
        return made

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return super().default_schema(schema) if schema.get("default") is not None else self.generate_inner(schema["schema"])


def body_schemas(model: type[RequestModel]) -> dict[str, dict[str, Any]]:
    """The model's schema and those of the models in it, by name."""
    schema = _schema_of(model)
    parts: dict[str, dict[str, Any]] = schema.pop("$defs", {})
    return {model.__name__: schema, **parts}


def query_parameters(model: type[RequestModel]) -> list[Parameter]:
    """The model's fields, each a parameter. None can be null there: a query string has no word for it."""
    schema = _schema_of(model)
    required = schema.get("required", [])
    return [
        _parameter(name, member, required=name in required, may_be_blank=name in model.blank_is_absent)
        for name, member in schema.get("properties", {}).items()
    ]


def success_schema(result: Result) -> dict[str, Any]:
    """Of the envelope of a success."""
    return {
        "type": "object",
        "description": "The envelope of a success.",
        "required": ["code", "message", "result"],
        "additionalProperties": False,
        "properties": {
            "code": {"type": "integer", "const": 0, "description": "0: success."},
            "message": {"type": "string", "const": "", "description": "Empty on success."},
            "result": result.schema,
        },
    }


def _schema_of(model: type[RequestModel]) -> dict[str, Any]:
    return model.model_json_schema(schema_generator=_RequestSchema, ref_template="#/components/schemas/{model}")


def _parameter(name: str, member: dict[str, Any], *, required: bool, may_be_blank: bool) -> Parameter:
    schema = _without_null(member)
    description = schema.pop("description", "")
    default = {"default": schema.pop("default")} if "default" in schema else {}
    if may_be_blank and not _takes_empty(schema):
        schema = {"anyOf": [*schema.get("anyOf", [schema]), _EMPTY]}
    return Parameter.model_validate(
        {
            "name": name,
            "in": "query",
            "required": required,
            "description": description,
            "schema": PlainSchema(plain=schema | default),
        }
    )


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    if "anyOf" not in schema:
        return dict(schema)
    variants = [_without_null(variant) for variant in schema["anyOf"] if variant.get("type") != "null"]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    return {**variants[0], **rest} if len(variants) == 1 else {"anyOf": variants, **rest}


def _takes_empty(schema: dict[str, Any]) -> bool:
    """Whether it is a text that may be empty anyway."""
    limits = {"enum", "const", "format", "minLength"} & schema.keys()
    return schema.get("type") == "string" and not limits and re.search(schema.get("pattern", ""), "") is not None
