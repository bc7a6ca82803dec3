"""Counting in memory: windows that end, and requests that come at the same moment."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import time_machine

from stampwell.features.plans.model import Plan
from stampwell.features.ratelimit.limiter import RateLimiter
from stampwell.features.ratelimit.model import Usage, Verdict

SMALL = Plan(name="small", requests_per_minute=3, requests_per_hour=5, api=True, custom_domains=False)
NONE = Plan(name="none", api=True, custom_domains=False)
START = datetime(2026, 3, 2, 9, tzinfo=UTC)

Story = Callable[[RateLimiter, time_machine.Traveller], Awaitable[None]]


def in_frozen_time(story: Story) -> None:
    async def run(traveller: time_machine.Traveller) -> None:
        limiter = RateLimiter(redis_url=None, on_fault=lambda: None)
        await story(limiter, traveller)
        await limiter.close()

    with time_machine.travel(START, tick=False) as traveller:
        asyncio.run(run(traveller))


async def _hit(limiter: RateLimiter, plan: Plan = SMALL) -> Verdict:
    return await limiter.hit(1, plan)


def test_a_window_ends() -> None:
    async def story(limiter: RateLimiter, traveller: time_machine.Traveller) -> None:
        assert [(await _hit(limiter)).refusal is None for _ in range(4)] == [True, True, True, False]
        traveller.shift(59)
        late = await _hit(limiter)
        assert late.headers["RateLimit"] == '"minute";r=0;t=1, "hour";r=0;t=3541'
        assert late.refusal is not None
        assert late.refusal.headers == {"Retry-After": "1"}

    in_frozen_time(story)


def test_of_two_quotas_that_are_used_up_the_one_that_is_longer_in_coming_is_named() -> None:
    """Whoever waits as long as they are told is not refused again."""

    async def story(limiter: RateLimiter, traveller: time_machine.Traveller) -> None:
        refusals = [(await _hit(limiter)).refusal for _ in range(6)]
        assert refusals[-1] is not None
        assert refusals[-1].headers == {"Retry-After": "3600"}
        assert "5 requests an hour" in refusals[-1].message
        # Shortly before the hour ends it is the minute that is longer in coming.
        traveller.shift(3590)
        late = [(await _hit(limiter)).refusal for _ in range(4)]
        assert late[-1] is not None
        assert late[-1].headers == {"Retry-After": "60"}

    in_frozen_time(story)


def test_the_next_window_begins_with_a_full_quota() -> None:
    async def story(limiter: RateLimiter, traveller: time_machine.Traveller) -> None:
        assert (await _hit(limiter)).headers["RateLimit"] == '"minute";r=2;t=60, "hour";r=4;t=3600'
        traveller.shift(60)
        assert (await _hit(limiter)).headers["RateLimit"] == '"minute";r=2;t=60, "hour";r=3;t=3540'
        traveller.shift(3540)
        assert (await _hit(limiter)).headers["RateLimit"] == '"minute";r=2;t=60, "hour";r=4;t=3600'

    in_frozen_time(story)


def test_a_window_of_a_clock_that_was_ahead_is_no_longer_than_it_is() -> None:
    async def story(limiter: RateLimiter, traveller: time_machine.Traveller) -> None:
        traveller.shift(730 * 86_400)
        assert [(await _hit(limiter)).refusal is None for _ in range(4)] == [True, True, True, False]
        traveller.shift(-730 * 86_400)
        assert [usage.resets_in_s for usage in await limiter.usage(1, SMALL) or []] == [60, 3600]
        verdict = await _hit(limiter)
        assert (verdict.refusal, verdict.headers["RateLimit"]) == (None, '"minute";r=2;t=60, "hour";r=4;t=3600')

    in_frozen_time(story)


def test_at_the_same_moment() -> None:
    async def story(limiter: RateLimiter, _traveller: time_machine.Traveller) -> None:
        verdicts = await asyncio.gather(*(_hit(limiter) for _ in range(20)))
        assert sum(verdict.refusal is None for verdict in verdicts) == 3

    in_frozen_time(story)


def test_a_plan_without_limits_has_no_headers() -> None:
    async def story(limiter: RateLimiter, _traveller: time_machine.Traveller) -> None:
        assert [await _hit(limiter, NONE) for _ in range(50)] == [Verdict(None, {})] * 50

    in_frozen_time(story)


def test_usage_tells_what_is_used_and_counts_nothing() -> None:
    async def story(limiter: RateLimiter, traveller: time_machine.Traveller) -> None:
        unused = [Usage("minute", 3, 0, 0), Usage("hour", 5, 0, 0)]
        assert [await limiter.usage(1, SMALL) for _ in range(9)] == [unused] * 9
        for _ in range(4):
            await _hit(limiter)
        traveller.shift(10)
        assert await limiter.usage(1, SMALL) == [Usage("minute", 3, 4, 50), Usage("hour", 5, 4, 3590)]
        assert await limiter.usage(2, SMALL) == unused
        traveller.shift(50)
        assert await limiter.usage(1, SMALL) == [Usage("minute", 3, 0, 0), Usage("hour", 5, 4, 3540)]

    in_frozen_time(story)


def test_a_plan_without_limits_has_no_usage() -> None:
    async def story(limiter: RateLimiter, _traveller: time_machine.Traveller) -> None:
        await _hit(limiter, NONE)
        assert await limiter.usage(1, NONE) == []

    in_frozen_time(story)
