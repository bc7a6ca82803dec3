"""`/api/openapi.json` for programs, `/api/docs` and its guide for people."""

import asyncio
import gzip
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stampwell.api_docs.contents import Contents, contents_of
from stampwell.api_docs.guides import webhooks_guide
from stampwell.api_docs.snippets import KEY_PLACEHOLDER, ORIGIN_PLACEHOLDER
from stampwell.assets.served import Assets
from stampwell.core.clock import Clock
from stampwell.core.origins import canonical_origin
from stampwell.core.units import SECOND_US

_TEMPLATES = Path(__file__).with_name("templates")

# Shown where the request's own host could not be one, so that nothing odd ends up in a command to paste.
_NO_ORIGIN = "https://stampwell.example"

# Stands for the origin where the page is rendered.
_ANY_ORIGIN = "https://any-origin.stampwell.example"

_PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
    "Vary": "Host, Accept-Encoding",
}

# Packing half a megabyte takes as long as three other pages, and most servers are asked under one origin. Whoever sends
# made-up hosts pushes others out and fills no memory.
_MOST_PACKED = 8


def docs_routes(build: Callable[[], dict[str, Any]], *, assets: Assets, clock: Clock) -> list[Route]:
    """The document that `build` makes, and the pages that are made of it.

    All are made when first asked for, beside the event loop: most servers never need the tenth of a second and the memory.
    """
    docs = _Docs(build, assets)

    async def show_page(name: str, request: Request) -> Response:
        today = datetime.fromtimestamp(clock.now_us() / SECOND_US, UTC).date()
        page = await asyncio.to_thread(docs.page, name, today)
        return page.show(request)

    async def show_document(request: Request) -> Response:
        published = await asyncio.to_thread(lambda: docs.published)
        return published.show(request)

    return [
        Route("/api/docs", partial(show_page, "docs.html"), methods=["GET"]),
        Route("/api/docs/webhooks", partial(show_page, "guide.html"), methods=["GET"]),
        Route("/api/openapi.json", show_document, methods=["GET"]),
    ]


class _Docs:
    def __init__(self, build: Callable[[], dict[str, Any]], assets: Assets) -> None:
        self._build = build
        self._environment = _environment(assets)
        self._pages: dict[str, _Page] = {}

    @cached_property
    def _document(self) -> dict[str, Any]:
        return self._build()

    @cached_property
    def published(self) -> "_Published":
        return _Published(self._document)

    def page(self, name: str, today: date) -> "_Page":
        """As it is that day."""
        page = self._pages.get(name)
        if page is None or page.day != today:
            contents = contents_of(self._document, today=today)
            page = self._pages[name] = _Page(name, contents, today, self._environment)
        return page


class _Published:
    def __init__(self, document: dict[str, Any]) -> None:
        self._body = json.dumps(document, ensure_ascii=False, indent=1).encode()
        self._headers = {
            "ETag": f'"{hashlib.sha256(self._body).hexdigest()[:32]}"',
            "Cache-Control": "no-cache",
            # Tools on other origins may read it; it holds nothing that is not public.
            "Access-Control-Allow-Origin": "*",
        }

    def show(self, request: Request) -> Response:
        if self._headers["ETag"] in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=self._headers)
        return Response(self._body, headers=self._headers, media_type="application/json")


class _Page:
    """`day` is the one that its examples are near."""

    def __init__(self, name: str, contents: Contents, day: date, environment: Environment) -> None:
        self.day = day
        # Rendered once a day: it takes as long as thirty other pages, and differs in nothing but the origin.
        page = environment.get_template(name).render(
            api=contents, guide=webhooks_guide(), version=contents.version, origin=_ANY_ORIGIN, key=KEY_PLACEHOLDER
        )
        self._around_origins = page.split(_ANY_ORIGIN)
        self._packed = lru_cache(_MOST_PACKED)(lambda origin: gzip.compress(self._plain(origin), mtime=0))

    def show(self, request: Request) -> Response:
        origin = canonical_origin(f"{request.url.scheme}://{request.headers.get('host', '')}") or _NO_ORIGIN
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(self._plain(origin), headers=_PAGE_HEADERS, media_type="text/html")
        headers = _PAGE_HEADERS | {"Content-Encoding": "gzip"}
        return Response(self._packed(origin), headers=headers, media_type="text/html")

    def _plain(self, origin: str) -> bytes:
        # A canonical origin has nothing in it that HTML would read as more than text.
        return origin.join(self._around_origins).encode()


def _environment(assets: Assets) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["prose"] = _prose
    environment.filters["paste"] = _paste
    environment.globals["asset"] = assets.url
    return environment


def _prose(text: str) -> Markup:
    """Text with `code` in backticks, as HTML."""
    parts = text.split("`")
    # An odd number of backticks would leave the rest of the text as code.
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else escape(part) for index, part in enumerate(parts)
    )


def _paste(code: str, origin: str) -> Markup:
    """The program for that origin, with what is to be replaced marked."""
    before, after = code.replace(ORIGIN_PLACEHOLDER, origin, 1).split(KEY_PLACEHOLDER, 1)
    return Markup("{}<mark>{}</mark>{}").format(before, KEY_PLACEHOLDER, after)
