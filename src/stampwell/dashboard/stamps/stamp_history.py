"""The history of a stamp as its page shows it: the newest lines, or all of it, with the tries that were refused."""

from collections.abc import Sequence
from heapq import merge
from typing import NamedTuple

from stampwell.core.units import LARGEST_INTEGER
from stampwell.dashboard.stamps.refused_labels import refused_line
from stampwell.dashboard.stamps.stamp_labels import HistoryLine, Names, line_of
from stampwell.db.database import Tx
from stampwell.features.stamps import service
from stampwell.features.stamps.model import HistoryRow, Stamp
from stampwell.features.stamps.refused.refused_model import RefusedTry
from stampwell.features.stamps.refused.refused_tries import KEPT_US, list_refused

NEWEST = 5
"""Lines that the page shows before somebody asks for all."""

PAGE_SIZE = 50
"""Rows of a page once it is asked for."""


class HistoryRead(NamedTuple):
    """rows: newest first. before: the row that an older page goes on below, or None. has_older: whether there are more rows."""

    rows: Sequence[HistoryRow]
    refused: Sequence[RefusedTry]
    has_older: bool
    before: int | None = None

    @property
    def newest(self) -> HistoryRow | None:
        """The last thing that happened to the stamp; None on an older page."""
        return self.rows[0] if self.rows and self.before is None else None


def read_history(tx: Tx, account_id: int, stamp_id: int, *, before: int | None, limit: int, now_us: int) -> HistoryRead:
    """So many rows of it, and as many refused tries. Raises StampNotFound."""
    below = LARGEST_INTEGER if before is None else before
    found = service.history(tx, account_id, stamp_id, before_id=below, limit=limit + 1)
    rows, has_older = found[:limit], len(found) > limit
    since = max(now_us - KEPT_US, rows[-1].recorded_at if has_older else 0)
    until = LARGEST_INTEGER if before is None else _instant_of(tx, account_id, stamp_id, before)
    refused = list_refused(tx, account_id, stamp_id, since=since, until=until, limit=limit)
    return HistoryRead(rows, refused, has_older, before)


def history_lines(read: HistoryRead, stamp: Stamp, names: Names) -> list[HistoryLine]:
    """Newest first, by when the server learned of each; of one instant, what was refused came after what was done."""
    happened = ((row.recorded_at, line_of(row, stamp, names)) for row in read.rows)
    refused = ((one.tried_at, refused_line(one, names)) for one in read.refused)
    return [line for _, line in merge(refused, happened, key=lambda timed: timed[0], reverse=True)]


def _instant_of(tx: Tx, account_id: int, stamp_id: int, event_id: int) -> int:
    """When that row was recorded, or the next older one."""
    found = service.history(tx, account_id, stamp_id, before_id=event_id + 1, limit=1)
    return found[0].recorded_at if found else 0
