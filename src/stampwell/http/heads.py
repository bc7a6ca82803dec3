"""HEAD: answered as a GET, up to the body."""

from starlette.types import Message, Scope, Send

_IS_HEAD = "stampwell.is_head"


def as_get(scope: Scope, send: Send) -> tuple[Scope, Send]:
    """The request as a GET, of whose answer the client is sent the headers alone."""

    async def send_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b""})

    return {**scope, "method": "GET", _IS_HEAD: True}, send_headers


def is_head(scope: Scope) -> bool:
    """Whether nobody will see the body of the answer: for what would begin something long to make it."""
    return _IS_HEAD in scope
