"""A call of the API as a value, before anything is sent."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from stampwell_client.models import Page

T = TypeVar("T")

_LONGEST_KEY = 255


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """`read` makes the answer's `result` into what the caller gets; `tag` puts the answer's ETag into that.

    `if_match`: the version that the stamp must have. `page_by`: the parameter that asks for the next page.
    """

    method: str
    path: str
    read: Callable[[object], T]
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    idempotency_key: str | None = None
    wants_stamp: bool = False
    if_match: str | None = None
    tag: Callable[[T, str | None], T] | None = None
    page_by: str = "cursor"


def asking(
    path: str,
    read: Callable[[object], T],
    query: Mapping[str, object],
    *,
    tag: Callable[[T, str | None], T] | None = None,
    page_by: str = "cursor",
) -> Call[T]:
    """A call that changes nothing."""
    return Call("GET", path, read, query=_sent(query), tag=tag, page_by=page_by)


def changing(
    method: str,
    path: str,
    read: Callable[[object], T],
    *,
    idempotency_key: str | None,
    body: Mapping[str, object] | None = None,
    query: Mapping[str, object] | None = None,
    wants_stamp: bool = False,
    if_match: str | None = None,
) -> Call[T]:
    """A call that changes something. Its idempotency key is a fresh one unless the caller has one."""
    return Call(
        method,
        path,
        read,
        query=_sent(query or {}),
        body=None if body is None else _sent(body),
        idempotency_key=str(uuid.uuid4()) if idempotency_key is None else _checked(idempotency_key),
        wants_stamp=wants_stamp,
        if_match=if_match,
    )


def following(call: Call[Page[T]], page: Page[T]) -> Call[Page[T]] | None:
    """The call for the page after that one; None after the last."""
    if page.nextCursor is None:
        return None
    return replace(call, query={**call.query, call.page_by: page.nextCursor})


def nothing(_result: object) -> None:
    """Reads the result of a call that has none."""


def _sent(members: Mapping[str, object]) -> dict[str, Any]:
    return {name: _plain(member) for name, member in members.items() if member is not None}


def _plain(value: object) -> object:
    # A datetime is a date, too.
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _sent(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(row) for row in value]
    return value


def is_header_value(text: str) -> bool:
    """Whether an HTTP header can hold it as it is."""
    return text.isascii() and text.isprintable() and text == text.strip() != ""


def _checked(idempotency_key: str) -> str:
    if not is_header_value(idempotency_key) or len(idempotency_key) > _LONGEST_KEY:
        raise ValueError(f"idempotency_key must be 1 to {_LONGEST_KEY} printable ASCII characters, without blanks around them")
    return idempotency_key
