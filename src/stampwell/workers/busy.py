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

    def is_busy(self, last_event: int) -> bool:
        """Whether the ledger has grown quickly since it was asked before."""
        now_s = self._clock_s()
        seen, self._seen = self._seen, (last_event, now_s)
        return seen is not None and last_event - seen[0] > _BUSY_RATE * max(now_s - seen[1], _LEAST_S)
