"""One HTTP request and its answer, straight over ASGI."""

from collections.abc import Callable
from typing import Generic

from starlette.types import Receive, Scope, Send

from stampwell.core.headers import by_name, is_json, request_id_of
from stampwell.core.phrases import Language, phrase
from stampwell.http.context import PrincipalT
from stampwell.http.errors import BodyTooLarge, WrongContentType

MAX_BODY_BYTES = 1024 * 1024

_COMMON_HEADERS = [
    (b"content-type", b"application/json; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


class ClientGone(Exception):
    """The client hung up before its request was complete; nobody is left to answer."""


class Exchange(Generic[PrincipalT]):
    """`headers` are those of `core.headers`. `out_headers` grow until it is answered, `principal` is None until it is known,
    `code` is the envelope's. `method` is what the request is to be taken for.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send, *, languages: Callable[[bytes | None], Language]) -> None:
        self.method: str = scope["method"]
        self.path: str = scope["path"]
        self.query: bytes = scope["query_string"]
        self.client: str = (scope.get("client") or ("",))[0]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        if len(self.headers) < len(scope["headers"]):
            self.headers = by_name(scope["headers"])
        self.request_id: str = scope.get("request_id") or request_id_of(self.headers)
        self.is_read = False
        self.principal: PrincipalT | None = None
        self.code = 0
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
        if not is_json(content_type):
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
        """Sends it."""
        self.out_headers.append((b"content-length", str(len(body)).encode()))
        await self._send({"type": "http.response.start", "status": status, "headers": self.out_headers})
        await self._send({"type": "http.response.body", "body": body})
