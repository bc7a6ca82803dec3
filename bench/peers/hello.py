"""The ceiling: what uvicorn itself answers when an application does nothing. Run: uvicorn hello:app"""

from typing import Any

_START = {
    "type": "http.response.start",
    "status": 200,
    "headers": [(b"content-type", b"text/plain"), (b"content-length", b"13")],
}
_BODY = {"type": "http.response.body", "body": b"Hello, world!"}


async def app(scope: dict[str, Any], _receive: object, send: Any) -> None:
    if scope["type"] == "http":
        await send(_START)
        await send(_BODY)
