"""A delivery, and the guide's receivers that it comes to."""

import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from programs import SERVERS, Receiver, running
from signed import SignedRequest, secret_of

from kit.data import Data
from kit.databases import Databases
from kit.shop import Shop, least
from stampwell.features.events.model import Event
from stampwell.features.events.queries import list_after
from stampwell.features.stamps.publishing import publish
from stampwell.features.webhooks.bodies import body_of, message_id
from stampwell.features.webhooks.model import Webhook
from stampwell.features.webhooks.signing import signed_headers

SECRET = secret_of(b"receiver")

_WEBHOOK = Webhook(
    webhook_id=3,
    account_id=1,
    url="https://shop.example/stampwell",
    event_types=(),
    card_id=0,
    thin=False,
    personal=True,
    description="",
    active=True,
    secret=SECRET,
    old_secret=None,
    old_secret_until=None,
    last_success_at=None,
    failing_since=None,
    warned_at=None,
    created_at=0,
)


@pytest.fixture(scope="session")
def added(databases: Databases) -> Event:
    """Two marks on the stamp of a customer with a Korean name."""
    with databases.lent("sqlite") as url, closing(Shop(url)) as shop, Data(url) as data:
        stamp = shop.create(shop.alice, least(userNm="김하늘 ☕")).result
        assert shop.put("/api/stamp/v1/add", shop.alice, stampIdx=stamp, count=2).result is None
        while data.write(publish, limit=100):
            pass
        events = data.read(list_after, shop.alice.account_id, after=0, since=0, kind="stamp.added", limit=10)
        return events[0]


@pytest.fixture
def delivery(added: Event) -> SignedRequest:
    """As a server signs it now."""
    body = body_of(added, _WEBHOOK)
    headers = signed_headers(message_id(added, _WEBHOOK), body, signing=(SECRET,), now_us=time.time_ns() // 1000)
    return SignedRequest(SECRET, headers, body)


@pytest.fixture(scope="module", params=SERVERS)
def receiver(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """Each of the guide's servers, which knows SECRET."""
    with running(SERVERS[request.param], tmp_path_factory.mktemp("receiver"), secret=SECRET) as started:
        yield started
