"""Misses are counted in memory, by network; a clock that was ahead makes nobody wait for longer."""

import asyncio
from datetime import UTC, datetime

import pytest
import time_machine

from stampwell.stamp_page.errors import TooManyMisses
from stampwell.stamp_page.miss_limiter import MOST_MISSES, WINDOW_S, MissLimiter

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_a_window_of_a_clock_that_was_ahead_ends_when_it_is_right_again() -> None:
    async def main(traveller: time_machine.Traveller) -> list[str]:
        heard: list[str] = []
        miss_limiter = MissLimiter(on_miss=lambda: heard.append("miss"), on_refusal=lambda: heard.append("refused"))
        traveller.shift(730 * 86_400)
        for _ in range(MOST_MISSES):
            await miss_limiter.miss("net")
        with pytest.raises(TooManyMisses) as caught:
            await miss_limiter.miss("net")
        assert 0 < int(caught.value.headers["Retry-After"]) <= WINDOW_S
        traveller.shift(-730 * 86_400)
        await miss_limiter.miss("net")
        return heard

    with time_machine.travel(START, tick=False) as traveller:
        heard = asyncio.run(main(traveller))
    assert heard == ["miss"] * MOST_MISSES + ["refused", "miss"]
