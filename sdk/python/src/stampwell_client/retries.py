"""When a call is made again, and after how long."""

import random
from dataclasses import dataclass

from stampwell_client.api_error import ApiError
from stampwell_client.errors import StampwellError, TransportError, UnexpectedAnswer

_TRANSIENT_CODES = frozenset({40908, 50301})
_TOO_MANY_REQUESTS = 429
# Of a gateway, or of the server before it has seen a whole request: 408 is what comes of a slow line.
_GATEWAY_STATUSES = frozenset({408, 429, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Retries:
    """`times`: how often a call is made again at most. `total_s`: no attempt begins later than this after the first.

    The waits double from `first_wait_s`, with jitter, up to `longest_wait_s`. One that the server asks for with `Retry-After`
    comes before them; if it is longer than `longest_wait_s` it is not waited for, and the error is raised at once.
    """

    times: int = 3
    total_s: float = 60.0
    first_wait_s: float = 0.5
    longest_wait_s: float = 30.0


NO_RETRIES = Retries(times=0)


def is_transient(error: StampwellError) -> bool:
    """Whether the same call may go well in a moment."""
    match error:
        case TransportError():
            return True
        case ApiError(code=code, status=status):
            return code in _TRANSIENT_CODES or status == _TOO_MANY_REQUESTS
        case UnexpectedAnswer(status=status):
            return status in _GATEWAY_STATUSES
        case _:
            return False


class Attempts:
    """The attempts of one call. `now_s` is a clock that never goes back."""

    def __init__(self, retries: Retries, *, now_s: float) -> None:
        self._retries = retries
        self._until_s = now_s + retries.total_s
        self._failed = 0
        self._next_wait_s = min(retries.first_wait_s, retries.longest_wait_s)

    def remaining_s(self, *, now_s: float) -> float:
        """What is left of the whole time."""
        return self._until_s - now_s

    def wait_s(self, error: StampwellError, *, now_s: float) -> float | None:
        """How long to wait before the next attempt, after this one failed so; None: give up."""
        self._failed += 1
        if self._failed > self._retries.times or not is_transient(error):
            return None
        # Half of it is drawn, so that clients that failed together do not come back together.
        drawn_s = self._next_wait_s * random.uniform(0.5, 1.0)  # noqa: S311 - guards nothing
        self._next_wait_s = min(2 * self._next_wait_s, self._retries.longest_wait_s)
        asked_s = error.retry_after_s or 0.0
        wait_s = asked_s + drawn_s
        if asked_s > self._retries.longest_wait_s or now_s + wait_s >= self._until_s:
            return None
        return wait_s
