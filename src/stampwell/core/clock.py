"""Instants: whole microseconds since 1970 in UTC, as integers, everywhere."""

import time
from typing import Protocol


class Clock(Protocol):
    def now_us(self) -> int:
        """The present instant in microseconds since 1970, UTC."""
        ...


class SystemClock:
    def now_us(self) -> int:
        return time.time_ns() // 1_000
