"""One event of each type, as a running server tells it, with the numbers of the documentation."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from kit.hooks import Hooks, Reply, add_webhook
from kit.load import wait_for
from kit.people import Person, add_key
from kit.shop import Shop
from stampwell.core.units import HOUR_US
from stampwell.db.opening import open_database
from stampwell.features.events.model import EventType
from stampwell.workers.expiry import tell_ends

_NUMBERS = {"stampIdx": 122, "renewedStampIdx": 240, "mergedStampIdx": 135, "cardIdx": 123, "locationIdx": 1, "webhookIdx": 3}
_CODE, _FIRST, _KEY = "ZJLF0399WQBEQZJM", 8201, 7
_SALE = "A-1001"


class Told:
    """What a shop does so that every type is told; `events` are those of a type, in order."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._by = shop.open_account(name="Bean & Co", plan="enterprise")
        key, number = add_key(shop.data, self._by.account_id, scopes=["webhook:read"], now_us=shop.clock.now_us())
        self._reader = Person("", self._by.account_id, self._by.card_id, key, number)
        self.events: dict[str, list[Any]] = {}

    def do(self, method: str, path: str, **body: object) -> Any:
        """Ten seconds after what was done before."""
        self._shop.clock.advance(seconds=10)
        if method == "DELETE":
            return self._shop.request(method, path, by=self._by, query=body).result
        return self._shop.request(method, path, by=self._by, body=body).result

    def tell_ends(self, *, days: int) -> None:
        """After so many days."""
        self._shop.clock.advance(seconds=timedelta(days=days).total_seconds())

        async def work() -> None:
            db = open_database(self._shop.data.url, connections=2)
            await db.start()
            try:
                await tell_ends(db, clock=self._shop.clock)
            finally:
                await db.close()

        asyncio.run(work())

    def read(self) -> None:
        page = self._shop.get("/api/webhook/v1/events", self._reader, limit=100).result
        assert page["nextCursor"] is None
        self.events = {}
        for event in page["list"]:
            self.events.setdefault(event["type"], []).append(event)

    def live(self) -> None:
        """A card, its stamps, and webhooks in trouble."""
        place = self.do("POST", "/api/location/v1/create", locationNm="Main Street")
        looks = {"cardNm": "Ten coffees", "cardTtl": "Ten coffees, one free", "maxStamps": 10, "rewardTtl": "A coffee"}
        card = self.do("POST", "/api/card/v1/create", rewards=[{"stamps": 5, "rewardTtl": "a cookie"}], **looks)
        days = {"cardIdx": card, "strtYmd": "2026-01-01", "endYmd": "2026-03-10"}
        self.tell_ends(days=0)
        stamp = self.do("POST", "/api/stamp/v1/create", **days, userId="att78z")
        self.do("PUT", "/api/stamp/v1/add", stampIdx=stamp, count=3)
        self.do("PUT", "/api/stamp/v1/remove", stampIdx=stamp)
        self.do("PUT", "/api/stamp/v1/add", stampIdx=stamp, count=3, orderRef=_SALE, locationIdx=place)
        self.do("PUT", "/api/stamp/v1/redeem", stampIdx=stamp, reward=5)
        self.do("PUT", "/api/stamp/v1/add", stampIdx=stamp, count=5, locationIdx=place, orderRef="A-1002")
        self.do("PUT", "/api/stamp/v1/redeem", stampIdx=stamp, orderRef="A-1003", locationIdx=place)
        self.do("PUT", "/api/stamp/v1/reverse", orderRef="A-1003")
        self.do("PUT", "/api/stamp/v1/reverse", orderRef="A-1002")
        self.do("PUT", "/api/stamp/v1/update", stampIdx=stamp, activeYn="N", memo="lost her phone")
        self.do("PUT", "/api/stamp/v1/update", stampIdx=stamp, activeYn="Y")
        self.tell_ends(days=1)
        self.tell_ends(days=8)
        again = self.do("POST", "/api/stamp/v1/create", **{**days, "endYmd": "2026-12-31"})
        self.do("PUT", "/api/stamp/v1/update", stampIdx=stamp, endYmd="2026-12-31")
        self.do("PUT", "/api/stamp/v1/merge", fromStampIdx=stamp, intoStampIdx=again)
        self.do("DELETE", "/api/stamp/v1/delete", stampIdx=again)
        # What a stamp shows of its card is the card's when the event is made.
        wait_for(lambda: self._shop.data.count("outbox") == 0)
        self.do("PUT", "/api/card/v1/update", cardIdx=card, cardNm="Twelve coffees")
        self._trouble()

    def _trouble(self) -> None:
        failing_since = self._shop.clock.now_us() - 37 * HOUR_US
        self._is_told("webhook.failing", Reply(503), failing_since=failing_since)
        self._is_told("webhook.disabled", Reply(410))

    def _is_told(self, kind: str, reply: Reply, **fields: Any) -> None:
        """Of a webhook whose receiver answers like that."""
        with Hooks(lambda _: reply) as hooks:
            webhook = add_webhook(self._shop, hooks.url, by=self._by, event_types=("webhook.test",), **fields)
            self.do("POST", "/api/webhook/v1/test", webhookIdx=webhook.webhook_id)

            def is_told() -> bool:
                self.read()
                return kind in self.events

            wait_for(is_told, seconds=20)


def samples(shop: Shop) -> dict[str, Any]:
    """One event of each type, by type in the order of the code. The shop may reach loopback, and has a fresh clock."""
    told = Told(shop)
    told.live()
    codes = {event["data"]["stamp"]["code"] for events in told.events.values() for event in events if "stamp" in event["data"]}
    return {kind: _with_numbers(_telling(told.events[kind]), codes) for kind in EventType if kind in told.events}


def _telling(events: list[Any]) -> Any:
    """The one of them that says most."""
    return max(events, key=lambda event: sum(value is not None for value in _values(event)))


def _values(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _values(part)
    else:
        yield value


def _with_numbers(event: Any, codes: set[str]) -> Any:
    """As in the documentation, whatever the database has given: they count on from those of other tests."""
    if isinstance(event, list):
        return [_with_numbers(part, codes) for part in event]
    if isinstance(event, dict):
        return {name: _number(name, _with_numbers(value, codes)) for name, value in event.items()}
    for code in codes:
        event = event.replace(code, _CODE) if isinstance(event, str) else event
    return event


def _number(name: str, value: Any) -> Any:
    if value is None:
        return None
    numbers = {**_NUMBERS, "eventIdx": _FIRST, "idx": _KEY}
    return numbers.get(name, value)
