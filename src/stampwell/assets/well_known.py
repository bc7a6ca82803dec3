"""What browsers and search engines ask for by name: the icon, and what they are to leave alone."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_ICON = Path(__file__).with_name("favicon.ico")
_A_DAY = "public, max-age=86400"

# A card's address is its key, and the dashboard is the shop's own. Programs that draw the preview of a link that somebody
# shares may look at that card: without them it would be a bare address.
ROBOTS = """\
User-agent: *
Disallow: /dashboard
Disallow: /stamp/
Disallow: /api/
Allow: /api/docs

User-agent: facebookexternalhit
User-agent: Twitterbot
User-agent: LinkedInBot
User-agent: Slackbot-LinkExpanding
User-agent: TelegramBot
User-agent: WhatsApp
User-agent: kakaotalk-scrap
Disallow: /dashboard
Disallow: /api/
"""


def well_known_routes() -> list[Route]:
    """`/favicon.ico` and `/robots.txt`."""
    return [
        Route("/favicon.ico", _serve(_ICON.read_bytes(), "image/x-icon"), methods=["GET"]),
        Route("/robots.txt", _serve(ROBOTS.encode(), "text/plain; charset=utf-8"), methods=["GET"]),
    ]


def _serve(content: bytes, content_type: str) -> Callable[[Request], Awaitable[Response]]:
    headers = {"Content-Type": content_type, "Cache-Control": _A_DAY}

    async def serve(_request: Request) -> Response:
        return Response(content, headers=headers)

    return serve
