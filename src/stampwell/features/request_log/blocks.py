"""Requests as one compressed text: a row and its index entry for each would cost issuing a tenth of its rate."""

import zlib
from collections.abc import Sequence
from typing import Any

from pydantic_core import from_json, to_json

from stampwell.features.request_log.model import Block, LoggedRequest

MOST_REQUESTS = 1000
"""The most requests of a block, in a few tens of KiB."""

RequestRow = tuple[int, str, str, int, int, str, int]
"""The values of a LoggedRequest but for the key."""

Entry = tuple[int, str, str, int, int, str, int, int]
"""The values of a LoggedRequest: made for every answer, a tuple costs a fifth of it."""


def pack(account_id: int, entries: Sequence[Entry]) -> Block:
    """One block of at most MOST_REQUESTS entries, oldest first."""
    return Block(
        account_id=account_id,
        requests=len(entries),
        refused=sum(code != 0 for _, _, _, _, code, _, _, _ in entries),
        ends_at=max(entry[0] for entry in entries),
        entries=zlib.compress(to_json(entries), level=1),
    )


def unpack(entries: bytes) -> list[LoggedRequest]:
    """The block's requests, oldest first."""
    values: list[list[Any]] = from_json(zlib.decompress(entries))
    return [LoggedRequest(*value) for value in values]
