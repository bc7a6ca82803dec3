"""An HTTP answer becomes a result or an error. The `code` decides, not the HTTP status."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx2

from stampwell_client.api_error import FieldError, Refusal
from stampwell_client.calls import Call
from stampwell_client.errors import StampwellError, UnexpectedAnswer
from stampwell_client.models import Malformed
from stampwell_client.refusals import error_for

T = TypeVar("T")

_SHOWN = 200
_STATUSES = range(400, 600)


def read_answer(response: httpx2.Response, call: Call[T], *, api_key: str, now: datetime) -> T:
    """The call's result. Raises ApiError for a refusal, UnexpectedAnswer for what is no answer of Stampwell."""
    # A proxy that shows what it was sent would show the key too.
    text = response.text.replace(api_key, "…")
    try:
        return _result(response, text, call)
    except StampwellError as error:
        error.idempotency_key = call.idempotency_key
        error.retry_after_s = retry_after_s(response.headers.get("Retry-After"), now=now)
        raise


def refusal_in(envelope: Mapping[str, Any], *, http_status: int = 0, request_id: str | None = None) -> Refusal:
    """Raises Malformed for an envelope that refuses nothing."""
    code = envelope.get("code")
    if not isinstance(code, int) or code == 0:
        raise Malformed(f"an error code was expected, not {code!r}")
    rows = envelope.get("errors") or []
    status = code // 100 if code // 100 in _STATUSES else http_status
    try:
        errors = tuple(FieldError(str(row["field"]), str(row["message"])) for row in rows)
    except (TypeError, LookupError):
        raise Malformed("the errors are no list of fields and messages") from None
    return Refusal(code, status, str(envelope.get("message", "")), errors, request_id)


def retry_after_s(header: str | None, *, now: datetime) -> float | None:
    """Seconds to wait by a `Retry-After`, which holds seconds or an HTTP date; None if it holds neither."""
    if header is None:
        return None
    if header.isascii() and header.isdigit():
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (aware - now).total_seconds())


def _result(response: httpx2.Response, text: str, call: Call[T]) -> T:
    try:
        envelope = json.loads(text)
    except (ValueError, RecursionError):
        raise _unexpected(response, text) from None
    if not isinstance(envelope, dict) or type(envelope.get("code")) is not int:
        raise _unexpected(response, text)
    try:
        if envelope["code"]:
            request_id = response.headers.get("X-Request-Id")
            raise error_for(refusal_in(envelope, http_status=response.status_code, request_id=request_id))
        result = call.read(envelope.get("result"))
    except Malformed as malformed:
        raise _unexpected(response, text, f": {malformed}") from None
    return result if call.tag is None else call.tag(result, response.headers.get("ETag"))


def _unexpected(response: httpx2.Response, text: str, why: str = "") -> UnexpectedAnswer:
    kind = response.headers.get("Content-Type", "no content type")
    shown = " ".join(text[: _SHOWN + 1].split())
    more = "…" if len(text) > _SHOWN else ""
    location = response.headers.get("Location")
    hint = f" It points to {location}; is base_url right?" if location else ""
    message = (
        f"{response.request.method} {response.request.url.copy_with(query=None)} was not answered in Stampwell's words{why}. "
        f"HTTP {response.status_code}, {kind}: {shown[:_SHOWN]}{more}{hint}"
    )
    return UnexpectedAnswer(message, response.status_code)
