"""What a surface gets from the page kit: a small one is made here of nothing but its own rules."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal, NamedTuple

import httpx2
import pytest
import structlog
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from structlog.testing import capture_logs

from stampwell.assets.served import Assets
from stampwell.core.errors import AppError
from stampwell.core.phrases import Language, english, phrase
from stampwell.web.context import PageContext
from stampwell.web.deps import PageDeps
from stampwell.web.dispatch import PageDispatcher
from stampwell.web.errors import NoSuchPage
from stampwell.web.forms import read_form
from stampwell.web.headers import PAGE_HEADERS
from stampwell.web.rendering import Templates

PAGE = "{{ lang }} {{ t('Hello {name}', name=name) }} {% if flash %}{{ t(flash.said) }} {{ flash.undo }}{% endif %}"
OWN = {"Origin": "http://till.example"}


Handler = Callable[["TillContext"], Awaitable[Response]]


class TillContext(PageContext[PageDeps]):
    flash_cookie = "till_flash"
    cookie_path = "/till"
    is_secure = True
    flash_token = "the secret of this till"

    def message(self, refusal: AppError) -> str:
        return f"Sorry: {refusal.said(self.language.translate)}"

    async def write(self, unit: Callable[[Any], Any]) -> Any:
        return unit(None)

    def unit_once(self, unit: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda tx: [self.form.text("once"), unit(tx)]


class TillRoute(NamedTuple):
    method: Literal["GET", "POST"]
    path: str
    handler: Handler


class TillDispatcher(PageDispatcher[TillRoute, Language]):
    def __init__(self, deps: PageDeps) -> None:
        super().__init__(structlog.get_logger("till"))
        self._deps = deps

    def visitor_of(self, request: Request) -> Language:
        return Language(request.query_params.get("lang", "en"), english)

    async def handle(self, page: TillRoute, request: Request, visitor: Language) -> Response:
        form = await read_form(request, most_bytes=1000)
        return await page.handler(TillContext(request, self._deps, language=visitor, form=form, now_us=0))

    def refused(self, request: Request, visitor: Language, refusal: AppError) -> Response:
        return Response(f"{request.url.path}: {refusal.said(visitor.translate)}", refusal.status)


@pytest.fixture
def deps(tmp_path: Path) -> PageDeps:
    (tmp_path / "page.html").write_text(PAGE)
    nothing: Any = None
    return PageDeps(nothing, nothing, nothing, Assets(), Templates([tmp_path], assets=Assets()))


def ask(deps: PageDeps, handler: Handler, method: Any = "GET", **sent: Any) -> httpx2.Response:
    """What the till answers at `/till/7`, where that handler is."""
    site = Starlette(routes=TillDispatcher(deps).routes_of([TillRoute(method, "/till/{number:idx}", handler)]))

    async def identified(scope: Any, receive: Any, send: Any) -> None:
        await site({**scope, "request_id": "quote-me"}, receive, send)

    async def answered() -> httpx2.Response:
        transport = httpx2.ASGITransport(app=identified)
        async with httpx2.AsyncClient(transport=transport, base_url="http://till.example") as client:
            return await client.request(method, "/till/7", **sent)

    return asyncio.run(answered())


async def show(context: TillContext) -> Response:
    return context.render("page.html", name=f"<{context.number('number')}>")


async def fail(_context: TillContext) -> Response:
    raise ZeroDivisionError


async def refuse(_context: TillContext) -> Response:
    raise NoSuchPage


async def hang_up(_context: TillContext) -> Response:
    raise ClientDisconnect


async def mark(context: TillContext) -> Response:
    once, marks = await context.once(lambda _tx: 3)
    return context.redirect("/till/7", phrase("Marks: {marks}", marks=marks), undo=f"/till/undo/{once}")


def test_a_page_has_the_headers_and_what_templates_use(deps: PageDeps) -> None:
    page = ask(deps, show)
    assert (page.status_code, page.text.strip()) == (200, "en Hello &lt;7&gt;")
    assert {name: page.headers[name] for name in PAGE_HEADERS} == PAGE_HEADERS
    assert page.headers["content-language"] == "en"


def test_a_form_is_carried_out_under_its_token_and_the_next_page_says_so(deps: PageDeps) -> None:
    answer = ask(deps, mark, "POST", data={"once": "abc"}, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, "/till/7")
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("Path=/till", "HttpOnly", "Secure", "SameSite=lax", "Max-Age=60")), cookie
    sent = {"Cookie": cookie.split(";")[0]}
    assert ask(deps, show, headers=sent).text.strip() == "en Hello &lt;7&gt; Marks: 3 /till/undo/abc"
    forged = {"Cookie": sent["Cookie"].replace("till_flash=", "till_flash=0")}
    assert ask(deps, show, headers=forged).text.strip() == "en Hello &lt;7&gt;"


@pytest.mark.parametrize(
    ("data", "headers"),
    [({"a": "b"}, OWN), ({"once": ""}, OWN), ({"once": "abc"}, {}), ({"once": "abc"}, {"Origin": "http://elsewhere.example"})],
)
def test_a_form_without_its_token_or_of_another_site_does_nothing(
    deps: PageDeps, data: dict[str, str], headers: dict[str, str]
) -> None:
    answer = ask(deps, mark, "POST", data=data, headers=headers)
    assert (answer.status_code, "This page is out of date." in answer.text) == (403, True)
    assert "set-cookie" not in answer.headers


def test_a_refusal_is_the_surfaces_page(deps: PageDeps) -> None:
    with capture_logs() as logs:
        answer = ask(deps, refuse)
    assert (answer.status_code, "nothing at this address" in answer.text, logs) == (404, True, [])


def test_a_fault_is_a_line_in_the_log_and_a_page_to_quote_from(deps: PageDeps) -> None:
    with capture_logs() as logs:
        answer = ask(deps, fail)
    assert (answer.status_code, "quote-me" in answer.text) == (500, True)
    (fault,) = logs
    assert (fault["event"], fault["request_id"], fault["path"]) == ("fault", "quote-me", "/till/{number:idx}")


def test_a_client_that_hung_up_is_no_fault(deps: PageDeps) -> None:
    with capture_logs() as logs:
        assert ask(deps, hang_up).content == b""
    assert logs == []


def test_what_was_wrong_stands_above_the_form_in_the_surfaces_words(deps: PageDeps) -> None:
    async def wrong(context: TillContext) -> Response:
        return Response(context.refused(NoSuchPage()).problem)

    assert ask(deps, wrong).text.startswith("Sorry: There is nothing at this address.")
