"""`/api/openapi.json` for programs and `/api/docs` for people."""

import asyncio
import hashlib
import json
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from stampwell.api_docs.commands import KEY_PLACEHOLDER
from stampwell.api_docs.contents import contents_of
from stampwell.assets.served import Assets
from stampwell.core.origins import canonical_origin

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
    "Vary": "Host",
}


def docs_routes(build: Callable[[], dict[str, Any]], *, assets: Assets) -> list[Route]:
    """The document that `build` makes, and the page that is made of it.

    Both are made when first asked for, beside the event loop: most servers never need the tenth of a second and the memory.
    """
    docs = _Docs(build, assets)

    async def show_page(request: Request) -> Response:
        page = await asyncio.to_thread(lambda: docs.page)
        return page.show(request)

    async def show_document(request: Request) -> Response:
        published = await asyncio.to_thread(lambda: docs.published)
        return published.show(request)

    return [
        Route("/api/docs", show_page, methods=["GET"]),
        Route("/api/openapi.json", show_document, methods=["GET"]),
    ]


class _Docs:
    def __init__(self, build: Callable[[], dict[str, Any]], assets: Assets) -> None:
        self._build = build
        self._assets = assets

    @cached_property
    def _document(self) -> dict[str, Any]:
        return self._build()

    @cached_property
    def published(self) -> "_Published":
        return _Published(self._document)

    @cached_property
    def page(self) -> "_Page":
        return _Page(self._document, self._assets)


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
    def __init__(self, document: dict[str, Any], assets: Assets) -> None:
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
        # Rendered once: it takes as long as thirty other pages, and differs in nothing but the origin.
        page = environment.get_template("docs.html").render(api=contents_of(document), origin=_ANY_ORIGIN, key=KEY_PLACEHOLDER)
        self._around_origins = page.split(_ANY_ORIGIN)

    def show(self, request: Request) -> Response:
        origin = canonical_origin(f"{request.url.scheme}://{request.headers.get('host', '')}") or _NO_ORIGIN
        # A canonical origin has nothing in it that HTML would read as more than text.
        return Response(origin.join(self._around_origins), headers=_PAGE_HEADERS, media_type="text/html")


def _prose(text: str) -> Markup:
    """Text with `code` in backticks, as HTML."""
    parts = text.split("`")
    # An odd number of backticks would leave the rest of the text as code.
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if index % 2 else escape(part) for index, part in enumerate(parts)
    )


def _paste(curl: str, origin: str) -> Markup:
    """The command for that origin, with what is to be replaced marked."""
    command = curl.replace("{origin}", origin, 1)
    before, after = command.split(KEY_PLACEHOLDER, 1)
    return Markup("{}<mark>{}</mark>{}").format(before, KEY_PLACEHOLDER, after)
