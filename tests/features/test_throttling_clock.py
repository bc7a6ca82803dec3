"""Tries to sign in that were counted by a clock that was ahead."""

from kit.clock import FakeClock
from kit.data import Data
from stampwell.features.people.throttling import count_try

EMAIL = "alice@beans.example"
YEARS_S = 730 * 86_400


def test_nobody_waits_longer_than_the_window(data: Data) -> None:
    clock = FakeClock()
    clock.advance(seconds=YEARS_S)
    for _ in range(6):
        locked = data.write(count_try, EMAIL, "net", address="192.0.2.1", now_us=clock.now_us())
    clock.advance(seconds=-YEARS_S)
    locked = data.write(count_try, EMAIL, "net", address="192.0.2.1", now_us=clock.now_us())
    assert locked is not None
    assert locked.refusal.headers == {"Retry-After": "900"}
    clock.advance(seconds=900.000001)
    assert data.write(count_try, EMAIL, "net", address="192.0.2.1", now_us=clock.now_us()) is None
