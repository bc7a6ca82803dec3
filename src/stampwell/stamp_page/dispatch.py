"""What happens to every request of the customer's page: is there such a stamp, is this its domain, is the form ours, was it
merged into another, is the PIN known; then the handler."""

from collections.abc import Awaitable, Callable, Iterable

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from stampwell.core.errors import AppError
from stampwell.core.phrases import Language, phrase
from stampwell.core.signing import is_same
from stampwell.core.units import DAY_S
from stampwell.features.accounts.errors import AccountSuspended
from stampwell.features.people.model import Permission, Viewer
from stampwell.features.people.signed_in import csrf_of, find_signed_in
from stampwell.features.stamps.errors import StampMerged, StampNotFound
from stampwell.features.stamps.model import Shown, Stamp
from stampwell.stamp_page.context import StampPageContext
from stampwell.stamp_page.deps import StampPageDeps
from stampwell.stamp_page.errors import NoSuchStamp, PinAsked
from stampwell.stamp_page.headers import STAMP_HEADERS
from stampwell.stamp_page.hosts import is_others_host, is_own_host
from stampwell.stamp_page.pin_pages import ask_for_pin
from stampwell.stamp_page.refusals import message_for_customer
from stampwell.stamp_page.route import StampPageRoute
from stampwell.stamp_page.stamp_addresses import StampAddress, read_address
from stampwell.web.client import client_network
from stampwell.web.cookies import read_cookie, set_cookie
from stampwell.web.dispatch import PageDispatcher
from stampwell.web.errors import ForeignForm
from stampwell.web.forms import LARGEST_OPEN_FORM, read_form
from stampwell.web.rendering import translator

_LANGUAGE_COOKIE = "stampwell_language"
_LANGUAGE_KEPT_S = 365 * DAY_S
_NOTHING_CHANGED = phrase("Nothing was changed: this card has replaced the one you had open.")


