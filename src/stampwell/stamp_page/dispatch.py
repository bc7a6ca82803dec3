"""What happens to every request of the customer's page: is there such a stamp, is this its domain, is the PIN known, is the
form ours; then the handler. Refusals become pages."""

from collections.abc import Awaitable, Callable, Iterable

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from stampwell.core.errors import AppError
from stampwell.core.phrases import Language
from stampwell.core.units import DAY_S
from stampwell.features.accounts.errors import AccountSuspended
from stampwell.features.stamps.errors import StampNotFound
from stampwell.features.stamps.model import Shown
from stampwell.http.dispatch import page_without_faults
from stampwell.stamp_page.addresses import read_address
from stampwell.stamp_page.context import LANGUAGE_COOKIE, StampPageContext
from stampwell.stamp_page.deps import StampPageDeps
from stampwell.stamp_page.errors import ForeignAction, NoSuchStamp, PinAsked
from stampwell.stamp_page.headers import STAMP_HEADERS
from stampwell.stamp_page.hosts import is_others_host, is_own_host
from stampwell.stamp_page.pin import ask_for_pin
from stampwell.stamp_page.refusals import message_for_customer
from stampwell.stamp_page.route import StampPageRoute
from stampwell.web.client import client_network, nobody_left
from stampwell.web.cookies import read_cookie
from stampwell.web.forms import LARGEST_OPEN_FORM, Form, read_form
from stampwell.web.numbers import register_numbers
from stampwell.web.origin import is_of_host
from stampwell.web.rendering import translator

_LANGUAGE_KEPT_S = 365 * DAY_S

_log = structlog.get_logger("stampwell.stamp_page")


class StampPageDispatcher:
    """Makes Starlette's routes of ours."""

    def __init__(self, deps: StampPageDeps) -> None:
        self._deps = deps

    def routes(self, pages: Iterable[StampPageRoute]) -> list[Route]:
        """And one for every other address below `/stamp/`, which answers as for a stamp that is not there."""
        register_numbers()
        worker = Route("/stamp/worker.js", self._worker, methods=["GET"])
        made = [Route(f"/stamp/{{code}}{page.tail}", self._endpoint(page), methods=[page.method]) for page in pages]
        nothing = StampPageRoute("GET", "", _nothing, open=True)
        return [worker, *made, Route("/stamp/{code:path}", self._endpoint(nothing), methods=["GET", "POST"])]

    async def _worker(self, _request: Request) -> Response:
        """What keeps cards for phones without a line. Browsers ask for it anew at every visit."""
        headers = {**STAMP_HEADERS, "Cache-Control": "no-cache", "Service-Worker-Allowed": "/stamp/"}
        return Response(self._deps.assets.content("worker.js"), headers=headers, media_type="text/javascript")

    def _endpoint(self, page: StampPageRoute) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            language = self._language(request)
            handling, request_id = self._handle(page, request, language), request.scope["request_id"]
            try:
                response = await page_without_faults(
                    handling, log=_log, request_id=request_id, method=request.method, path=f"/stamp/{{code}}{page.tail}"
                )
            except AppError as refusal:
                response = self._refused(request, language, refusal)
            except ClientDisconnect:
                return nobody_left()
            if "lang" in request.query_params:
                # For the pages to come: a choice, not a secret.
                response.set_cookie(
                    LANGUAGE_COOKIE, language.tag, _LANGUAGE_KEPT_S, path="/stamp", httponly=True, samesite="lax"
                )
            return response

        return answer

    async def _handle(self, page: StampPageRoute, request: Request, language: Language) -> Response:
        deps = self._deps
        await deps.signer.load()
        asked = read_address(request.scope["path"], request.scope["query_string"].decode("latin-1"))
        shown = await self._find(request, asked.code)
        stamp, host = shown.stamp, request.headers.get("host", "")
        if not is_own_host(deps, stamp, host):
            if await deps.db.read(is_others_host, stamp, host):
                raise NoSuchStamp
            if request.method == "POST":
                raise ForeignAction
            return RedirectResponse(f"{stamp.domain}{asked.clean}", 302, STAMP_HEADERS)
        if not asked.is_clean:
            # A form goes on as the form that it is. Messengers that look at a link for its preview know the older answer.
            return RedirectResponse(asked.clean, 308 if request.method == "POST" else 301, STAMP_HEADERS)
        form = Form()
        context = StampPageContext(request, deps, shown=shown, language=language, form=form, now_us=deps.clock.now_us())
        if request.method == "POST":
            _require_own_page(request)
            context.form = await read_form(request, most_bytes=LARGEST_OPEN_FORM)
            if not deps.signer.is_form(stamp, context.form.text("token")):
                raise ForeignAction
        if not page.open and not context.knows_pin:
            if request.method == "GET" and not page.tail:
                return ask_for_pin(context)
            raise PinAsked
        if page.acts and shown.shop.suspended:
            raise AccountSuspended
        return await page.handler(context)

    async def _find(self, request: Request, code: str | None) -> Shown:
        """Raises NoSuchStamp and TooManyGuesses. Who asks for what cannot be a stamp's code learns nothing by it: only codes
        of nobody are counted as guesses. Looked up first, so that no card that is there is kept from anybody."""
        if code is None:
            raise NoSuchStamp
        try:
            return await self._deps.finding.submit(code)
        except StampNotFound as error:
            await self._deps.miss_limiter.miss(client_network(request))
            raise NoSuchStamp from error

    def _language(self, request: Request) -> Language:
        languages = self._deps.languages
        for chosen in (request.query_params.get("lang"), read_cookie(request, LANGUAGE_COOKIE)):
            if chosen in languages.tags:
                return languages(chosen.encode())
        return languages(request.headers.get("accept-language", "").encode("latin-1"))

    def _refused(self, request: Request, language: Language, refusal: AppError) -> Response:
        values = {
            "t": translator(language.translate),
            "lang": language.tag,
            "tags": self._deps.languages.tags,
            "path": request.url.path,
            "sentence": message_for_customer(refusal, language.translate),
        }
        page = self._deps.templates.render("nothing.html", values)
        return HTMLResponse(page, refusal.status, {**STAMP_HEADERS, "Content-Language": language.tag, **refusal.headers})


async def _nothing(_visit: StampPageContext) -> Response:
    raise NoSuchStamp


def _require_own_page(request: Request) -> None:
    """Raises ForeignAction for a form that another site made a browser send.

    Under `no-referrer` browsers send `Origin: null` along with our own forms, so it is their word on the site that counts;
    one that says nothing of it is left to the form's token, which nobody has who was not given the page.
    """
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise ForeignAction
    origin = request.headers.get("origin", "null")
    if origin != "null" and not is_of_host(origin, request):
        raise ForeignAction
