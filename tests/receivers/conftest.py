"""A delivery, and the guide's receivers that it comes to."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from programs import SERVERS, Receiver, running
from signed import SignedRequest, secret_of

from kit.databases import Databases
from kit.hooks import ALLOW, Hooks, add_webhook
from kit.shop import Shop, least

SECRET = secret_of(b"receiver")

# Receivers take nothing that is older than five minutes, and the tests of a slow machine may take longer.
_FRESH = timedelta(minutes=2)


class Deliverer:
    """A server that delivers to the test. `recent()`: what it sent in the last minutes."""

    def __init__(self, shop: Shop, hooks: Hooks) -> None:
        self._shop = shop
        self._hooks = hooks
        self._sent_at = datetime.min.replace(tzinfo=UTC)

    def recent(self) -> SignedRequest:
        now = datetime.now(UTC)
        if now - self._sent_at > _FRESH:
            self._sent_at = now
            self._add(now)
        received = self._hooks.received[-1]
        return SignedRequest(SECRET, received.headers, received.body)

    def _add(self, now: datetime) -> None:
        """Two marks on the stamp of a customer with a Korean name."""
        self._shop.clock.set(now)
        days = {"strtYmd": f"{now - timedelta(days=2):%Y-%m-%d}", "endYmd": f"{now + timedelta(days=2):%Y-%m-%d}"}
        count = len(self._hooks.received)
        stamp = self._shop.create(self._shop.alice, least(userNm="김하늘 ☕", **days)).result
        assert self._shop.put("/api/stamp/v1/add", self._shop.alice, stampIdx=stamp, count=2).result is None
        self._hooks.until(count + 1)


@pytest.fixture(scope="session")
def deliverer(databases: Databases) -> Iterator[Deliverer]:
    with databases.lent("sqlite") as url, closing(Shop(url, webhook_allow=ALLOW)) as shop, Hooks() as hooks:
        add_webhook(shop, hooks.url, secret=SECRET, personal=True, event_types=("stamp.added",))
        yield Deliverer(shop, hooks)


@pytest.fixture
def delivery(deliverer: Deliverer) -> SignedRequest:
    """As a server sent it over a socket."""
    return deliverer.recent()


@pytest.fixture(scope="module", params=SERVERS)
def receiver(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """Each of the guide's servers, which knows SECRET."""
    with running(SERVERS[request.param], tmp_path_factory.mktemp("receiver"), secret=SECRET) as started:
        yield started
