"""How long somebody has to wait, and when something happened: also after a clock was wrong for a while.

A clock that ran ahead leaves instants behind that have not come yet. Nobody waits for them: what lies ahead of the clock counts
as now, or as the instant at which the clock was set back, where that is known.
"""

from stampwell.core.units import MINUTE_US, SECOND_US

SKEW_US = 2 * MINUTE_US
"""How far the clocks of servers beside each other may be apart."""


def counted_at(instant_us: int, *, now_us: int, set_back_at: int | None = None) -> int:
    """When something stored happened, as far as can be known; never later than now.

    set_back_at: the last instant at which this clock was set back. Whatever lies ahead of it happened before that.
    """
    if instant_us <= now_us:
        return instant_us
    if set_back_at is None or instant_us <= now_us + SKEW_US:
        return now_us
    return min(set_back_at, now_us)


def wait_us(began_us: int, lasts_us: int, *, now_us: int, set_back_at: int | None = None) -> int:
    """Microseconds until something is over that began then and lasts so long: 0 when it is, and never more than it lasts."""
    return max(0, counted_at(began_us, now_us=now_us, set_back_at=set_back_at) + lasts_us - now_us)


def whole_seconds(wait: int) -> int:
    """Microseconds as seconds, rounded up: for `Retry-After`."""
    return -(-wait // SECOND_US)


def whole_minutes(wait: int) -> int:
    """Microseconds as minutes, rounded up: for people."""
    return -(-wait // MINUTE_US)


def is_due(last_us: int | None, every_us: int, *, now_us: int) -> bool:
    """Whether something that was last done then is to be done again. What was done in the future was not: it is due."""
    return last_us is None or now_us - last_us >= every_us or last_us > now_us + SKEW_US


def is_recent(instant_us: int, within_us: int, *, now_us: int) -> bool:
    """Whether it happened so shortly ago. What lies ahead did not."""
    return now_us - within_us <= instant_us <= now_us + SKEW_US
