from collections.abc import Mapping
from typing import NamedTuple

from stampwell.core.units import LARGEST_INTEGER


class LoggedRequest(NamedTuple):
    """One answered request. `path` is that of a route, without its query; `code` is the envelope's, 0 when it went well."""

    began_at: int
    method: str
    path: str
    status: int
    code: int
    request_id: str
    latency_us: int
    key_id: int


class Block(NamedTuple):
    """Requests of one account as they are stored; `ends_at` is when the newest of them began."""

    account_id: int
    requests: int
    refused: int
    ends_at: int
    entries: bytes


class Position(NamedTuple):
    """A place in the log: before that entry of that block, and before every newer one."""

    block_id: int
    entry: int


NEWEST = Position(LARGEST_INTEGER, 0)
"""Where the log begins to be read."""


class RequestLogPage(NamedTuple):
    """Newest first. `older` is where the next page begins, or None at the end of the log.

    A page may have fewer requests than it could, or none, although there are older ones: reading stops after so much.
    """

    requests: list[LoggedRequest]
    older: Position | None


class Refusals(NamedTuple):
    """How many requests were refused, by code, and whether all of the time asked for was looked at."""

    by_code: Mapping[int, int]
    complete: bool
