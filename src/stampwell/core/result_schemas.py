"""Parts of the JSON Schemas that say what endpoints answer."""

from typing import Any

from stampwell.core.fields import YES_NO_SCHEMA

TEXT: dict[str, Any] = {"type": "string"}
COUNT: dict[str, Any] = {"type": "integer"}
# Without the format, generators for languages with integers of several sizes take 32 bits.
IDX: dict[str, Any] = {"type": "integer", "format": "int64"}
DAY: dict[str, Any] = {"type": "string", "format": "date"}
INSTANT: dict[str, Any] = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$"}
YES_NO = YES_NO_SCHEMA


def text(description: str) -> dict[str, Any]:
    return {**TEXT, "description": description}


def optional(schema: dict[str, Any], description: str) -> dict[str, Any]:
    """It or null."""
    return {"anyOf": [schema, {"type": "null"}], "description": description}


def whole(properties: dict[str, dict[str, Any]], description: str) -> dict[str, Any]:
    """An object with exactly these members."""
    return {
        "type": "object",
        "description": description,
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def named(schema: str) -> dict[str, Any]:
    """What components/schemas of the document holds under that name."""
    return {"$ref": f"#/components/schemas/{schema}"}


def page_of(schema: str) -> dict[str, Any]:
    """A page of what is held under that name."""
    return whole(
        {
            "list": {"type": "array", "items": named(schema), "description": "Newest first."},
            "nextCursor": optional(TEXT, "Asks for the next page; null on the last."),
        },
        "A page.",
    )
