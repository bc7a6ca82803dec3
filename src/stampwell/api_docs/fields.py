"""From JSON Schemas to the rows of tables that people read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stampwell.core.units import LARGEST_INTEGER

_REFERENCE = "#/components/schemas/"


@dataclass(frozen=True, slots=True)
class Kind:
    """A type in words; of an array, `items` too. `anchor` is where on the page it is described, if it needs it."""

    name: str
    anchor: str = ""
    items: tuple["Kind", ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """`rule` may hold `code` in backticks."""

    name: str
    kinds: tuple[Kind, ...]
    required: bool
    rule: str


_ANY = Kind("any")


def fields_of(schema: dict[str, Any], anchors: Mapping[str, str]) -> list[Field]:
    """The members of a request, in its order. Null and "" mean absent; the page says so once for all of them."""
    return [
        field_of(name, member, required=name in schema.get("required", []), anchors=anchors)
        for name, member in schema.get("properties", {}).items()
    ]


def field_of(name: str, member: dict[str, Any], *, required: bool, anchors: Mapping[str, str]) -> Field:
    """One of them."""
    given = [variant for variant in _variants(member) if not _means_absent(variant)]
    return Field(name, _kinds(given, anchors), required, _rule_of(member, given))


def members_of(schema: dict[str, Any], anchors: Mapping[str, str]) -> list[Field]:
    """The members of an object in an answer, where null is a value like others."""
    return [
        Field(name, kinds_of(member, anchors), required=True, rule=_rule_of(member, list(_variants(member))))
        for name, member in schema.get("properties", {}).items()
    ]


def kinds_of(schema: dict[str, Any], anchors: Mapping[str, str]) -> tuple[Kind, ...]:
    """The types a value may have."""
    return _kinds(list(_variants(schema)), anchors)


def _variants(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The forms a value may have, each of one type."""
    if "anyOf" in schema:
        for variant in schema["anyOf"]:
            yield from _variants(variant)
    elif isinstance(schema.get("type"), list):
        yield from ({**schema, "type": name} for name in schema["type"])
    else:
        yield schema


def _means_absent(schema: dict[str, Any]) -> bool:
    return schema.get("type") == "null" or schema.get("const") == ""


def _choices(schema: dict[str, Any]) -> list[Any]:
    values = [schema["const"]] if "const" in schema else schema.get("enum", [])
    return [value for value in values if value not in ("", None)]


def _kinds(variants: list[dict[str, Any]], anchors: Mapping[str, str]) -> tuple[Kind, ...]:
    kinds = dict.fromkeys(_kind_of(variant, anchors) for variant in variants)
    # What may be anything is nevertheless meant to be what is named beside it.
    return tuple(kind for kind in kinds if kind != _ANY) or (_ANY,)


def _kind_of(schema: dict[str, Any], anchors: Mapping[str, str]) -> Kind:
    if schema.get("type") == "array":
        return Kind("array", items=kinds_of(schema.get("items", {}), anchors))
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REFERENCE)
        return Kind(name, anchors.get(name, ""))
    if schema.get("format") == "date":
        return Kind("date")
    if "type" in schema:
        return Kind(schema["type"])
    choices = _choices(schema)
    return Kind("string") if choices and all(isinstance(choice, str) for choice in choices) else _ANY


def _rule_of(member: dict[str, Any], variants: list[dict[str, Any]]) -> str:
    given = next((variant for variant in variants if not _means_absent(variant)), {})
    sentences = [" or ".join(f"`{choice}`" for choice in _choices(given)) + "."] if _choices(given) else []
    if given.get("format") == "date":
        sentences.append("`YYYY-MM-DD`.")
    sentences.append(member.get("description", given.get("description", "")))
    if given.get("format") == "email":
        sentences.append("The form of an address is checked, not whether it exists.")
    sentences.extend(_limits(given))
    if "default" in member:
        sentences.append(f"Left out: `{member['default']}`.")
    return " ".join(sentence for sentence in sentences if sentence)


def _limits(schema: dict[str, Any]) -> Iterator[str]:
    if "minLength" in schema and "maxLength" in schema:
        yield f"{schema['minLength']:,} to {schema['maxLength']:,} characters."
    elif "maxLength" in schema:
        yield f"At most {schema['maxLength']:,} characters."
    least, most = schema.get("minimum", -LARGEST_INTEGER), schema.get("maximum", LARGEST_INTEGER)
    if least > -LARGEST_INTEGER and most < LARGEST_INTEGER:
        yield f"{least:,} to {most:,}."
    elif least > -LARGEST_INTEGER:
        yield f"At least {least:,}."
    if "maxItems" in schema:
        yield f"At most {schema['maxItems']:,} of them."
