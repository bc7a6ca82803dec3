"""From what was sent to a validated model: every wrong field at once, each with its remedy."""

from stampwell.core import json_text, query_text
from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.model_problems import UNKNOWN_PARAMETER
from stampwell.core.phrases import Phrase, phrase
from stampwell.core.validation import ModelT, validate
from stampwell.http.errors import NotAnObject, NotJson, NotUtf8

_TWICE = phrase("given more than once; send it once")
_NOT_UTF8 = phrase("must be percent-encoded UTF-8")
_NO_BODY = phrase("this endpoint takes query parameters only; send no body")
_NO_QUERY = phrase("unknown query parameter; this endpoint takes a JSON body only")


def decode_body(model: type[ModelT], *, body: bytes, query: bytes, context: object) -> ModelT:
    """The model a body holds. Raises NotUtf8, NotJson, NotAnObject, or FieldsWrong with a row for every wrong field."""
    if query:
        names = [parameter.name for parameter in query_text.parse(query)] or ["?"]
        raise FieldsWrong([FieldError(name, _NO_QUERY) for name in names])
    try:
        parsed = json_text.parse(body)
    except json_text.NotUtf8Text as error:
        raise NotUtf8(problem=error.problem) from None
    except json_text.NotJsonText as error:
        raise NotJson(problem=error.problem, line=error.line, column=error.column, hint=error.hint) from None
    if not isinstance(parsed.value, dict):
        raise NotAnObject(found=json_text.kind_of(parsed.value))
    return validate(model, parsed.value, context=context, wrong=[FieldError(name, _TWICE) for name in parsed.repeated])


def decode_query(model: type[ModelT], *, body: bytes, query: bytes, context: object) -> ModelT:
    """The model that query parameters are, each of them a text. Raises FieldsWrong with a row for every wrong one."""
    values: dict[str, str] = {}
    problems: dict[str, Phrase] = {}
    for name, value, is_utf8 in query_text.parse(query):
        if name in values:
            problems[name] = _TWICE
        elif not is_utf8:
            problems[name] = _NOT_UTF8
        values[name] = value
    wrong = [FieldError("body", _NO_BODY)] if body else []
    wrong += [FieldError(name, problem) for name, problem in problems.items()]
    return validate(model, values, context=context, wrong=wrong, unknown=UNKNOWN_PARAMETER)
