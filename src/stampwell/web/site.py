"""All addresses of a server: the JSON API's, and on Starlette everything else, such as pages and their documentation."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stampwell.core.errors import AppError
from stampwell.core.headers import by_name, request_id_of
from stampwell.core.phrases import Language
from stampwell.http import envelope
from stampwell.http.dispatch import Dispatcher
from stampwell.http.errors import InternalError, MethodNotAllowed
from stampwell.http.heads import as_get

_ONE_YEAR = "max-age=31536000"


def make_site(
    routes: Sequence[Route],
    *,
    api: Dispatcher[Any],
    nothing: ASGIApp,
    languages: Callable[[bytes | None], Language],
    lifespan: Callable[[Any], AbstractAsyncContextManager[None]],
    own_hosts: AbstractSet[str] = frozenset(),
    on_page: Callable[[Scope, Mapping[bytes, bytes]], None] = lambda _scope, _headers: None,
) -> ASGIApp:
    """Serves the API's paths through `api`, these routes through Starlette, and every other path by `nothing`.

    A HEAD is a GET to all of them. own_hosts: those of the instance itself, which browsers are told to reach by https alone.
    on_page: is called with every request that is not the API's, with its headers.
    """

    async def wrong_method(request: Request, _error: Exception) -> Response:
        # A page and the form on it are two routes of one path.
        paths = {route.path for route in routes if route.endpoint is request.scope["endpoint"]}
        allowed = {method for route in routes if route.path in paths for method in route.methods or ()}
        refusal = MethodNotAllowed(path=request.url.path, method=request.method, allowed=allowed)
        return _render(refusal, _language_of(request, languages))

    async def fault(request: Request, _error: Exception) -> Response:
        return _render(InternalError(request_id=request.scope["request_id"]), _language_of(request, languages))

    handlers = {405: wrong_method, 500: fault}
    site = Starlette(routes=list(routes), lifespan=lifespan, exception_handlers=handlers)
    site.router.default, site.router.redirect_slashes = nothing, False

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await site(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope, send = as_get(scope, send)
        if api.serves(scope["path"]):
            await api(scope, receive, send)
        else:
            asked = by_name(scope["headers"])
            on_page(scope, asked)
            scope["request_id"] = request_id_of(asked)
            stays_secure = scope["scheme"] == "https" and _stays_secure(scope["path"], asked.get(b"host", b""), own_hosts)

            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    headers = MutableHeaders(scope=message)
                    headers["X-Request-Id"] = scope["request_id"]
                    headers.setdefault("X-Content-Type-Options", "nosniff")
                    if stays_secure:
                        headers["Strict-Transport-Security"] = _ONE_YEAR
                await send(message)

            await site(scope, receive, send_with_headers)

    return serve


def _stays_secure(path: str, host: bytes, own_hosts: AbstractSet[str]) -> bool:
    """Whether a browser that came by https is to come by nothing else for a year.

    To the dashboard always. A shop's own domain is the shop's: it may lead elsewhere tomorrow, and what was said there stays.
    """
    if path == "/dashboard" or path.startswith("/dashboard/"):
        return True
    return host.decode("latin-1").lower().removesuffix(":443") in own_hosts


def _language_of(request: Request, languages: Callable[[bytes | None], Language]) -> Language:
    return languages(", ".join(request.headers.getlist("accept-language")).encode("latin-1"))


def _render(error: AppError, language: Language) -> Response:
    headers = {**error.headers, "Content-Language": language.tag, "Cache-Control": "no-store"}
    return Response(envelope.failure(error, language.translate), error.status, headers, "application/json")
