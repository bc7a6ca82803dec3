"""What Stampwell may answer instead of a result: one class a code, under a class a status; those of 409 are in conflicts.py."""

from collections.abc import Iterator

from stampwell_client.api_error import ApiError, Refusal
from stampwell_client.conflicts import Conflict


class BadRequest(ApiError):
    status = 400


class NotJson(BadRequest):
    """The body is not one JSON object."""

    code = 40001


class FieldsWrong(BadRequest):
    """One or more fields are wrong; `errors` has a row for each."""

    code = 40002


class Unauthorized(ApiError):
    status = 401


class NoCredentials(Unauthorized):
    """The header with the API key did not arrive."""

    code = 40101


class KeyRefused(Unauthorized):
    """The API key is unknown, revoked or expired."""

    code = 40102


class Forbidden(ApiError):
    status = 403


class PlanLacksApi(Forbidden):
    """The account's plan does not include the endpoint."""

    code = 40301


class PlanLacksCustomDomains(Forbidden):
    """The account's plan does not include custom domains."""

    code = 40302


class AccountSuspended(Forbidden):
    """The account is suspended."""

    code = 40303


class ScopeMissing(Forbidden):
    """The API key was made without the scope that this call needs."""

    code = 40304


class WrongStaffPassword(Forbidden):
    """The staff password is wrong. After five in a row on one stamp it is `RedemptionLocked`."""

    code = 40305


class NotFound(ApiError):
    status = 404


class NoSuchRoute(NotFound):
    """The server has no such endpoint: it is older than this client, or `base_url` is wrong."""

    code = 40401


class CardNotFound(NotFound):
    """The account has no such card."""

    code = 40402


class StampNotFound(NotFound):
    """The account has no such stamp."""

    code = 40403


class DomainNotFound(NotFound):
    """The domain is not registered and verified for this account."""

    code = 40404


class SaleNotFound(NotFound):
    """No stamp has a sale with this orderRef."""

    code = 40405


class LocationNotFound(NotFound):
    """The account has no such location."""

    code = 40406


class WebhookNotFound(NotFound):
    """The account has no such webhook, or no such event in the last 30 days."""

    code = 40407


class MethodNotAllowed(ApiError):
    """The server is older than this client."""

    code, status = 40501, 405


class VersionMismatch(ApiError):
    """The stamp has changed since the version that `if_match` names; nothing was done. Read it again, then decide."""

    code, status = 41201, 412


class BodyTooLarge(ApiError):
    """The body is larger than the server reads."""

    code, status = 41301, 413


class WrongContentType(ApiError):
    """Something between here and the server changed the content type."""

    code, status = 41501, 415


class IdempotencyKeyReused(ApiError):
    """The idempotency key was used before, with another call."""

    code, status = 42201, 422


class TooManyRequests(ApiError):
    """`retry_after_s` says how long to wait."""

    status = 429


class RateLimited(TooManyRequests):
    """The plan's requests are used up for this minute or hour."""

    code = 42901


class RedemptionLocked(TooManyRequests):
    """The stamp cannot be redeemed for a while, after too many wrong staff passwords."""

    code = 42902


class ServerError(ApiError):
    """The server's fault."""

    status = 500


class InternalError(ServerError):
    """Nothing was stored; tell the operator the `request_id`."""

    code = 50001


class DatabaseUnavailable(ServerError):
    """The database is unavailable or busy; `message` says whether anything may have been stored."""

    code, status = 50301, 503


def _below(kind: type[ApiError]) -> Iterator[type[ApiError]]:
    for error in kind.__subclasses__():
        yield error
        yield from _below(error)


# Those of 409 are made by importing Conflict.
_CLASSES = {*_below(ApiError), *_below(Conflict)}

ERRORS: dict[int, type[ApiError]] = {error.code: error for error in _CLASSES if hasattr(error, "code")}
"""The class of each code that this client knows."""

_FAMILIES = {error.status: error for error in _CLASSES if not hasattr(error, "code")}
_FIRST_FAULT = 500


def error_for(refusal: Refusal) -> ApiError:
    """The exception of the refusal's code; of one that this client does not know, the class of its status."""
    family = ServerError if refusal.status >= _FIRST_FAULT else _FAMILIES.get(refusal.status, ApiError)
    return ERRORS.get(refusal.code, family)(refusal)
