"""Events as the client reads them, and which were handled before."""

import json
import re
import threading
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from stampwell.features.events.model import EventType
from stampwell_client.webhooks import EventActor, SeenEvents, WebhookEvent, read_event

_GUIDE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text("utf-8")
FULL, THIN, OF_A_CARD = (json.loads(text) for text in re.findall(r"^```json\n(.*?)^```$", _GUIDE, re.MULTILINE | re.DOTALL))


def event(webhook_id: str | None = "evt_1_1") -> WebhookEvent:
    return read_event(OF_A_CARD, webhook_id=webhook_id)


class TestReading:
    def test_a_full_one(self) -> None:
        read, data = read_event(FULL, webhook_id="evt_8201_3"), FULL["data"]
        assert read.timestamp == datetime.fromisoformat(FULL["timestamp"])
        assert (read.webhookId, read.type) == ("evt_8201_3", "stamp.added")
        assert (read.eventIdx, read.sequence) == (data["eventIdx"], data["sequence"])
        assert (read.actionType, read.actor) == ("ADD", EventActor(data["actor"]["type"], data["actor"]["idx"]))
        assert (read.count, read.before, read.after) == (data["count"], data["before"], data["after"])
        assert (read.orderRef, read.locationIdx) == (data["orderRef"], data["locationIdx"])
        assert (read.stampIdx, read.cardIdx, read.url) == (data["stamp"]["stampIdx"], data["stamp"]["cardIdx"], None)
        assert read.stamp is not None
        assert (read.stamp.stamps, read.stamp.userId, read.stamp.memo) == (data["stamp"]["stamps"], None, None)
        titles = [reward["rewardTtl"] for reward in data["stamp"]["rewards"]]
        assert titles
        assert [reward.rewardTtl for reward in read.stamp.rewards] == titles
        assert read.data == data

    def test_with_the_customer(self) -> None:
        stamp = {**FULL["data"]["stamp"], "userNm": "Brown Smith", "memo": "likes tea"}
        read = read_event({**FULL, "data": {**FULL["data"], "stamp": stamp}})
        assert read.stamp is not None
        assert (read.stamp.userNm, read.stamp.memo, read.webhookId) == ("Brown Smith", "likes tea", None)

    def test_a_thin_one(self) -> None:
        read = read_event(THIN)
        assert (read.stampIdx, read.cardIdx, read.url, read.stamp) == (122, 123, "/api/stamp/v1/get?stampIdx=122", None)
        assert (read.actor, read.count) == (None, None)

    def test_of_no_stamp(self) -> None:
        read = read_event(OF_A_CARD)
        assert (read.cardIdx, read.stampIdx, read.sequence, read.stamp) == (123, None, None, None)

    @pytest.mark.parametrize("members", [{"webhookIdx": 3}, {"userId": "att78z"}])
    def test_what_it_is_of(self, members: dict[str, Any]) -> None:
        read = read_event({**OF_A_CARD, "type": "later.added", "data": {"eventIdx": 1, **members, "new": [1]}})
        (name,) = members
        assert getattr(read, name) == members[name]
        assert read.data["new"] == [1]


def test_the_guide_names_every_type() -> None:
    assert {kind for kind in EventType if f"`{kind}`" not in _GUIDE} == set()


class TestSeen:
    def test_the_second_time(self) -> None:
        seen = SeenEvents()
        news = []
        for name in ("a", "b", "a"):
            with seen.once(event(name)) as is_new:
                news.append(is_new)
        assert news == [True, True, False]

    def test_what_failed_is_new_again(self) -> None:
        seen = SeenEvents()
        news = []

        def fail() -> None:
            with seen.once(event()) as is_new:
                news.append(is_new)
                raise ZeroDivisionError

        for _ in range(2):
            with pytest.raises(ZeroDivisionError):
                fail()
        with seen.once(event()) as is_new:
            assert [*news, is_new] == [True, True, True]

    def test_the_oldest_are_forgotten(self) -> None:
        seen = SeenEvents(keep=2)
        news = []
        for name in ("a", "b", "c", "c", "b", "a"):
            with seen.once(event(name)) as is_new:
                news.append(is_new)
        assert news == [True, True, True, False, False, True]

    @pytest.mark.parametrize("fails", [False, True])
    def test_another_thread_waits_for_the_first(self, *, fails: bool) -> None:
        seen = SeenEvents()
        entered, found = threading.Event(), []

        def second() -> None:
            entered.set()
            with seen.once(event()) as is_new:
                found.append(is_new)

        thread = threading.Thread(target=second)
        try:
            with seen.once(event()) as is_new:
                assert is_new
                thread.start()
                assert entered.wait(10)
                thread.join(0.05)
                assert found == []
                if fails:
                    raise ZeroDivisionError
        except ZeroDivisionError:
            assert fails
        thread.join(10)
        assert found == [fails]

    def test_an_event_of_a_list(self) -> None:
        with pytest.raises(ValueError, match="Remember the highest eventIdx instead"), SeenEvents().once(event(None)):
            pass
