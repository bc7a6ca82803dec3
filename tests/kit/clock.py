"""A clock that a test sets."""

from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Where a shop's clock stands: 2026-03-02 18:00 in Seoul."""


IN_A_REQUEST: ContextVar[bool] = ContextVar("IN_A_REQUEST", default=False)
"""Whether it is a request that looks, and not a worker beside it. Set by `kit.server`."""


class FakeClock:
    """See `Clock`. It stands still."""

    def __init__(self, now: datetime = START) -> None:
        self._happens: Callable[[], None] | None = None
        self._looks_left = 0
        self.set(now)

    def happens_at(self, look: int, what: Callable[[], None]) -> None:
        """Does that once, in the middle of a request: when one has looked at the clock so often from now on."""
        self._looks_left, self._happens = look, what

    @property
    def has_happened(self) -> bool:
        """Whether what was to happen has. It will not any more after this was asked."""
        happens, self._happens = self._happens, None
        return happens is None

    def set(self, now: datetime) -> None:
        """`now` has a time zone."""
        self._now_us = int(now.astimezone(UTC).replace(tzinfo=UTC).timestamp()) * 1_000_000 + now.microsecond

    def advance(self, *, seconds: float) -> None:
        self._now_us += round(seconds * 1_000_000)

    def now_us(self) -> int:
        if self._happens is not None and IN_A_REQUEST.get():
            self._looks_left -= 1
            if not self._looks_left:
                happens, self._happens = self._happens, None
                happens()
        return self._now_us
