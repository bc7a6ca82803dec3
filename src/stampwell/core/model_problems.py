"""What Pydantic finds wrong with a model's values, as rows in our own sentences."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, ValidationError

from stampwell.core.errors import FieldError
from stampwell.core.phrases import Phrase, Template, counted, phrase, translatable
from stampwell.core.text import nearest
from stampwell.core.unseen import blank_against, unseen_in

# Comparing names is slow; whoever sends more unknown ones than this is not mistyping.
_MOST_SUGGESTIONS = 20

WITHOUT_QUOTES = translatable("must be an integer: send {number} without quotes")
TOO_LONG = counted("max_length", "must have at most {max_length} character", "must have at most {max_length} characters")
TOO_SHORT = counted("min_length", "must have at least {min_length} character", "must have at least {min_length} characters")

_IN_QUOTES = re.compile(r"""["'\s]*(-?[0-9]{1,19})["'\s]*""")

_SENTENCES: Mapping[str, Template] = {
    "missing": translatable("required"),
    "int_type": translatable("must be an integer, such as 123, without quotes or a decimal point"),
    "string_type": translatable("must be a string in double quotes"),
    "string_too_long": TOO_LONG,
    "string_too_short": TOO_SHORT,
    "literal_error": translatable("must be one of {expected}"),
    "greater_than_equal": translatable("must be at least {ge}"),
    "less_than_equal": translatable("must be at most {le}"),
    "string_pattern_mismatch": translatable("must not contain control characters"),
    "list_type": translatable("must be an array"),
    "too_long": counted("max_length", "must have at most {max_length} item", "must have at most {max_length} items"),
    "too_short": counted("min_length", "must have at least {min_length} item", "must have at least {min_length} items"),
    "model_type": translatable("must be an object"),
}


class UnknownName(NamedTuple):
    """Templates for a name that is not known: with a known one `near` it, without one, and with something `unseen` in it."""

    near: str
    far: str
    unseen: str


UNKNOWN_FIELD = UnknownName(
    translatable("unknown field; did you mean {near}?"),
    translatable("unknown field; the documentation lists the known ones"),
    translatable("unknown field; its name {problem}"),
)
UNKNOWN_PARAMETER = UnknownName(
    translatable("unknown query parameter; did you mean {near}?"),
    translatable("unknown query parameter; the documentation lists the known ones"),
    translatable("unknown query parameter; its name {problem}"),
)


def problems_of(error: ValidationError, *, model: type[BaseModel], unknown: UnknownName) -> list[FieldError]:
    """A row for every problem, in the model's order. A validator of ours gives its template, and values, as context."""
    rows: list[FieldError] = []
    for detail in error.errors(include_url=False):
        field = ".".join(str(part) for part in detail["loc"])
        if detail["type"] == "extra_forbidden":
            *path, name = detail["loc"]
            near = nearest(str(name), _known_at(model, path)) if len(rows) < _MOST_SUGGESTIONS else None
            rows.append(FieldError(field, _unknown(str(name), near, unknown)))
        else:
            rows.append(FieldError(field, _problem(detail["type"], detail.get("ctx", {}), detail["msg"], detail["input"])))
    return rows


def _known_at(model: type[BaseModel], path: Sequence[int | str]) -> Collection[str]:
    """The members of the object at that path in the model."""
    for part in path:
        if isinstance(part, str):
            model = _model_in(model.model_fields[part].annotation) or model
    return model.model_fields


def _model_in(annotation: object) -> type[BaseModel] | None:
    """The model that a value or a row of values of that type is."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part)) is not None), None)


def integer_in_quotes(text: str) -> str | None:
    """The integer that is all of the text but for quotes and blanks around it."""
    found = _IN_QUOTES.fullmatch(text)
    return None if found is None else found[1]


def _unknown(name: str, near: str | None, unknown: UnknownName) -> Phrase:
    unseen = unseen_in(name)
    if unseen is not None:
        return Phrase(unknown.unseen, {"problem": unseen})
    return Phrase(unknown.near, {"near": near}) if near else Phrase(unknown.far, {})


def _problem(kind: str, values: Mapping[str, Any], said: str, value: object) -> Phrase:
    if "template" in values:
        return Phrase(values["template"], {name: value for name, value in values.items() if name != "template"})
    if isinstance(value, str) and (better := _problem_of_text(kind, values, value)) is not None:
        return better
    if kind == "literal_error":
        others, _, last = values["expected"].rpartition(" or ")
        values = {"expected": phrase("{others} or {last}", others=others, last=last) if others else last}
    # What has no sentence here is said in the library's English.
    return Phrase(_SENTENCES.get(kind, "{said}"), {**values, "said": said})


def _problem_of_text(kind: str, values: Mapping[str, Any], text: str) -> Phrase | None:
    """What is said of a text better than of any other wrong value of that kind."""
    if kind == "int_type" and (number := integer_in_quotes(text)) is not None:
        return Phrase(WITHOUT_QUOTES, {"number": number})
    if kind in {"int_type", "literal_error"}:
        return unseen_in(text)
    return blank_against(text, values["pattern"]) if kind == "string_pattern_mismatch" else None
