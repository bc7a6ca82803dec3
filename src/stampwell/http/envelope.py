"""`{"code", "message", "result"}`: one shape for every answer of the API."""

from pydantic_core import to_json

from stampwell.core.errors import AppError

LANGUAGE = "en"
"""What `Content-Language` says of `message`."""


def success(result: object) -> bytes:
    """The envelope of an answer that went well; `result` is anything JSON can say."""
    return b'{"code":0,"message":"","result":%s}' % to_json(result)


def failure(error: AppError) -> bytes:
    """The envelope of a refusal, with a row for every wrong field when the fields were at fault."""
    members: dict[str, object] = {"code": error.code, "message": error.message, "result": None}
    if error.fields:
        members["errors"] = [{"field": row.field, "message": row.message} for row in error.fields]
    return to_json(members)
