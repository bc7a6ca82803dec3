"""What `stampwell listen` makes of answers, and how it finds where to begin."""

import asyncio
import json
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from stampwell.cli.event_feed import NEWEST, EventFeed, EventObject, FeedEnded, number_of
from stampwell.cli.event_lines import line_of
from stampwell.core.days import to_rfc3339
from stampwell.core.phrases import phrase
from stampwell.outbound.client import Answer, OutboundClient
from stampwell.outbound.no_answer import NoAnswer
from stampwell.outbound.reach import Reach

START_US = 1_764_000_000_000_000


def an_event(number: int, **data: object) -> EventObject:
    """One a microsecond."""
    return {"type": "card.updated", "timestamp": to_rfc3339(START_US + number), "data": {"eventIdx": number, **data}}


def at(number: int) -> str:
    timestamp: str = an_event(number)["timestamp"]
    return timestamp


class Asked(OutboundClient):
    """Answers out of a list of events, or first with what it is given. `waits` are the seconds that were waited."""

    def __init__(self, numbers: list[int], *, first: list[Answer | NoAnswer] | None = None) -> None:
        super().__init__(Reach())
        self.numbers = numbers
        self.first = list(first or [])
        self.asked: list[int] = []
        self.notes: list[str] = []
        self.waits: list[float] = []

    async def get(self, url: str, **_: Any) -> Answer:
        query = parse_qs(urlsplit(url).query)
        after, limit = int(query["after"][0]), int(query["limit"][0])
        self.asked.append(after)
        if self.first:
            answer = self.first.pop(0)
            if isinstance(answer, NoAnswer):
                raise answer
            return answer
        rest = [number for number in self.numbers if number > after]
        here = rest[:limit]
        page = {"list": [an_event(number) for number in here], "nextCursor": here[-1] if len(rest) > limit else None}
        return saying({"code": 0, "message": "", "result": page})

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        await asyncio.sleep(0)

    def feed(self) -> EventFeed:
        return EventFeed(self, "https://stamps.example", key="sk", note=self.notes.append, sleep=self._sleep)

    def take(self, count: int, *, after: int = 0) -> list[int]:
        """Numbers of the first events."""

        async def some() -> list[int]:
            found: list[int] = []
            async for event in self.feed().events(after):
                found.append(number_of(event))
                if len(found) == count:
                    break
            return found

        return asyncio.run(some())

    def position(self, since: str = NEWEST) -> int:
        return asyncio.run(self.feed().position_before(since))


def saying(value: object, *, status: int = 200, **headers: str) -> Answer:
    text = value if isinstance(value, str) else json.dumps(value)
    return Answer(status, text, {name.replace("_", "-"): header for name, header in headers.items()})


