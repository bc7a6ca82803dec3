"""Units of work around a clock that may have leapt: nothing is deleted by its word until it has gone on for a day."""

from enum import Enum, auto

from stampwell.core.waits import SKEW_US
from stampwell.db.clock_row import FAR_US, STEADY_US, ClockRow, find_clock, save_clock
from stampwell.db.database import Tx
from stampwell.features.accounts.service import newest_account
from stampwell.features.idempotency.service import newest_answer_us
from stampwell.features.people.sessions import newest_session_us
from stampwell.features.stamps.service import newest_event_us


class Belief(Enum):
    """Whether the clock is believed; FRESH: from now on, after a leap, so that what it left behind can be put right."""

    NO = auto()
    FRESH = auto()
    YES = auto()


def look_at_clock(tx: Tx, *, now_us: int) -> Belief:
    """Notes that the clock shows this now."""
    row = find_clock(tx)
    seen_at = newest_stored_us(tx) if row is None else row.seen_at
    steady_since = 0 if row is None else row.steady_since
    leapt = seen_at is not None and abs(now_us - seen_at) > FAR_US
    # What a clock left ahead that leapt there and back between two looks is put right a day later.
    left_ahead = not steady_since and _newest_that_can_be_put_right(tx) > now_us + FAR_US
    if leapt or left_ahead:
        steady_since = now_us
    fresh = steady_since != 0 and now_us - steady_since >= STEADY_US
    save_clock(tx, ClockRow(now_us, 0 if fresh else steady_since))
    if fresh:
        return Belief.FRESH
    return Belief.NO if steady_since else Belief.YES


def newest_stored_us(tx: Tx) -> int | None:
    """The newest instant that the database knows; None when it knows none."""
    account, clock = newest_account(tx), find_clock(tx)
    known = [
        None if account is None else account.created_at,
        None if clock is None else clock.seen_at,
        newest_event_us(tx),
        newest_session_us(tx),
        newest_answer_us(tx),
    ]
    return max((instant for instant in known if instant is not None), default=None)


def _newest_that_can_be_put_right(tx: Tx) -> int:
    return max(newest_session_us(tx) or 0, newest_answer_us(tx) or 0)


def days_ahead(tx: Tx, *, now_us: int) -> int:
    """How many days the clock is ahead of the newest instant that is stored; 0 while that is not far."""
    newest = newest_stored_us(tx)
    return 0 if newest is None or now_us - newest <= FAR_US else round((now_us - newest) / STEADY_US)


def is_behind(tx: Tx, *, now_us: int) -> bool:
    """Whether something is stored that this clock has yet to come to."""
    newest = newest_stored_us(tx)
    return newest is not None and newest > now_us + SKEW_US
