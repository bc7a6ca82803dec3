"""Everything that is not the JSON API, on Starlette: health, documentation, and the pages to come."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from stampwell.core.errors import AppError
from stampwell.http import envelope
from stampwell.http.dispatch import Dispatcher
from stampwell.http.errors import InternalError, MethodNotAllowed
from stampwell.http.exchange import request_id_of


def pages(
    routes: Sequence[BaseRoute],
    *,
    api: Dispatcher,
    lifespan: Callable[[Any], AbstractAsyncContextManager[None]],
) -> ASGIApp:
    """Serves the API's paths through `api`, these routes through Starlette, and every other path as the API's 404."""
    handlers = {405: _wrong_method, 500: _fault}
    site = Starlette(routes=list(routes), lifespan=lifespan, exception_handlers=handlers)
    site.router.default, site.router.redirect_slashes = api, False

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await site(scope, receive, send)
        elif api.serves(scope["path"]):
            await api(scope, receive, send)
        else:
            scope["request_id"] = request_id_of(scope)

            async def send_with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    headers = MutableHeaders(scope=message)
                    headers["X-Request-Id"] = scope["request_id"]
                    headers.setdefault("X-Content-Type-Options", "nosniff")
                await send(message)

            await site(scope, receive, send_with_headers)

    return serve


async def _wrong_method(request: Request, error: Exception) -> Response:
    allowed = (getattr(error, "headers", None) or {})["Allow"].split(", ")
    return _render(MethodNotAllowed(path=request.url.path, method=request.method, allowed=sorted(allowed)))


async def _fault(request: Request, _error: Exception) -> Response:
    return _render(InternalError(request_id=request.scope["request_id"]))


def _render(error: AppError) -> Response:
    headers = {**error.headers, "Content-Language": envelope.LANGUAGE}
    return Response(envelope.failure(error), error.status, headers, "application/json")
