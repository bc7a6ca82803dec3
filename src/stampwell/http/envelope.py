"""`{"code", "message", "result"}`: one shape for every answer of the API."""

from typing import NamedTuple

from pydantic_core import to_json

from stampwell.core.errors import AppError
from stampwell.core.phrases import Translate


class Rendered(NamedTuple):
    """The envelope of a success, as it goes over the wire: for a handler whose answer is kept and sent again."""

    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


def success(result: object) -> bytes:
    """The envelope of an answer that went well; `result` is anything JSON can say."""
    return b'{"code":0,"message":"","result":%s}' % to_json(result)


def failure(error: AppError, translate: Translate) -> bytes:
    """The envelope of a refusal, with a row for every wrong field when the fields were at fault."""
    return to_json(refusal(error, translate))


def refusal(error: AppError, translate: Translate) -> dict[str, object]:
    """What `failure` says, as values."""
    members: dict[str, object] = {"code": error.code, "message": error.said(translate), "result": None}
    if error.fields:
        members["errors"] = [{"field": row.field, "message": row.problem.said(translate)} for row in error.fields]
    return members
