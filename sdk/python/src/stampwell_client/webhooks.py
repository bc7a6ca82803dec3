"""For receivers of webhooks: is this request from Stampwell, and was its event here before?

It needs no `Stampwell` and no connection.
"""

import base64
import json
import re
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NoReturn, Protocol

from standardwebhooks.webhooks import Webhook

from stampwell_client.errors import StampwellError
from stampwell_client.events import EventActor, WebhookEvent, read_event
from stampwell_client.models import Malformed
from stampwell_client.seen_events import SeenEvents

__all__ = ["EventActor", "SeenEvents", "WebhookEvent", "WebhookRefused", "read_event", "verify"]

_PREFIX = "whsec_"
_KEY_BYTES = range(24, 65)
_SECONDS = re.compile(r"[0-9]{1,11}")
_RAW = (
    "Pass the raw bytes of the request's body, not JSON that was parsed and written again: "
    "a single space more or less makes another signature."
)


class _Named(Protocol):
    def items(self) -> Iterable[tuple[Any, Any]]: ...


Headers = _Named | Iterable[tuple[Any, Any]]
"""A mapping, or pairs of a name and a value, in text or bytes; the case of names does not matter."""


class WebhookRefused(StampwellError):
    """The request is no delivery of Stampwell that may be trusted. `message` says why, and what to do about it.

    Answer 400, and handle nothing.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def verify(
    body: bytes | str,
    headers: Headers,
    secret: str | Iterable[str],
    *,
    tolerance_s: float = 300.0,
    now: datetime | None = None,
) -> WebhookEvent:
    """The event, once it is certain that Stampwell sent it. Raises WebhookRefused; ValueError for a secret that is none.

    `body` is the request's body as it came. `secret` is the webhook's `whsec_…`; of several, any may have signed.
    `tolerance_s` is how far `webhook-timestamp` may be from `now`, in either direction.
    """
    signers = [_signer(one) for one in _secrets(secret)]
    text = _text(body)
    message_id, seconds, signatures = _given(headers)
    sent_at = _check_time(seconds, tolerance_s=tolerance_s, now=now or datetime.now(UTC))

    def fits(candidate: str) -> bool:
        expected = [signer.sign(message_id, sent_at, candidate).encode() for signer in signers]
        return any(secrets.compare_digest(given, one) for given in signatures for one in expected)

    if text is None or not fits(text):
        _refuse(text, was_rewritten=text is not None and _compact(text) != text and fits(_compact(text)))
    try:
        return read_event(json.loads(text), webhook_id=message_id)
    except (Malformed, ValueError, RecursionError) as error:
        raise WebhookRefused(
            f"The signature is right, but this is no event that this version of stampwell-client can read: {error}. Update it."
        ) from None


def _secrets(secret: str | Iterable[str]) -> list[str]:
    given = [secret] if isinstance(secret, str) or secret is None else list(secret)
    if not given:
        raise ValueError("secret is missing: pass the webhook's whsec_….")
    return given


def _signer(secret: object) -> Webhook:
    try:
        if not isinstance(secret, str) or not secret.strip().startswith(_PREFIX):
            raise ValueError
        key = base64.b64decode(secret.strip().removeprefix(_PREFIX), validate=True)
        if len(key) not in _KEY_BYTES:
            raise ValueError
    except ValueError:
        raise ValueError(
            "secret must be the whole whsec_… that Stampwell showed when the webhook was made or its secret rotated."
        ) from None
    return Webhook(key)


def _text(body: object) -> str | None:
    """None for bytes that are no text."""
    if isinstance(body, str):
        return body if _is_unicode(body) else None
    if not isinstance(body, bytes | bytearray | memoryview):
        raise WebhookRefused(f"The body is a {type(body).__name__}. {_RAW}")
    try:
        return bytes(body).decode()
    except UnicodeDecodeError:
        return None


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _given(headers: Headers) -> tuple[str, str, list[bytes]]:
    """`webhook-id`, `webhook-timestamp`, and the signatures of the kind that we know."""
    pairs = headers.items() if hasattr(headers, "items") else headers
    found = {_header(name).lower(): _header(value).strip() for name, value in pairs}
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        if not found.get(name):
            raise WebhookRefused(
                f"{name} is missing: this is no delivery of Stampwell, or its headers were lost on the way. Pass all headers of"
                " the request, and let a proxy pass webhook-id, webhook-timestamp and webhook-signature on."
            )
    if not _is_unicode(found["webhook-id"]):
        raise WebhookRefused("webhook-id is no text: this is no delivery of Stampwell.")
    signatures = [one.encode("utf-8", "replace") for one in found["webhook-signature"].split() if one.startswith("v1,")]
    return found["webhook-id"], found["webhook-timestamp"], signatures


def _header(given: object) -> str:
    return given.decode("latin-1") if isinstance(given, bytes) else str(given)


def _check_time(seconds: str, *, tolerance_s: float, now: datetime) -> datetime:
    if now.tzinfo is None:
        raise ValueError("now must have a time zone, as datetime.now(UTC) has.")
    if not _SECONDS.fullmatch(seconds):
        raise WebhookRefused(
            f"webhook-timestamp must be seconds since 1970, such as 1798758000, not {seconds[:40]!r}: pass it as it came."
        )
    age_s = now.timestamp() - int(seconds)
    if age_s > tolerance_s:
        raise WebhookRefused(
            f"webhook-timestamp is {age_s:.0f} s old, and {tolerance_s:.0f} s are allowed: somebody may be sending an old"
            " delivery again. If Stampwell has only just sent it, set the clock of this machine. Verify a request when it"
            " comes, not later."
        )
    if age_s < -tolerance_s:
        raise WebhookRefused(
            f"webhook-timestamp is {-age_s:.0f} s in the future, and {tolerance_s:.0f} s are allowed. Set the clock of this"
            " machine, or that of the server of Stampwell."
        )
    return datetime.fromtimestamp(int(seconds), UTC)


def _compact(text: str) -> str:
    """The JSON as Stampwell writes it; the text itself if it is no JSON."""
    try:
        written = json.dumps(json.loads(text), ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        return text
    return written if _is_unicode(written) else text


def _refuse(text: str | None, *, was_rewritten: bool) -> NoReturn:
    if was_rewritten:
        raise WebhookRefused(f"The body was parsed and written again. {_RAW}")
    other = "The secret must be that of this webhook, as create or the last rotate answered it."
    if text is not None and _is_json(text):
        raise WebhookRefused(
            f"No signature fits the body. Probably it was parsed and written again, or the secret is another's. {_RAW} {other}"
        )
    raise WebhookRefused(f"No signature fits the body, which is no JSON: it was changed or cut off on the way. {_RAW} {other}")


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
