"""What an address is answered that leads nowhere: a page for whoever looks at it, the API's refusal for programs."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send


def answer_nothing(page: Callable[[Request], Awaitable[Response]], api: ASGIApp) -> ASGIApp:
    """The page to browsers, and the API's own answer to everybody else."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        if _is_looked_at(request):
            await (await page(request))(scope, receive, send)
        else:
            await api(scope, receive, send)

    return answer


def _is_looked_at(request: Request) -> bool:
    """Browsers name HTML when a person opens an address."""
    path = request.scope["path"]
    below_api = path == "/api" or path.startswith("/api/")
    return request.method == "GET" and not below_api and "text/html" in request.headers.get("accept", "").lower()
