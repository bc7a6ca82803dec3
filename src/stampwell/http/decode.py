"""From the bytes of a body to a validated model: every wrong field at once, each with its remedy."""

import json
import re
from typing import Any, NoReturn, TypeVar
from urllib.parse import parse_qsl

import jiter
from pydantic import ValidationError

from stampwell.core.errors import FieldError
from stampwell.core.text import nearest
from stampwell.http.body import Body
from stampwell.http.errors import FieldsWrong, NotAnObject, NotJson

BodyT = TypeVar("BodyT", bound=Body)

_POSITION = re.compile(r"(?P<problem>.*) at line (?P<line>\d+) column (?P<column>\d+)", re.DOTALL)
_KINDS = {list: "an array", str: "a string", bool: "true or false", type(None): "null"}

# The parser gives up at 4,300 digits. Cut to forty, a number is still out of every range, and refused as just that.
_ENDLESS_DIGITS = re.compile(rb"[0-9]{1000,}")
_ENOUGH_DIGITS = 40

_DUPLICATE = "Detected duplicate key"

# Comparing names is slow; whoever sends more unknown fields than this is not mistyping.
_MOST_SUGGESTIONS = 20
_NAMED_IN_SUMMARY = 5

_SENTENCES = {
    "missing": "required",
    "int_type": "must be an integer, such as 123, without quotes or a decimal point",
    "string_type": "must be a string in double quotes",
    "string_too_long": "must have at most {max_length} characters",
    "string_too_short": "must have at least {min_length} characters",
    "literal_error": "must be one of {expected}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_pattern_mismatch": "must not contain control characters",
}


def decode(model: type[BodyT], body: bytes, *, context: object) -> BodyT:
    """The model a body holds. Raises NotJson, NotAnObject, or FieldsWrong with a row for every wrong field."""
    rows: list[FieldError] = []
    try:
        value = jiter.from_json(body, allow_inf_nan=False, catch_duplicate_keys=True)
    except ValueError as error:
        shorter = _ENDLESS_DIGITS.sub(lambda found: found[0][:_ENOUGH_DIGITS], body)
        if shorter != body:
            return decode(model, shorter, context=context)
        if not str(error).startswith(_DUPLICATE):
            _refuse(body, str(error))
        value = _parse_leniently(body)
        rows = [FieldError(name, "given more than once; send it once") for name in _duplicates(body)]
    if not isinstance(value, dict):
        raise NotAnObject(found=_KINDS.get(type(value), "a number"))
    try:
        validated = model.model_validate(model.present(value), context=context)
    except ValidationError as error:
        raise fields_wrong(rows + _rows(error, model)) from None
    if rows:
        raise fields_wrong(rows)
    return validated


def unknown_query(query: bytes) -> FieldsWrong:
    """The refusal of a query string on an endpoint that takes none."""
    names = [name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True)] or ["?"]
    return fields_wrong([FieldError(name, "unknown query parameter; this endpoint takes a JSON body only") for name in names])


def fields_wrong(rows: list[FieldError]) -> FieldsWrong:
    """The refusal of those fields, summed up in one sentence."""
    first, others = rows[0], rows[1:]
    summary = f"{first.field}: {first.message}"
    if others:
        named = ", ".join(dict.fromkeys(row.field for row in others[:_NAMED_IN_SUMMARY]))
        more = ", …" if len(others) > _NAMED_IN_SUMMARY else ""
        summary += f" (also wrong: {named}{more}; see errors)"
    return FieldsWrong(summary=summary, fields=rows)


def _rows(error: ValidationError, model: type[Body]) -> list[FieldError]:
    known = list(model.model_fields)
    rows: list[FieldError] = []
    for detail in error.errors(include_url=False, include_input=False):
        field = ".".join(str(part) for part in detail["loc"])
        kind = detail["type"]
        if kind == "extra_forbidden":
            near = nearest(field, known) if len(rows) < _MOST_SUGGESTIONS else None
            hint = f"; did you mean {near}?" if near else "; the documentation lists the known ones"
            rows.append(FieldError(field, f"unknown field{hint}"))
        elif kind in _SENTENCES:
            rows.append(FieldError(field, _SENTENCES[kind].format(**detail.get("ctx", {}))))
        else:
            rows.append(FieldError(field, detail["msg"]))
    return rows


def _parse_leniently(body: bytes) -> Any:
    try:
        return jiter.from_json(body, allow_inf_nan=False)
    except ValueError as error:
        _refuse(body, str(error))


def _refuse(body: bytes, problem: str) -> NoReturn:
    found = _POSITION.fullmatch(problem)
    if found is None:
        raise NotJson(problem=problem, line=1, column=0, hint="")
    line, column = int(found["line"]), int(found["column"])
    raise NotJson(problem=found["problem"], line=line, column=column, hint=_hint(body, line, column))


def _hint(body: bytes, line: int, column: int) -> str:
    if not body.strip():
        return " The body is empty."
    if body.startswith(b"\xef\xbb\xbf"):
        return " Remove the byte order mark before the first brace."
    # The parser points at the offending character or at the one before it.
    here = body.split(b"\n")[line - 1][max(column - 2, 0) :]
    if b"//" in here[:3] or b"/*" in here[:3]:
        return " Comments are not JSON: remove the comment that starts here."
    if b"NaN" in here[:5] or b"Infinity" in here[:10]:
        return " NaN and Infinity are not JSON numbers."
    return ""


def _duplicates(body: bytes) -> list[str]:
    """Names given more than once in one object, in the order they were met. The slow way, for the message only."""
    twice: dict[str, None] = {}

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                twice[name] = None
            seen.add(name)
        return dict(pairs)

    json.loads(body, object_pairs_hook=collect)
    return list(twice)
