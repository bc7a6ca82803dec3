"""Instants: whole microseconds since 1970 in UTC, as integers, everywhere."""

import time
from typing import Protocol

from stampwell.core.waits import SKEW_US


class Clock(Protocol):
    def now_us(self) -> int:
        """The present instant in microseconds since 1970, UTC."""
        ...


class SystemClock:
    def now_us(self) -> int:
        return time.time_ns() // 1_000


class WatchedClock:
    """A clock that notices when it is set back. `set_back_at` is when that was last, at first when this clock was made."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last_us = self.set_back_at = clock.now_us()

    def now_us(self) -> int:
        now_us = self._clock.now_us()
        if now_us < self._last_us - SKEW_US:
            self.set_back_at = now_us
        self._last_us = now_us
        return now_us
