from stampwell.core.errors import AppError, OperatorError, PageError
from stampwell.core.phrases import translatable


class KeyRefused(AppError):
    code, status = 40102, 401
    template = translatable(
        "This API key is not valid: it is unknown, revoked or expired. Make a new one with: stampwell key create"
    )
    when = "The key is unknown, revoked or expired: one message for the three, so that a guess learns nothing."

    def __init__(self) -> None:
        super().__init__(headers={"WWW-Authenticate": 'APIKey realm="stampwell"'})


class ScopeMissing(AppError):
    code, status = 40304, 403
    template = translatable("This API key lacks the scope {scope}. Use a key that was made with it.")
    when = "The key's scopes do not allow this endpoint; the message names the missing one."


class NoSuchKey(PageError):
    status = 404
    template = translatable("There is no such API key.")


class KeyNotFound(OperatorError):
    def __init__(self, key_id: int) -> None:
        super().__init__(f"There is no key {key_id}. See: stampwell key list")


class KeyInvalid(OperatorError):
    """A scope, a name or an expiry is wrong; the message says which."""
