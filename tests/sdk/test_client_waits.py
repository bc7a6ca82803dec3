"""The waits between attempts: decided without waiting."""

from datetime import UTC, datetime

import pytest

from stampwell_client import Retries, TransportError
from stampwell_client.answers import retry_after_s
from stampwell_client.retries import Attempts

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def waits(retries: Retries, *, retry_after: float | None = None) -> list[float | None]:
    """The waits of a call whose every attempt fails at once."""
    attempts = Attempts(retries, now_s=0.0)
    error = TransportError("no answer")
    error.retry_after_s = retry_after
    return [attempts.wait_s(error, now_s=0.0) for _ in range(retries.times + 1)]


def test_they_double_with_jitter() -> None:
    for _ in range(100):
        *waited, last = waits(Retries(times=4, first_wait_s=0.5))
        assert last is None
        for wait, limit in zip(waited, (0.5, 1.0, 2.0, 4.0), strict=True):
            assert wait is not None
            assert limit / 2 <= wait <= limit


def test_two_clients_do_not_wait_alike() -> None:
    assert waits(Retries()) != waits(Retries())


def test_they_stop_growing() -> None:
    waited = waits(Retries(times=2000, total_s=100.0, longest_wait_s=3.0))
    assert waited[-2] is not None
    assert waited[-2] <= 3.0


def test_what_the_server_asks_for_comes_before_them() -> None:
    *waited, last = waits(Retries(first_wait_s=0.5), retry_after=7.0)
    assert last is None
    for wait, limit in zip(waited, (0.5, 1.0, 2.0), strict=True):
        assert wait is not None
        assert 7.0 + limit / 2 <= wait <= 7.0 + limit


def test_longer_than_the_longest_is_not_waited_for() -> None:
    assert waits(Retries(longest_wait_s=10.0), retry_after=10.5)[0] is None


def test_no_attempt_begins_after_the_whole_time() -> None:
    attempts = Attempts(Retries(total_s=60.0, first_wait_s=1.0), now_s=100.0)
    assert attempts.wait_s(TransportError(), now_s=159.9) is None
    assert attempts.remaining_s(now_s=130.0) == 30.0


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("120", 120.0),
        ("Mon, 02 Mar 2026 09:00:30 GMT", 30.0),
        ("Mon, 02 Mar 2026 18:00:30 +0900", 30.0),
        ("Mon, 02 Mar 2026 09:00:30 -0000", 30.0),
        ("Mon, 02 Mar 2026 08:00:00 GMT", 0.0),
        ("-1", None),
        ("1.5", None),
        ("٣", None),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after_s(header, now=NOW) == seconds