class StampPageDispatcher(PageDispatcher[StampPageRoute, Language]):
    """Makes Starlette's routes of ours. All that is known of a visitor is their language."""

    def __init__(self, deps: StampPageDeps) -> None:
        super().__init__(structlog.get_logger("stampwell.stamp_page"))
        self._deps = deps

    def routes(self, pages: Iterable[StampPageRoute]) -> list[Route]:
        """And one for every other address below `/stamp/`, which answers as for a stamp that is not there."""
        worker = Route("/stamp/worker.js", self._worker, methods=["GET"])
        nothing = self.endpoint(StampPageRoute("GET", "", _nothing, open=True))
        return [worker, *self.routes_of(pages), Route("/stamp/{code:path}", nothing, methods=["GET", "POST"])]

    def endpoint(self, page: StampPageRoute) -> Callable[[Request], Awaitable[Response]]:
        """The page, whose answer makes the browser remember the language that was chosen on it."""
        answer = super().endpoint(page)

        async def answer_in_language(request: Request) -> Response:
            response = await answer(request)
            if "lang" in request.query_params:
                # For the pages to come: a choice, not a secret.
                tag = self.visitor_of(request).tag
                set_cookie(response, _LANGUAGE_COOKIE, tag, max_age_s=_LANGUAGE_KEPT_S, path="/stamp", secure=False)
            return response

        return answer_in_language

    def visitor_of(self, request: Request) -> Language:
        languages = self._deps.languages
        for chosen in (request.query_params.get("lang"), read_cookie(request, _LANGUAGE_COOKIE)):
            if chosen in languages.tags:
                return languages(chosen.encode())
        return languages(request.headers.get("accept-language", "").encode("latin-1"))

    async def handle(self, page: StampPageRoute, request: Request, visitor: Language) -> Response:
        deps = self._deps
        await deps.signer.load()
        asked = read_address(request.scope["path"], request.scope["query_string"].decode("latin-1"))
        shown = await self._find(request, asked.code)
        stamp, host = shown.stamp, request.headers.get("host", "")
        if not is_own_host(deps, stamp, host):
            if await deps.db.read(is_others_host, stamp, host):
                raise NoSuchStamp
            if request.method == "POST":
                raise ForeignForm
            return RedirectResponse(f"{stamp.domain}{asked.clean}", 302, STAMP_HEADERS)
        if not asked.is_clean:
            # A form goes on as the form that it is. Messengers that look at a link for its preview know the older answer.
            return RedirectResponse(asked.clean, 308 if request.method == "POST" else 301, STAMP_HEADERS)
        form = await read_form(request, most_bytes=LARGEST_OPEN_FORM, no_referrer=True)
        if request.method == "POST" and not deps.signer.is_form(stamp, form.text("token")):
            raise ForeignForm
        now_us = deps.clock.now_us()
        token = "" if page.open else read_cookie(request, deps.session_cookie) or ""
        viewer = await self._viewer(request, stamp, token, now_us=now_us)
        csrf = "" if viewer is None else csrf_of(token, stamp.account_id)
        if form.has("csrf") and (viewer is None or not is_same(form.text("csrf"), csrf)):
            raise ForeignForm
        context = StampPageContext(
            request, deps, shown=shown, language=visitor, form=form, now_us=now_us, viewer=viewer, csrf=csrf
        )
        if shown.shop.merged_code is not None:
            return await self._lead_on(context, shown.shop.merged_code, asked)
        return await _answer(page, context)

    def refused(self, request: Request, visitor: Language, refusal: AppError) -> Response:
        values = {
            "t": translator(visitor.translate),
            "lang": visitor.tag,
            "tags": self._deps.languages.tags,
            "path": request.url.path,
            "sentence": message_for_customer(refusal, visitor.translate),
        }
        page = self._deps.templates.render("nothing.html", values)
        return HTMLResponse(page, refusal.status, {**STAMP_HEADERS, "Content-Language": visitor.tag, **refusal.headers})

    async def _worker(self, _request: Request) -> Response:
        """What keeps cards for phones without a line. Browsers ask for it anew each time they open a card."""
        headers = {**STAMP_HEADERS, "Cache-Control": "no-cache", "Service-Worker-Allowed": "/stamp/"}
        return Response(self._deps.assets.content("worker.js"), headers=headers, media_type="text/javascript")

    async def _lead_on(self, context: StampPageContext, code: str, asked: StampAddress) -> Response:
        """To the stamp that took the place of a merged one. Its PIN protects it; the merged one's protects nothing any more.

        A form is not sent on: what it was to change is not what its sender saw.
        """
        if context.request.method != "POST":
            return context.redirect(asked.of(code))
        shown = await self._find(context.request, code)
        return context.about(shown).redirect(f"/stamp/{code}", _NOTHING_CHANGED)

    async def _viewer(self, request: Request, stamp: Stamp, token: str, *, now_us: int) -> Viewer | None:
        """Who is signed in for the stamp's shop and may add stamps, unless they want to see what the customer sees."""
        if not token or request.query_params.get("view") == "customer":
            return None
        viewer = await find_signed_in(self._deps.db, token, now_us=now_us)
        is_theirs = viewer is not None and viewer.account.account_id == stamp.account_id and viewer.may(Permission.MARK)
        return viewer if is_theirs else None

    async def _find(self, request: Request, code: str | None) -> Shown:
        """Raises NoSuchStamp and TooManyMisses. Who asks for what cannot be a stamp's code learns nothing by
        it: only codes of nobody are counted as misses. Looked up first, so that no card that is there is kept from anybody.
        """
        if code is None:
            raise NoSuchStamp
        try:
            return await self._deps.finding.submit(code)
        except StampNotFound as error:
            await self._deps.miss_limiter.miss(client_network(request))
            raise NoSuchStamp from error


async def _nothing(_context: StampPageContext) -> Response:
    raise NoSuchStamp


async def _answer(page: StampPageRoute, context: StampPageContext) -> Response:
    """What the page says to a phone that knows the PIN, or that is asked for it instead."""
    if not page.open and not context.knows_pin and not (page.staff and context.viewer is not None):
        if context.request.method == "GET" and not page.tail:
            return ask_for_pin(context)
        raise PinAsked
    if page.acts and context.shop.suspended:
        raise AccountSuspended
    merged_into = context.stamp.merged_stamp_id
    if page.acts and merged_into is not None:
        raise StampMerged(merged_into=merged_into)
    return await page.handler(context)
