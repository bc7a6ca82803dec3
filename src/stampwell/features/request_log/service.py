"""Units of work on the log of requests."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stampwell.core.units import DAY_US, LARGEST_INTEGER
from stampwell.db.database import Tx
from stampwell.features.request_log import queries
from stampwell.features.request_log.blocks import unpack
from stampwell.features.request_log.model import NEWEST, Block, LoggedRequest, Position, Refusals, RequestLogPage

KEPT_US = 7 * DAY_US
"""How long a request is kept, in microseconds."""


# What one call looks at: a few milliseconds' worth, whether the blocks are full or have a request or two.
_MOST_READ = 5000
_MOST_BLOCKS = 320
_FETCHED_AT_ONCE = 32


class _Opened(NamedTuple):
    block_id: int
    ends_at: int
    requests: list[LoggedRequest]


def write(tx: Tx, *, blocks: Sequence[Block]) -> None:
    """Adds the blocks to the log."""
    for block in blocks:
        queries.insert(tx, block)


def page_requests(
    tx: Tx,
    account_id: int,
    *,
    limit: int,
    before: Position = NEWEST,
    key_id: int | None = None,
    refused_only: bool = False,
) -> RequestLogPage:
    """At most `limit` requests of the account, newest first; of that key, or refused ones alone, if asked for."""
    found: list[tuple[Position, LoggedRequest]] = []
    older: Position | None = None
    for block in _walk(tx, account_id, before, refused_only=refused_only):
        older = Position(block.block_id, 0)
        end = before.entry if block.block_id == before.block_id else len(block.requests)
        found += [
            (Position(block.block_id, index), request)
            for index, request in reversed(list(enumerate(block.requests[:end])))
            if (key_id is None or request.key_id == key_id) and (request.code or not refused_only)
        ]
        if len(found) > limit:
            break
    else:
        older = _rest(tx, account_id, older, refused_only=refused_only)
    here = found[:limit]
    if len(found) > limit:
        older = here[-1][0]
    return RequestLogPage([request for _, request in here], older)


def refusals_since(tx: Tx, account_id: int, since_us: int, *, until_us: int = LARGEST_INTEGER) -> Refusals:
    """The account's refused requests since that instant, counted by code: all, or the newest if they are very many.

    What began after `until_us` did so by a wrong clock, and is not counted.
    """
    counts: Counter[int] = Counter()
    last: Position | None = None
    for block in _walk(tx, account_id, NEWEST, refused_only=True):
        if block.ends_at < since_us:
            return Refusals(counts, complete=True)
        counts.update(request.code for request in block.requests if request.code and since_us <= request.began_at <= until_us)
        last = Position(block.block_id, 0)
    return Refusals(counts, complete=_rest(tx, account_id, last, refused_only=True) is None)


def prune(tx: Tx, *, before_us: int) -> int:
    """Deletes some of the requests from before that instant, of every account; 0 when there are none left."""
    return queries.delete_old(tx, before_us)


def heal_requests(tx: Tx, *, now_us: int) -> int:
    """Requests of every account that a wrong clock noted count as noted now; how many blocks of them it were."""
    return queries.heal(tx, now_us=now_us, later_us=now_us + DAY_US)


def _walk(tx: Tx, account_id: int, before: Position, *, refused_only: bool) -> Iterator[_Opened]:
    """The blocks from there on, newest first, until it is enough for one call."""
    list_blocks = queries.list_refused if refused_only else queries.list_blocks
    read = blocks = 0
    block_id = before.block_id
    while read < _MOST_READ and blocks < _MOST_BLOCKS:
        rows = list_blocks(tx, account_id=account_id, block_id=block_id, limit=_FETCHED_AT_ONCE)
        for row in rows:
            yield _Opened(row["block_id"], row["ends_at"], unpack(row["entries"]))
            read, blocks = read + row["requests"], blocks + 1
            if read >= _MOST_READ:
                return
        if len(rows) < _FETCHED_AT_ONCE:
            return
        block_id = rows[-1]["block_id"] - 1


def _rest(tx: Tx, account_id: int, last: Position | None, *, refused_only: bool) -> Position | None:
    """Where to go on after a walk that has ended with the block of `last`; None when there is nothing older."""
    if last is None:
        return None
    list_blocks = queries.list_refused if refused_only else queries.list_blocks
    rows = list_blocks(tx, account_id=account_id, block_id=last.block_id - 1, limit=1)
    return Position(rows[0]["block_id"], rows[0]["requests"]) if rows else None
