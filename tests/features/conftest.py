"""What tests of units of work begin with."""

import pytest

from kit.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()
