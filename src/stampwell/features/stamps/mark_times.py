"""The times between marks on one stamp: cool-down and daily cap, judged as of the moment at which a mark was made. Pure.

A mark that a till sends late is held against those made before it and after it, so that it makes no difference in which order
they arrive.
"""

from collections.abc import Sequence
from typing import NamedTuple

from stampwell.core.days import end_of_day_us, start_of_day_us, to_ymdt
from stampwell.core.units import SECOND_US
from stampwell.core.waits import counted_at, wait_us, whole_seconds
from stampwell.features.stamps.errors import DailyCapReached, DailyCapReachedThen, TooSoon, TooSoonThen
from stampwell.features.stamps.model import EventMeta, Stamp


class PastMarks(NamedTuple):
    """A ledger row that adds marks to the stamp, or takes them back where `marks` is below zero; instants in microseconds.

    late: it was recorded after it happened, so that rows before it in the ledger may have happened later.
    """

    marks: int
    occurred_at: int
    order_ref: str | None = None
    late: bool = False


def marks_matter_since(stamp: Stamp, meta: EventMeta) -> int | None:
    """From which instant on the ledger matters to the next mark; None when it does not."""
    since = [meta.happened_at - stamp.cooldown_s * SECOND_US] if stamp.cooldown_s else []
    if stamp.daily_max:
        since.append(start_of_day_us(meta.today, meta.zone))
    return min(since, default=None)


def check_times(stamp: Stamp, count: int, meta: EventMeta, *, past: Sequence[PastMarks]) -> None:
    """Raises DailyCapReached and TooSoon, or for a mark that is recorded late DailyCapReachedThen and TooSoonThen.

    past: the stamp's rows since `marks_matter_since`, in the order of the ledger.
    """
    if not stamp.daily_max and not stamp.cooldown_s:
        return
    standing = _standing(past, meta)
    if stamp.daily_max:
        _check_cap(stamp, count, meta, standing)
    if stamp.cooldown_s and standing:
        _check_cooldown(stamp, meta, standing)


def _check_cap(stamp: Stamp, count: int, meta: EventMeta, standing: Sequence[int]) -> None:
    begin, end = start_of_day_us(meta.today, meta.zone), end_of_day_us(meta.today, meta.zone)
    that_day = sum(begin <= made_at <= end for made_at in standing)
    if that_day + count <= stamp.daily_max:
        return
    if meta.occurred_at is None:
        raise DailyCapReached(daily_max=stamp.daily_max, marks_today=that_day, marks=count)
    raise DailyCapReachedThen(daily_max=stamp.daily_max, marks_then=that_day, marks=count, day=meta.today)


def _check_cooldown(stamp: Stamp, meta: EventMeta, standing: Sequence[int]) -> None:
    cooldown_us = stamp.cooldown_s * SECOND_US
    if meta.occurred_at is None:
        wait_s = whole_seconds(wait_us(standing[-1], cooldown_us, now_us=meta.recorded_at))
        if wait_s:
            raise TooSoon(cooldown_s=stamp.cooldown_s, retry_after_s=wait_s, headers={"Retry-After": str(wait_s)})
        return
    near = next((made_at for made_at in standing if abs(made_at - meta.occurred_at) < cooldown_us), None)
    if near is not None:
        raise TooSoonThen(cooldown_s=stamp.cooldown_s, other=to_ymdt(near, meta.zone))


class _Mark(NamedTuple):
    """One mark that stands."""

    made_at: int
    order_ref: str | None


def _standing(past: Sequence[PastMarks], meta: EventMeta) -> list[int]:
    """When each mark was made that was not taken back, the latest last.

    A correction takes the latest marks of its time. A sale that was reversed takes its own and no others: where they were made
    before all these rows, what was made since still counts.
    """
    standing: list[_Mark] = []
    for made_at, row in _in_order(past, meta):
        if row.marks > 0:
            standing.extend([_Mark(made_at, row.order_ref)] * row.marks)
            continue
        takes = [place for place, mark in enumerate(standing) if row.order_ref in (None, mark.order_ref)]
        for place in reversed(takes[max(0, len(takes) + row.marks) :]):
            del standing[place]
    return [mark.made_at for mark in standing]


def _in_order(past: Sequence[PastMarks], meta: EventMeta) -> list[tuple[int, PastMarks]]:
    """The rows with the instants at which they count, in the order in which they happened.

    That is the ledger's but for late rows: an instant alone may be that of a clock that was wrong for a while.
    """
    rows: list[tuple[int, PastMarks]] = []
    for row in past:
        made_at = counted_at(row.occurred_at, now_us=meta.recorded_at, set_back_at=meta.set_back_at)
        place = next((at for at, (other, _) in enumerate(rows) if other > made_at), len(rows)) if row.late else len(rows)
        rows.insert(place, (made_at, row))
    return rows