def refusal(code: int, **headers: str) -> Answer:
    return saying({"code": code, "message": "No.\x1b[2J", "result": None}, status=code // 100, **headers)


class TestWhereToBegin:
    @pytest.mark.parametrize(
        "numbers",
        [
            [],
            [1],
            [7],
            list(range(1, 101)),
            list(range(1, 102)),
            list(range(5_000, 9_000)),
            list(range(1, 2_000_000, 1_009)),
            [*range(1, 300), *range(9_000_000_000, 9_000_000_300)],
            [2**53 - 1],
        ],
        ids=len,
    )
    def test_behind_the_newest(self, numbers: list[int]) -> None:
        client = Asked(numbers)
        assert client.position() == max(numbers, default=0)
        assert len(client.asked) < 80

    def test_of_a_month_of_a_busy_shop(self) -> None:
        client = Asked(list(range(4_000_000, 4_300_000)))
        assert client.position() == 4_299_999
        assert len(client.asked) < 40

    @pytest.mark.parametrize("first", [1, 2, 57, 101, 102, 2_500, 4_999, 5_000])
    def test_before_an_instant(self, first: int) -> None:
        assert Asked(list(range(1, 5_001))).position(at(first)) == first - 1

    def test_before_one_that_is_still_to_come_or_long_gone(self) -> None:
        client = Asked(list(range(800, 5_001)))
        assert (client.position(at(9_999)), client.position(at(1))) == (5_000, 0)

    def test_what_happens_meanwhile_is_behind_it(self) -> None:
        client = Asked(list(range(1, 1_000)))

        async def get(url: str, **_: Any) -> Answer:
            client.numbers.extend(range(client.numbers[-1] + 1, client.numbers[-1] + 60))
            return await Asked.get(client, url)

        client.get = get  # type: ignore[method-assign]
        assert client.position() in range(1_000, client.numbers[-1] + 1)


class TestGoingOn:
    def test_pages_follow_each_other_at_once_and_then_it_waits(self) -> None:
        client = Asked(list(range(1, 251)))
        assert client.take(250) == list(range(1, 251))
        assert (client.asked, client.waits) == ([0, 100, 200], [])
        client.numbers = [7]
        assert client.take(1, after=6) == [7]
        assert Asked([7], first=[saying({"code": 0, "result": {"list": [], "nextCursor": None}})]).take(1) == [7]

    @pytest.mark.parametrize("status", [429, 200])
    def test_a_rate_limit_is_waited_for(self, status: int) -> None:
        limited = refusal(42901, retry_after="17")._replace(status=status)
        client = Asked([1], first=[limited])
        assert client.take(1) == [1]
        assert client.waits == [17.0]
        assert client.notes == [
            "The rate limit of the account's plan is used up for the next 17 seconds. Trying again.",
            "The server answers again.",
        ]

    def test_a_server_that_is_away_is_asked_less_and_less_often(self) -> None:
        away = NoAnswer("not reachable", phrase("It could not be reached."))
        client = Asked([1], first=[away] * 7)
        assert client.take(1) == [1]
        assert client.waits == [1, 2, 4, 8, 16, 30, 30]
        assert client.notes == ["It could not be reached. Trying again.", "The server answers again."]

    def test_a_proxy_whose_server_is_away(self) -> None:
        client = Asked([1], first=[saying("<h1>Bad Gateway</h1>", status=502), refusal(50301, retry_after="3"), refusal(50001)])
        assert client.take(1) == [1]
        assert client.waits == [1, 3, 4]
        assert client.notes[0] == "https://stamps.example answers with status 502. Trying again."


class TestTheEnd:
    @pytest.mark.parametrize("code", [40101, 40302, 40303, 40002])
    def test_what_asking_again_would_not_change(self, code: int) -> None:
        client = Asked([1], first=[refusal(code)])
        with pytest.raises(FeedEnded, match="No") as raised:
            client.take(1)
        assert str(raised.value) == "No.\N{REPLACEMENT CHARACTER}[2J"
        assert raised.value.code == code

    @pytest.mark.parametrize(
        "answer",
        [
            saying("<h1>Welcome to nginx</h1>"),
            saying("[]"),
            saying({"code": 0, "result": None}),
            saying({"code": 0, "result": {"list": [{"type": "x"}], "nextCursor": None}}),
            saying({"code": "0", "result": {"list": []}}),
            saying("Not found", status=404),
            refusal(40401),
        ],
        ids=lambda answer: answer.text[:30],
    )
    def test_what_is_no_stampwell(self, answer: Answer) -> None:
        with pytest.raises(FeedEnded, match="is not Stampwell, or is older than"):
            Asked([], first=[answer]).take(1)

    def test_a_redirect(self) -> None:
        with pytest.raises(FeedEnded, match=r"sends to another address, https://other\.example/: give its origin as --url"):
            Asked([], first=[saying("", status=HTTPStatus.MOVED_PERMANENTLY, location="https://other.example/")]).take(1)

    def test_a_certificate_that_is_not_valid(self) -> None:
        error = NoAnswer("certificate not valid", phrase("The certificate is not valid."))
        with pytest.raises(FeedEnded, match="The certificate is not valid"):
            Asked([], first=[error]).take(1)


class TestLines:
    def test_what_a_terminal_would_obey_is_shown_as_a_mark(self) -> None:
        hostile = an_event(1, orderRef="\x1b[2J", before=1, after=2, actor={"type": "person\n", "idx": None})
        assert "\x1b" not in line_of({**hostile, "type": "x\x1b"}).plain
        assert "\n" not in line_of(hostile).plain

    def test_events_of_no_stamp(self) -> None:
        assert line_of(an_event(12, cardIdx=123)).plain.split()[2:] == ["12", "card.updated", "card", "123"]
        assert line_of(an_event(12, webhookIdx=9)).plain.split()[-2:] == ["webhook", "9"]
        assert line_of(an_event(12, stampIdx=9)).plain.split()[2:] == ["12", "card.updated"]
        assert line_of({**an_event(1), "timestamp": "soon"}).plain.startswith("soon")
