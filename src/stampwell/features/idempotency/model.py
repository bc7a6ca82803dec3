from collections.abc import Callable
from typing import Any, NamedTuple


class IdempotencyKey(NamedTuple):
    """What a request with an Idempotency-Key is known by. Both digests are hexadecimal.

    key_digest: of method, path and key. fingerprint: of what was asked for, keyed with the key itself, so that nobody who
    reads the database can try out passwords on it. created_at: microseconds since 1970 in UTC.
    """

    account_id: int
    key_digest: str
    fingerprint: str
    created_at: int


class IdempotentRequest(NamedTuple):
    """A request as the database is given it. `render` makes the answer's bytes of its outcome; used with a key only."""

    request: Any
    key: IdempotencyKey | None
    render: Callable[[Any], bytes]


class StoredResponse(NamedTuple):
    """An answer that is stored under its key, as it went over the wire the first time."""

    body: bytes
    replayed: bool
