"""One request of the API straight over ASGI, as servers other than ours may put it."""

import asyncio
from typing import Any

import pytest

from stampwell.core.phrases import Language, english
from stampwell.http.exchange import ClientGone, Exchange


def body_of(*messages: dict[str, Any]) -> bytes:
    """What is read of a JSON body that arrives in these messages."""
    waiting = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(waiting)

    async def send(_message: object) -> None:
        raise AssertionError("nothing is answered yet")

    scope = {
        "method": "POST",
        "path": "/api/stamp/v1/create",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    exchange: Any = Exchange(scope, receive, send, languages=lambda _accepted: Language("en", english))  # type: ignore[arg-type]
    return asyncio.run(exchange.read_json_body())


def test_a_message_that_does_not_say_whether_more_follows_is_the_last() -> None:
    assert body_of({"type": "http.request", "body": b"{}"}) == b"{}"


def test_parts_are_put_together() -> None:
    parts = [
        {"type": "http.request", "body": b"{", "more_body": True},
        {"type": "http.request", "body": b"}", "more_body": False},
    ]
    assert body_of(*parts) == b"{}"


def test_a_client_that_hangs_up_in_between() -> None:
    with pytest.raises(ClientGone):
        body_of({"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"})
