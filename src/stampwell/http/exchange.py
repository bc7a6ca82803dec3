"""One HTTP request and its answer, straight over ASGI."""

import random
import re
from collections.abc import Callable

from starlette.types import Receive, Scope, Send

from stampwell.core.phrases import Language, phrase
from stampwell.http.errors import BodyTooLarge, WrongContentType

MAX_BODY_BYTES = 1024 * 1024

_COMMON_HEADERS = [
    (b"content-type", b"application/json; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]

_SANE_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,128}")
_PLAIN_JSON = b"application/json"
# Split at the semicolons first: one expression for all of it could be made to backtrack for ever.
_JSON = re.compile(rb"application/json", re.IGNORECASE)
_PARAMETER = re.compile(rb"(charset[ \t]{0,8}=[ \t]{0,8}\"?utf-?8\"?)?", re.IGNORECASE)


class ClientGone(Exception):
    """The client hung up before its request was complete; nobody is left to answer."""


class Exchange:
    """`headers` by lower-case name as bytes; of a header sent twice, the last. `out_headers` grow until it is answered."""

    __slots__ = ("_receive", "_send", "headers", "is_read", "language", "method", "out_headers", "path", "query", "request_id")

    def __init__(self, scope: Scope, receive: Receive, send: Send, *, languages: Callable[[bytes | None], Language]) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.request_id: str = scope.get("request_id") or request_id_of(scope)
        self.is_read = False
        self.language = languages(self.headers.get(b"accept-language"))
        self.out_headers: list[tuple[bytes, bytes]] = [
            *_COMMON_HEADERS,
            (b"content-language", self.language.tag.encode()),
            (b"x-request-id", self.request_id.encode()),
        ]
        self._receive = receive
        self._send = send

    async def read_json_body(self) -> bytes:
        """The whole body. Raises WrongContentType, BodyTooLarge or ClientGone."""
        content_type = self.headers.get(b"content-type")
        if content_type is None:
            raise WrongContentType(problem=phrase("There is no Content-Type."))
        if content_type != _PLAIN_JSON and not _is_json(content_type):
            raise WrongContentType(problem=phrase("{sent} is not UTF-8 JSON.", sent=content_type.decode("latin-1")[:80]))
        if self.headers.get(b"content-encoding", b"identity").lower() != b"identity":
            raise WrongContentType(problem=phrase("Compressed bodies are not read."))
        return await self._read()

    async def read_no_body(self) -> bytes:
        """A body where none is expected: mostly empty. Raises BodyTooLarge or ClientGone."""
        if self.headers.get(b"content-length", b"0") == b"0" and b"transfer-encoding" not in self.headers:
            self.is_read = True
            return b""
        return await self._read()

    async def _read(self) -> bytes:
        declared = self.headers.get(b"content-length", b"").lstrip(b"0")
        # Compared by length first: a number of thousands of digits cannot be turned into one.
        if len(declared) > len(str(MAX_BODY_BYTES)) or int(declared or b"0") > MAX_BODY_BYTES:
            raise BodyTooLarge(limit_mib=MAX_BODY_BYTES >> 20)
        body: bytes = b""
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            body += message["body"]
            if len(body) > MAX_BODY_BYTES:
                raise BodyTooLarge(limit_mib=MAX_BODY_BYTES >> 20)
            if not message.get("more_body", False):
                self.is_read = True
                return body

    async def answer(self, status: int, body: bytes) -> None:
        """Sends it. To a HEAD, uvicorn sends the headers alone."""
        self.out_headers.append((b"content-length", str(len(body)).encode()))
        await self._send({"type": "http.response.start", "status": status, "headers": self.out_headers})
        await self._send({"type": "http.response.body", "body": body})


def _is_json(content_type: bytes) -> bool:
    kind, *parameters = (part.strip() for part in content_type.split(b";"))
    return _JSON.fullmatch(kind) is not None and all(_PARAMETER.fullmatch(parameter) for parameter in parameters)


def request_id_of(scope: Scope) -> str:
    """The id the client sent, if it sent a sane one, or a fresh one."""
    sent = dict(scope["headers"]).get(b"x-request-id")
    if sent is not None and _SANE_REQUEST_ID.fullmatch(sent):
        return str(sent, "ascii")
    # Random enough to tell requests apart; it guards nothing, and `secrets` would let go of the interpreter lock.
    return f"{random.getrandbits(96):024x}"
