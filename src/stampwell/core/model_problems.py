"""What Pydantic finds wrong with a model's values, as rows in our own sentences."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from stampwell.core.errors import FieldError
from stampwell.core.phrases import Phrase, phrase, translatable
from stampwell.core.text import nearest

# Comparing names is slow; whoever sends more unknown ones than this is not mistyping.
_MOST_SUGGESTIONS = 20

_SENTENCES = {
    "missing": translatable("required"),
    "int_type": translatable("must be an integer, such as 123, without quotes or a decimal point"),
    "string_type": translatable("must be a string in double quotes"),
    "string_too_long": translatable("must have at most {max_length} characters"),
    "string_too_short": translatable("must have at least {min_length} characters"),
    "literal_error": translatable("must be one of {expected}"),
    "greater_than_equal": translatable("must be at least {ge}"),
    "less_than_equal": translatable("must be at most {le}"),
    "string_pattern_mismatch": translatable("must not contain control characters"),
    "list_type": translatable("must be an array"),
    "too_long": translatable("must have at most {max_length} items"),
    "too_short": translatable("must have at least {min_length} items"),
    "model_type": translatable("must be an object"),
}


class UnknownName(NamedTuple):
    """The templates for a name that is not known: with a known one `near` it, and without."""

    near: str
    far: str


UNKNOWN_FIELD = UnknownName(
    translatable("unknown field; did you mean {near}?"),
    translatable("unknown field; the documentation lists the known ones"),
)
UNKNOWN_PARAMETER = UnknownName(
    translatable("unknown query parameter; did you mean {near}?"),
    translatable("unknown query parameter; the documentation lists the known ones"),
)


def problems_of(error: ValidationError, *, known: Collection[str], unknown: UnknownName) -> list[FieldError]:
    """A row for every problem, in the model's order. A validator of ours gives its template, and values, as context."""
    rows: list[FieldError] = []
    for detail in error.errors(include_url=False, include_input=False):
        field = ".".join(str(part) for part in detail["loc"])
        if detail["type"] == "extra_forbidden":
            near = nearest(field, known) if len(rows) < _MOST_SUGGESTIONS else None
            rows.append(FieldError(field, Phrase(unknown.near, {"near": near}) if near else Phrase(unknown.far, {})))
        else:
            rows.append(FieldError(field, _problem(detail["type"], detail.get("ctx", {}), detail["msg"])))
    return rows


def _problem(kind: str, values: Mapping[str, Any], said: str) -> Phrase:
    if "template" in values:
        return Phrase(values["template"], values)
    if kind == "literal_error":
        others, _, last = values["expected"].rpartition(" or ")
        values = {"expected": phrase("{others} or {last}", others=others, last=last) if others else last}
    # What has no sentence here is said in the library's English.
    return Phrase(_SENTENCES.get(kind, "{said}"), {**values, "said": said})
