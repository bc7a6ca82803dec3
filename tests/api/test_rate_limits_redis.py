"""Limits counted in Redis: shared by processes, and no reason to refuse anybody when it is down."""

import asyncio
import time
from pathlib import Path

import pytest
import structlog

from kit.load import wait_for
from kit.people import Person
from kit.proxies import RedisServer
from kit.shop import Shop, least
from kit.shops import OpenShop
from stampwell.features.plans.model import Plan
from stampwell.features.ratelimit.limiter import RateLimiter
from stampwell.features.ratelimit.model import Usage, Verdict

pytestmark = pytest.mark.one_database

FAULTS = "stampwell_ratelimit_faults_total"


def _status(shop: Shop, person: Person) -> int:
    return shop.create(person, least(cardIdx=person.card_id)).status


class TestShared:
    def test_two_servers_share_one_count(self, open_shop: OpenShop, dialect: str, redis: RedisServer, tiny_plans: Path) -> None:
        one = open_shop(dialect, redis_url=redis.url, plans_file=tiny_plans)
        other = open_shop(dialect, beside=one, redis_url=redis.url, plans_file=tiny_plans)
        person = one.open_account(plan="minute")
        assert [_status(shop, person) for shop in (one, other, one, other)] == [200, 200, 429, 429]

    def test_the_headers_are_the_same_as_from_memory(
        self, open_shop: OpenShop, dialect: str, redis: RedisServer, tiny_plans: Path
    ) -> None:
        shop = open_shop(dialect, redis_url=redis.url.replace("redis://", "valkey://"), plans_file=tiny_plans)
        person = shop.open_account(plan="minute")
        answer = shop.create(person, least(cardIdx=person.card_id))
        assert answer.headers["ratelimit-policy"] == '"minute";q=2;w=60, "hour";q=100;w=3600'
        assert answer.headers["ratelimit"] == '"minute";r=1;t=60, "hour";r=99;t=3600'

    def test_accounts_are_counted_apart(self, open_shop: OpenShop, dialect: str, redis: RedisServer, tiny_plans: Path) -> None:
        shop = open_shop(dialect, redis_url=redis.url, plans_file=tiny_plans)
        first, second = (shop.open_account(plan="minute") for _ in range(2))
        assert [_status(shop, person) for person in (first, first, first, second)] == [200, 200, 429, 200]


class TestDown:
    def test_requests_are_served_uncounted_and_the_fault_is_logged(
        self, open_shop: OpenShop, dialect: str, redis: RedisServer, tiny_plans: Path
    ) -> None:
        shop = open_shop(dialect, redis_url=redis.url, plans_file=tiny_plans)
        person = shop.open_account(plan="minute")
        assert [_status(shop, person) for _ in range(3)] == [200, 200, 429]
        assert shop.metric(FAULTS) == 0
        redis.kill()
        with structlog.testing.capture_logs() as logs:
            answers = [shop.create(person, least(cardIdx=person.card_id)) for _ in range(3)]
        assert [answer.status for answer in answers] == [200, 200, 200]
        assert [answer.headers["ratelimit-policy"] for answer in answers] == ['"minute";q=2;w=60, "hour";q=100;w=3600'] * 3
        assert [answer.headers["ratelimit"] for answer in answers] == [None, None, None]
        assert shop.metric(FAULTS) == 3
        said = [(log["event"], log["log_level"]) for log in logs if "limit" in log["event"]]
        assert said == [("rate limits not counted", "error")]

    def test_counting_goes_on_when_it_is_back(
        self, open_shop: OpenShop, dialect: str, redis: RedisServer, tiny_plans: Path
    ) -> None:
        shop = open_shop(dialect, redis_url=redis.url, plans_file=tiny_plans)
        person = shop.open_account(plan="minute")
        redis.kill()
        assert _status(shop, person) == 200
        redis.start()
        wait_for(lambda: _status(shop, person) == 429)

    def test_a_server_starts_without_it(self, open_shop: OpenShop, dialect: str, redis: RedisServer, tiny_plans: Path) -> None:
        redis.kill()
        shop = open_shop(dialect, redis_url=redis.url, plans_file=tiny_plans)
        person = shop.open_account(plan="minute")
        assert [_status(shop, person) for _ in range(3)] == [200, 200, 200]


def test_usage_is_read_from_it_and_unknown_when_it_is_down(redis: RedisServer) -> None:
    plan = Plan(name="small", requests_per_minute=3, api=True, custom_domains=False)

    async def story() -> None:
        limiter = RateLimiter(redis_url=redis.url, on_fault=lambda: None)
        assert await limiter.usage(1, plan) == [Usage("minute", 3, 0, 0)]
        await limiter.hit(1, plan)
        (usage,) = await limiter.usage(1, plan) or []
        assert (usage.used, 0 < usage.resets_in_s <= 60) == (1, True)
        redis.kill()
        with structlog.testing.capture_logs() as logs:
            assert [await limiter.usage(1, plan) for _ in range(2)] == [None, None]
        assert [line["event"] for line in logs] == ["rate limits not read"]
        await limiter.close()

    asyncio.run(story())


class TestSilent:
    def test_one_that_does_not_answer_holds_nobody_up(self, redis: RedisServer) -> None:
        """A quarter of a second, once a second, whether it is silent from the start or after it was talked to."""
        faults: list[None] = []

        async def story() -> list[float]:
            limiter = RateLimiter(redis_url=redis.url, on_fault=lambda: faults.append(None))
            fresh = RateLimiter(redis_url=redis.url, on_fault=lambda: faults.append(None))
            plan = Plan(name="small", requests_per_minute=3, api=True, custom_domains=False)
            took_s = []
            try:
                assert "RateLimit" in (await limiter.hit(1, plan)).headers
                with redis.frozen():
                    for one in (limiter, fresh, limiter, fresh):
                        began_s = time.monotonic()
                        verdict = await asyncio.wait_for(one.hit(1, plan), 20)
                        took_s.append(time.monotonic() - began_s)
                        assert verdict == Verdict(None, {"RateLimit-Policy": '"minute";q=3;w=60'})
            finally:
                await limiter.close()
                await fresh.close()
            return took_s

        first, second, *paused = asyncio.run(story())
        assert 0.2 < first < 5
        assert 0.2 < second < 5
        assert max(paused) < 0.2
        assert len(faults) == 4
