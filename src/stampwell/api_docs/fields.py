"""From the JSON Schema of a body to the rows of a table that people read."""

from dataclasses import dataclass
from typing import Any

_INT64_MAX = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Field:
    """`rule` may hold `code` in backticks."""

    name: str
    type: str
    required: bool
    rule: str


def fields_of(schema: dict[str, Any]) -> list[Field]:
    """The members of an object schema, in its order."""
    required = schema.get("required", [])
    return [
        Field(name, _type_of(_given(member)), name in required, _rule_of(member))
        for name, member in schema["properties"].items()
    ]


def types_of(schema: dict[str, Any]) -> str:
    """The types a value may have, in words."""
    return " or ".join(_type_of(variant) for variant in schema.get("anyOf", [schema]))


def _given(member: dict[str, Any]) -> dict[str, Any]:
    """The schema of a value that is really given: null and "" mean absent, and every table says so once for all."""
    variants: list[dict[str, Any]] = [variant for variant in member.get("anyOf", [member]) if not _means_absent(variant)]
    return variants[0]


def _means_absent(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "null" or ("enum" in schema and not _choices(schema))


def _choices(schema: dict[str, Any]) -> list[Any]:
    return [value for value in schema.get("enum", []) if value not in ("", None)]


def _type_of(schema: dict[str, Any]) -> str:
    if schema.get("format") == "date":
        return "date"
    if "type" in schema:
        return str(schema["type"])
    return "string" if all(isinstance(choice, str) for choice in _choices(schema)) else "any"


def _rule_of(member: dict[str, Any]) -> str:
    given = _given(member)
    sentences = [" or ".join(f"`{choice}`" for choice in _choices(given)) + "."] if _choices(given) else []
    if given.get("format") == "date":
        sentences.append("`YYYY-MM-DD`.")
    sentences.append(member.get("description", ""))
    if given.get("format") == "email":
        sentences.append("The form of an address is checked, not whether it exists.")
    if "maxLength" in given:
        sentences.append(f"At most {given['maxLength']:,} characters.")
    if "minimum" in given and "maximum" in given and given["maximum"] < _INT64_MAX:
        sentences.append(f"{given['minimum']:,} to {given['maximum']:,}.")
    if "default" in member:
        sentences.append(f"Left out: `{member['default']}`.")
    return " ".join(sentence for sentence in sentences if sentence)
