"""A card that is open learns of what happens to it: by events, or by asking."""

import socket
import time
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from kit import stamps
from kit.events import events
from kit.load import wait_for
from kit.shop import Shop
from kit.stamps import code_of
from stampwell.stamp_page.live_updates import MOST, Watchers


@pytest.fixture
def number(own_shop: Shop) -> int:
    return stamps.issue(own_shop, stamps.make_card(own_shop, maxStamps=5))


@pytest.fixture
def path(own_shop: Shop, number: int) -> str:
    code = own_shop.get("/api/stamp/v1/get", own_shop.alice, stampIdx=number).result["code"]
    return f"/stamp/{code}"


def version(shop: Shop, path: str) -> str:
    return str(shop.request("GET", f"{path}/version").json["version"])


def _streams(shop: Shop, path: str) -> int:
    with events(shop.server.base, f"{path}/events") as stream:
        return stream.status


class TestVersion:
    def test_the_page_says_which_version_it_shows(self, own_shop: Shop, path: str) -> None:
        assert f'data-version="{version(own_shop, path)}"' in own_shop.stranger().get(path).html

    def test_a_mark_makes_another(self, own_shop: Shop, path: str, number: int) -> None:
        before = version(own_shop, path)
        assert version(own_shop, path) == before
        stamps.do(own_shop, "add", number)
        assert version(own_shop, path) != before

    def test_the_end_of_the_last_day_makes_another(self, own_shop: Shop, path: str, number: int) -> None:
        stamps.do(own_shop, "update", number, endYmd="2026-03-02")
        before = version(own_shop, path)
        own_shop.clock.set(datetime(2026, 3, 3, 12, tzinfo=UTC))
        assert version(own_shop, path) != before


