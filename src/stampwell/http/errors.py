"""What can be wrong with a request before any feature sees it, and what is our own fault."""

from collections.abc import Iterable

from stampwell.core.errors import AppError
from stampwell.core.phrases import Phrase, phrase, translatable


class NotJson(AppError):
    code, status = 40001, 400
    template = translatable("The body is not JSON: {problem} (line {line}, column {column}).{hint}")
    when = "The body is not JSON (the message says the line and column; comments are not JSON)."


class NotUtf8(AppError):
    code, status = 40001, 400
    template = translatable("The body is not UTF-8: {problem}. Encode it as UTF-8.")
    when = "The body is not UTF-8; the message says which other encoding it is, or which byte is wrong."


class NotAnObject(AppError):
    code, status = 40001, 400
    template = translatable("The body must be one JSON object, {{…}}, but it is {found}.")
    when = "The body is JSON, but not an object."


class NoCredentials(AppError):
    code, status = 40101, 401
    template = translatable("This endpoint needs an API key. Send the header: Authorization: APIKey sk_live_…{hint}")
    when = "There is no `Authorization` header of the form `APIKey <key>`."

    def __init__(self, *, unseen: Phrase | None = None) -> None:
        hint = "" if unseen is None else phrase(" (the one that was sent {problem})", problem=unseen)
        super().__init__(hint=hint, headers={"WWW-Authenticate": 'APIKey realm="stampwell"'})


class NoSuchRoute(AppError):
    code, status = 40401, 404
    template = translatable("There is no endpoint {method} {path}.{hint}")
    when = "There is no such endpoint."


class MethodNotAllowed(AppError):
    code, status = 40501, 405
    template = translatable("{path} does not take {method}. It takes: {allowed}.")
    when = "The endpoint does not take this method; the `Allow` header says which it takes."

    def __init__(self, *, path: str, method: str, allowed: Iterable[str]) -> None:
        names = set(allowed)
        # Who answers a GET answers a HEAD.
        taken = ", ".join(sorted(names | {"HEAD"} if "GET" in names else names))
        super().__init__(path=path, method=method, allowed=taken, headers={"Allow": taken})


class BodyTooLarge(AppError):
    code, status = 41301, 413
    template = translatable("The body is larger than {limit_mib} MiB. Send fewer or shorter values.")
    when = "The body is larger than 1 MiB."


class WrongContentType(AppError):
    code, status = 41501, 415
    template = translatable("{problem} Send the body as UTF-8 JSON with the header: Content-Type: application/json")
    when = "The body is not JSON by its `Content-Type`, or it is compressed."


class InternalError(AppError):
    code, status = 50001, 500
    template = translatable(
        "Something went wrong on our side, and nothing was stored. Tell the operator this request id: {request_id}"
    )
    when = "Our fault. Nothing was stored; quote the request id to the operator."
