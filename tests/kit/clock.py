"""A clock that a test sets."""

from datetime import UTC, datetime

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Where a shop's clock stands: 2026-03-02 18:00 in Seoul."""


class FakeClock:
    """See `Clock`. It stands still."""

    def __init__(self, now: datetime = START) -> None:
        self.set(now)

    def set(self, now: datetime) -> None:
        """`now` has a time zone."""
        self._now_us = int(now.astimezone(UTC).replace(tzinfo=UTC).timestamp()) * 1_000_000 + now.microsecond

    def advance(self, *, seconds: float) -> None:
        self._now_us += int(seconds * 1_000_000)

    def now_us(self) -> int:
        return self._now_us
