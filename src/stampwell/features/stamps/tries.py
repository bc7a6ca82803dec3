"""Wrong tries at a shared secret, and the locks that they lead to: pure decisions.

A try is counted as a wrong one before it is looked at, so that a hundred at once are as many as are allowed.
"""

from typing import NamedTuple

from stampwell.core.units import DAY_US, HOUR_US, MINUTE_US
from stampwell.core.waits import counted_at, wait_us


class Tries(NamedTuple):
    """Wrong tries since an instant, how often they led to a lock, and until when the last one holds; microseconds."""

    failures: int = 0
    lockouts: int = 0
    since: int = 0
    locked_until: int | None = None


class TryLimit(NamedTuple):
    """After `most` wrong tries nothing is looked at for a while.

    window_us: the tries of that time count, or those in a row where it is None. doubles: each lock is twice as long as the one
    before, up to a day. forgets: whether earlier locks are forgotten after a quiet day.
    """

    most: int
    window_us: int | None = None
    doubles: bool = False
    forgets: bool = False


LOCK_US = 15 * MINUTE_US
"""How long the first lock holds."""

OF_STAMP = TryLimit(5)
"""Staff passwords on one stamp, from one network: what the API promises."""

OF_CARD = TryLimit(20, window_us=HOUR_US, doubles=True, forgets=True)
"""Staff passwords, or PINs, on all stamps of a card, from one network."""

OF_PIN = TryLimit(5, doubles=True)
"""PINs of one stamp, from anywhere: whoever knows it is remembered by their phone."""

MANY_A_DAY = 100
"""Wrong passwords and PINs on a card, from anywhere, that are reported to its owners."""


def counted(tries: Tries, limit: TryLimit, *, now_us: int) -> tuple[Tries, int]:
    """The tries with one more, and 0; or how long to wait in microseconds, and the tries as they are to be stored then.

    A lock that a wrong clock left behind begins now: it is stored so, and ends like any other.
    """
    if tries.locked_until is not None:
        lasts_us = _lock_us(limit, tries.lockouts)
        left_us = wait_us(tries.locked_until - lasts_us, lasts_us, now_us=now_us)
        if left_us:
            return tries._replace(locked_until=now_us + left_us), left_us
    failures, since = tries.failures, counted_at(tries.since, now_us=now_us)
    ended_at = since if tries.locked_until is None else tries.locked_until
    lockouts = 0 if limit.forgets and now_us - ended_at >= DAY_US else tries.lockouts
    if tries.locked_until is not None or failures == 0 or (limit.window_us is not None and now_us - since >= limit.window_us):
        failures, since = 0, now_us
    failures += 1
    if failures < limit.most:
        return Tries(failures, lockouts, since), 0
    lockouts += 1
    return Tries(failures, lockouts, since, now_us + _lock_us(limit, lockouts)), 0


def without_one(tries: Tries) -> Tries:
    """The tries without one that proved to be right, and without the lock that it would have led to."""
    lockouts = tries.lockouts if tries.locked_until is None else max(0, tries.lockouts - 1)
    return Tries(max(0, tries.failures - 1), lockouts, tries.since)


def _lock_us(limit: TryLimit, lockouts: int) -> int:
    """How long the lock of that number lasts."""
    return min(LOCK_US * 2 ** max(0, lockouts - 1), DAY_US) if limit.doubles else LOCK_US
