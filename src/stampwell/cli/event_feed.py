"""The events of a running server, asked for by its list of events."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from http import HTTPStatus
from itertools import takewhile
from typing import Any, NamedTuple
from urllib.parse import urlencode

from stampwell.core.units import LARGEST_INTEGER
from stampwell.outbound.client import Answer, OutboundClient
from stampwell.outbound.no_answer import NoAnswer

EventObject = dict[str, Any]
"""An event as the API answers it: `type`, `timestamp`, `data`."""

NEWEST = "9999"
"""For `position_before`: later than any event."""

_PATH = "/api/webhook/v1/events"
_PAGE = 100
# A page of events with everything that they may hold.
_LONGEST = 8 * 1024 * 1024
_IDLE_S = 2.0
_FIRST_WAIT_S, _LONGEST_WAIT_S = 1.0, 30.0
_LIMITED_WAIT_S = 10.0
_FIRST_STEP = 128


class FeedEnded(Exception):
    """Why asking again would not help, in a sentence. code: the API's, or None."""

    def __init__(self, message: str, *, code: int | None = None) -> None:
        super().__init__(message)
        self.code = code


class FeedPage(NamedTuple):
    """Events, oldest first, and whether there are more behind them."""

    events: list[EventObject]
    has_more: bool


class _Later(NamedTuple):
    """Why nothing came, in a sentence, and after how many seconds to ask again; None: that is not known."""

    why: str
    wait_s: float | None


class EventFeed:
    """Asks the server at `origin`, as long as it takes: one that is away is asked again.

    kind: a type of events, or blank for all. note: is told in a sentence what goes wrong, and that it is over.
    """

    def __init__(
        self,
        client: OutboundClient,
        origin: str,
        *,
        key: str,
        kind: str = "",
        note: Callable[[str], None],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._client = client
        self._origin = origin
        self._headers = {"Authorization": f"APIKey {key}", "Accept": "application/json", "Accept-Language": "en"}
        self._kind = kind
        self._note = note
        self._sleep = sleep

    async def events(self, after: int) -> AsyncIterator[EventObject]:
        """Every event with a higher number, oldest first, and then what happens; never ends. Raises FeedEnded."""
        while True:
            page = await self._ask(after)
            for event in page.events:
                after = number_of(event)
                yield event
            if not page.has_more:
                await self._sleep(_IDLE_S)

    async def position_before(self, since: str) -> int:
        """The number of the last event before that instant, written as `timestamp` is; 0 for none. Raises FeedEnded.

        The list has no end to begin at, so that its end is looked for: ever further on, and then by halves.
        """
        low, high, step = 0, LARGEST_INTEGER, _FIRST_STEP
        after = low
        while True:
            page = await self._ask(after)
            earlier = list(takewhile(lambda event: event["timestamp"] < since, page.events))
            if earlier:
                low = number_of(earlier[-1])
                if len(earlier) < len(page.events) or not page.has_more:
                    return low
            elif after == low:
                return low
            else:
                high = after
            # What happens meanwhile may lie beyond.
            high = high if high > low else LARGEST_INTEGER
            after = min(low + step, (low + high) // 2)
            step *= 4

    async def _ask(self, after: int) -> FeedPage:
        """Once the server answers."""
        wait_s, noted = _FIRST_WAIT_S, ""
        while True:
            found = await self._ask_once(after)
            if isinstance(found, FeedPage):
                if noted:
                    self._note("The server answers again.")
                return found
            if found.why != noted:
                self._note(f"{found.why} Trying again.")
                noted = found.why
            await self._sleep(found.wait_s or wait_s)
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)

    async def _ask_once(self, after: int) -> FeedPage | _Later:
        asked = {"after": after, "limit": _PAGE} | ({"type": self._kind} if self._kind else {})
        url = f"{self._origin}{_PATH}?{urlencode(asked)}"
        try:
            answer = await self._client.get(url, headers=self._headers, longest=_LONGEST)
        except NoAnswer as error:
            if error.kind == "certificate not valid":
                raise FeedEnded(str(error)) from None
            return _Later(str(error), None)
        return self._read(answer)

    def _read(self, answer: Answer) -> FeedPage | _Later:
        envelope = _envelope(answer.text)
        code = envelope.get("code")
        if code == 0 and (page := _page(envelope.get("result"))) is not None:
            return page
        # With STAMPWELL_ERROR_STATUS=200 the code alone says what it is.
        status = code // 100 if isinstance(code, int) and code else answer.status
        wait_s = _seconds(answer.headers.get("retry-after", ""))
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            wait_s = wait_s or _LIMITED_WAIT_S
            return _Later(f"The rate limit of the account's plan is used up for the next {wait_s:.0f} seconds.", wait_s)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return _Later(f"{self._origin} answers with status {status}.", wait_s)
        if code and isinstance(envelope.get("message"), str) and status != HTTPStatus.NOT_FOUND:
            raise FeedEnded(printable(envelope["message"]), code=code)
        if status in range(300, 400):
            where = printable(answer.headers.get("location", ""))
            raise FeedEnded(f"{self._origin} sends to another address, {where}: give its origin as --url.")
        raise FeedEnded(f"What answers at {self._origin} is not Stampwell, or is older than 0.3 and has no list of events.")


def number_of(event: EventObject) -> int:
    """Its eventIdx."""
    number: int = event["data"]["eventIdx"]
    return number


def printable(text: str) -> str:
    """The text on one line, without what a terminal takes for a command."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _envelope(text: str) -> dict[str, Any]:
    with suppress(ValueError):
        found = json.loads(text)
        if isinstance(found, dict):
            return found
    return {}


def _page(result: object) -> FeedPage | None:
    """None for what is no page of events."""
    with suppress(KeyError, TypeError):
        page: Any = result
        events: list[EventObject] = page["list"]
        if all(isinstance(number_of(event), int) and isinstance(event["timestamp"], str) for event in events):
            return FeedPage(events, page["nextCursor"] is not None)
    return None


def _seconds(header: str) -> float | None:
    return float(header[:6]) if header.isascii() and header.isdigit() else None