class TestEvents:
    def test_a_mark_is_told_within_two_seconds(self, own_shop: Shop, path: str, number: int) -> None:
        with events(own_shop.server.base, f"{path}/events?seen={version(own_shop, path)}") as stream:
            assert stream.headers["Content-Type"].startswith("text/event-stream")
            began = time.monotonic()
            stamps.do(own_shop, "add", number)
            event = stream.next()
            assert time.monotonic() - began < 2
        assert event.name == "version"
        assert event.data == event.id == version(own_shop, path)

    def test_whoever_comes_back_is_told_what_was_missed(self, own_shop: Shop, path: str, number: int) -> None:
        before = version(own_shop, path)
        stamps.do(own_shop, "add", number)
        with events(own_shop.server.base, f"{path}/events", headers={"Last-Event-ID": before}) as stream:
            assert stream.next().data == version(own_shop, path)

    def test_who_has_seen_the_newest_is_told_nothing(self, own_shop: Shop, path: str) -> None:
        seen = version(own_shop, path)
        with (
            events(own_shop.server.base, f"{path}/events?seen={seen}", patience_s=1.5) as stream,
            pytest.raises(TimeoutError),
        ):
            stream.next()

    def test_a_deleted_stamp_is_told_of(self, own_shop: Shop, path: str, number: int) -> None:
        with events(own_shop.server.base, f"{path}/events?seen={version(own_shop, path)}") as stream:
            stamps.do(own_shop, "delete", number)
            assert stream.next().data == "gone"

    def test_a_merge_is_told_and_the_stream_leads_on(self, own_shop: Shop, path: str, number: int) -> None:
        shown = own_shop.get("/api/stamp/v1/get", own_shop.alice, stampIdx=number).result
        other = stamps.issue(own_shop, shown["cardIdx"])
        before = version(own_shop, path)
        with events(own_shop.server.base, f"{path}/events?seen={before}") as stream:
            stamps.merge(own_shop, number, other)
            assert stream.next().data != before
        # Whoever listens anew is sent to the stream of the other.
        with events(own_shop.server.base, f"{path}/events") as stream:
            assert stream.status == 303
            assert stream.headers["Location"] == f"/stamp/{code_of(own_shop, other)}/events"

    @pytest.mark.parametrize("what", ["reward", "returned", "reversed", "carried"])
    def test_so_is_all_that_becomes_of_rewards_and_marks(self, own_shop: Shop, what: str) -> None:
        rewards = [{"stamps": 1, "rewardTtl": "tea"}]
        number = stamps.issue(own_shop, stamps.make_card(own_shop, maxStamps=3, carryYn="Y", rewards=rewards))
        stamps.do(own_shop, "add", number, count=3, orderRef="added")
        if what == "returned":
            stamps.do(own_shop, "redeem", number, orderRef="handed out")
        path = f"/stamp/{code_of(own_shop, number)}"
        # The page as it is cached by now.
        pages = [own_shop.stranger().get(path).html]
        before = version(own_shop, path)
        with events(own_shop.server.base, f"{path}/events?seen={before}") as stream:
            match what:
                case "reward":
                    stamps.do(own_shop, "redeem", number, reward=1)
                case "carried":
                    stamps.do(own_shop, "add", number)
                case _:
                    sale = "handed out" if what == "returned" else "added"
                    assert own_shop.put("/api/stamp/v1/reverse", own_shop.alice, orderRef=sale).status == 200
            assert stream.next().data == version(own_shop, path) != before
        pages.append(own_shop.stranger().get(path).html)
        assert f'data-version="{version(own_shop, path)}"' in pages[1]
        said = {
            "reward": "tea, redeemed",
            "returned": "Ready: tea",
            "reversed": "0 of 3 stamps",
            "carried": "Open your next card",
        }
        assert [said[what] in page for page in pages] == [False, True]

    def test_one_stamp_has_twenty_streams_and_asks_instead_for_more(self, own_shop: Shop, path: str) -> None:
        seen = version(own_shop, path)
        opened = [events(own_shop.server.base, f"{path}/events?seen={seen}") for _ in range(21)]
        statuses = [stream.__enter__().status for stream in opened]
        for stream in opened:
            stream.__exit__(None, None, None)
        assert statuses == [200] * 20 + [503]

    @pytest.mark.one_database
    def test_nor_more_than_twenty_of_those_that_are_asked_for_at_once(self, own_shop: Shop, path: str) -> None:
        asked = f"GET {path}/events HTTP/1.1\r\nHost: 127.0.0.1:{own_shop.server.port}\r\n\r\n".encode()
        with ExitStack() as opened:
            address = ("127.0.0.1", own_shop.server.port)
            clients = [opened.enter_context(socket.create_connection(address, timeout=10)) for _ in range(100)]
            for client in clients:
                client.sendall(asked)
            statuses = [client.recv(12)[-3:] for client in clients]
        assert (statuses.count(b"200"), statuses.count(b"503")) == (20, 80)
        # Whoever left has given the place back.
        wait_for(lambda: _streams(own_shop, path) == 200)

    @pytest.mark.one_database
    def test_whoever_left_is_not_counted(self, own_shop: Shop) -> None:
        """A server has places for 5,000; one that only counted up would let nobody look after so many."""
        watchers = Watchers(own_shop.app.db, clock=own_shop.clock, default_domain="https://vvd.bz")
        for number in range(MOST + 1):
            watch = watchers.enter(str(number % 100), "version")
            assert watch is not None
            watchers.leave(watch)
        looking = [watchers.enter(str(number), "version") for number in range(MOST)]
        assert None not in looking
        assert watchers.enter("another", "version") is None
        for one in looking:
            assert one is not None
            watchers.leave(one)
        assert watchers.enter("another", "version") is not None

    def test_a_stamp_of_nobody_has_no_events(self, own_shop: Shop) -> None:
        assert own_shop.request("GET", "/stamp/0000000000000000/events").status == 404
        assert own_shop.request("GET", "/stamp/0000000000000000/version").status == 404
