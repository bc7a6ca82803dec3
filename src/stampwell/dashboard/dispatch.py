"""What happens to every request of the dashboard: who is it, may they, is the form ours; then the handler."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from stampwell.core.errors import AppError
from stampwell.core.phrases import Language
from stampwell.core.signing import is_same
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.people.sign_in import LONGEST_NEXT, SIGN_IN
from stampwell.dashboard.route import PageRoute
from stampwell.features.accounts.errors import AccountSuspended
from stampwell.features.people.model import Permission, Viewer
from stampwell.features.people.signed_in import find_signed_in
from stampwell.web.cookies import read_cookie
from stampwell.web.dispatch import PageDispatcher
from stampwell.web.errors import ForeignForm, NoSuchPage, NotAllowed
from stampwell.web.forms import LARGEST_FORM, LARGEST_OPEN_FORM, Form, read_form
from stampwell.web.headers import PAGE_HEADERS


@dataclass(slots=True)
class _Visitor:
    """token: of the session, as the browser sent it. language: the browser's, until it is known who it is."""

    token: str
    language: Language
    viewer: Viewer | None = None


class DashboardDispatcher(PageDispatcher[PageRoute, _Visitor]):
    """Makes Starlette's routes of ours."""

    def __init__(self, deps: DashboardDeps) -> None:
        super().__init__(structlog.get_logger("stampwell.dashboard"))
        self._deps = deps

    def routes(self, pages: Iterable[PageRoute]) -> list[Route]:
        """And `/`, which leads to the dashboard, and every other address below it, which answers that there is nothing."""
        nothing = PageRoute("GET", "/dashboard/{rest:path}", _nothing, Permission.OWN)
        door = Route("/", _to_dashboard, methods=["GET"])
        return [door, *self.routes_of(pages), Route(nothing.path, self.endpoint(nothing), methods=["GET", "POST"])]

    def missing(self) -> Callable[[Request], Awaitable[Response]]:
        """The page of an address outside the dashboard that leads nowhere."""
        return self.endpoint(PageRoute("GET", "", _nothing, permission=None))

    def visitor_of(self, request: Request) -> _Visitor:
        token = read_cookie(request, self._deps.session_cookie) or ""
        return _Visitor(token, self._deps.language_of("", _accepted(request)))

    async def handle(self, page: PageRoute, request: Request, visitor: _Visitor) -> Response:
        now_us = self._deps.clock.now_us()
        visitor.viewer = viewer = await find_signed_in(self._deps.db, visitor.token, now_us=now_us)
        if viewer is not None:
            visitor.language = self._deps.language_of(viewer.account.language, _accepted(request))
        if page.permission is not None:
            if viewer is None:
                return _to_sign_in(request)
            if not viewer.may(page.permission):
                raise NotAllowed
            if viewer.account.suspended_at is not None and page.permission is not Permission.OWN:
                raise AccountSuspended
        most_bytes = LARGEST_OPEN_FORM if page.permission is None else LARGEST_FORM
        form = await read_form(request, most_bytes=most_bytes, upload_bytes=page.upload_bytes)
        try:
            if request.method == "POST" and viewer is not None:
                self._require_token(form, visitor.token, viewer)
            is_own_affair = page.permission is None or page.permission is Permission.OWN
            return await page.handler(self._context(request, visitor, form, is_own_affair=is_own_affair))
        finally:
            form.close()

    def refused(self, request: Request, visitor: _Visitor, refusal: AppError) -> Response:
        context = self._context(request, visitor, Form(), is_own_affair=False)
        sentence, is_missing = context.message(refusal), isinstance(refusal, NoSuchPage)
        response = context.render("refused.html", status=refusal.status, sentence=sentence, is_missing=is_missing)
        response.headers.update(refusal.headers)
        return response

    def _require_token(self, form: Form, token: str, viewer: Viewer) -> None:
        """Raises ForeignForm for a form that was not given to this session in this shop."""
        if not is_same(form.text("csrf"), self._deps.csrf_of(token, viewer.account.account_id)):
            raise ForeignForm

    def _context(self, request: Request, visitor: _Visitor, form: Form, *, is_own_affair: bool) -> DashboardContext:
        return DashboardContext(
            request,
            self._deps,
            viewer=visitor.viewer,
            token="" if visitor.viewer is None else visitor.token,
            language=visitor.language,
            form=form,
            now_us=self._deps.clock.now_us(),
            is_own_affair=is_own_affair,
        )


def _accepted(request: Request) -> bytes:
    return request.headers.get("accept-language", "").encode("latin-1")


async def _to_dashboard(_request: Request) -> Response:
    return RedirectResponse("/dashboard", 303)


async def _nothing(_context: DashboardContext) -> Response:
    raise NoSuchPage


def _to_sign_in(request: Request) -> Response:
    """And back here afterwards, where that is a page to look at."""
    there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    leads_back = request.method == "GET" and there != "/dashboard" and len(there) <= LONGEST_NEXT
    return RedirectResponse(f"{SIGN_IN}?next={quote(there, safe='')}" if leads_back else SIGN_IN, 303, PAGE_HEADERS)
