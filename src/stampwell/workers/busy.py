"""Whether the server has much to do, so that a loop beside it takes less at once."""

import time
from collections.abc import Callable

# Events of the ledger a second.
_BUSY_RATE = 300
# Over less than that, a single import of a few rows would look like a rush.
_LEAST_S = 0.2


class BusyMeter:
    """Compares how far the ledger goes with how far it went before."""

    def __init__(self, *, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._clock_s = clock_s
        self._seen: tuple[int, float] | None = None
        self._rate = 0.0

    def is_busy(self, last_event: int) -> bool:
        """Whether the ledger has grown quickly since it was asked before."""
        self.look(last_event)
        return self._rate > _BUSY_RATE

    def look(self, last_event: int) -> None:
        """How far the ledger goes now."""
        now_s = self._clock_s()
        if self._seen is not None:
            self._rate = (last_event - self._seen[0]) / max(now_s - self._seen[1], _LEAST_S)
        self._seen = (last_event, now_s)

    @property
    def spare(self) -> float:
        """How much of what a loop could do it should do, as of the last look: 1 while the server has little else to do.

        The square: at the highest rates next to nothing, so that requests are not a tenth slower for it.
        """
        return min(1.0, _BUSY_RATE / self._rate) ** 2 if self._rate > 0 else 1.0
