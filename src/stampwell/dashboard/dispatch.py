"""What happens to every request of a page: who is it, may they, is the form ours, then the handler; refusals become pages."""

from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from urllib.parse import quote

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from stampwell.core.errors import AppError
from stampwell.core.phrases import Language
from stampwell.core.signing import is_same
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.people.sign_in import LONGEST_NEXT, SIGN_IN
from stampwell.dashboard.refusals import message_for_staff
from stampwell.dashboard.route import PageRoute
from stampwell.features.accounts.errors import AccountSuspended
from stampwell.features.people import sessions
from stampwell.features.people.model import Permission, Viewer
from stampwell.http.dispatch import page_without_faults
from stampwell.web.client import nobody_left
from stampwell.web.cookies import read_cookie
from stampwell.web.errors import ForeignForm, NoSuchPage, NotAllowed
from stampwell.web.forms import LARGEST_FORM, LARGEST_OPEN_FORM, Form, read_form
from stampwell.web.headers import PAGE_HEADERS
from stampwell.web.numbers import register_numbers
from stampwell.web.origin import require_same_origin

_log = structlog.get_logger("stampwell.dashboard")


register_numbers()


class DashboardDispatcher:
    """Makes Starlette's routes of ours."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self, pages: Iterable[PageRoute]) -> list[Route]:
        """And `/`, which leads to the dashboard, and every other address below it, which answers that there is nothing."""
        made = [Route(page.path, self._endpoint(page), methods=[page.method]) for page in pages]
        nothing = PageRoute("GET", "/dashboard/{rest:path}", _nothing, Permission.OWN)
        door = Route("/", _to_dashboard, methods=["GET"])
        return [door, *made, Route(nothing.path, self._endpoint(nothing), methods=["GET", "POST"])]

    def _endpoint(self, page: PageRoute) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            token = read_cookie(request, self._deps.session_cookie) or ""
            accepted = request.headers.get("accept-language", "").encode("latin-1")
            language = self._deps.language_of("", accepted)
            viewer: Viewer | None = None
            request_id = request.scope["request_id"]
            guarded = partial(page_without_faults, log=_log, request_id=request_id, method=request.method, path=page.path)
            try:
                viewer = await guarded(self._viewer(token))
                if viewer is not None:
                    language = self._deps.language_of(viewer.account.language, accepted)
                return await guarded(self._handle(page, request, viewer, token, language))
            except AppError as refusal:
                return self._refused(request, viewer, token, language, refusal)
            except ClientDisconnect:
                return nobody_left()

        return answer

    async def _viewer(self, token: str) -> Viewer | None:
        if not token:
            return None
        now_us = self._deps.clock.now_us()
        viewer = await self._deps.db.read(sessions.find_viewer, token, now_us=now_us)
        if viewer is not None and sessions.needs_touch(viewer.session, now_us=now_us):
            await self._deps.db.write(sessions.touch, viewer.session, now_us=now_us)
        return viewer

    async def _handle(
        self, page: PageRoute, request: Request, viewer: Viewer | None, token: str, language: Language
    ) -> Response:
        if page.permission is not None:
            if viewer is None:
                return _to_sign_in(request)
            if not viewer.may(page.permission):
                raise NotAllowed
            if viewer.account.suspended_at is not None and page.permission is not Permission.OWN:
                raise AccountSuspended
        form = await _form(page, request)
        try:
            if request.method == "POST" and viewer is not None:
                self._require_token(form, token, viewer)
            context = self._visit(request, viewer, token, language, form)
            context.is_own_affair = page.permission is None or page.permission is Permission.OWN
            return await page.handler(context)
        finally:
            form.close()

    def _require_token(self, form: Form, token: str, viewer: Viewer) -> None:
        """Raises ForeignForm for a form that was not given to this session in this shop."""
        if not is_same(form.text("csrf"), self._deps.csrf_of(token, viewer.account.account_id)):
            raise ForeignForm

    def _visit(self, request: Request, viewer: Viewer | None, token: str, language: Language, form: Form) -> DashboardContext:
        return DashboardContext(
            request,
            self._deps,
            viewer=viewer,
            token=token if viewer is not None else "",
            language=language,
            form=form,
            now_us=self._deps.clock.now_us(),
        )

    def _refused(self, request: Request, viewer: Viewer | None, token: str, language: Language, refusal: AppError) -> Response:
        context = self._visit(request, viewer, token, language, Form())
        response = context.render(
            "refused.html", status=refusal.status, sentence=message_for_staff(refusal, language.translate)
        )
        response.headers.update(refusal.headers)
        return response


async def _form(page: PageRoute, request: Request) -> Form:
    """What was sent; an empty one of a request that sends none."""
    if request.method != "POST":
        return Form()
    require_same_origin(request)
    most_bytes = LARGEST_OPEN_FORM if page.permission is None else LARGEST_FORM
    return await read_form(request, most_bytes=most_bytes, upload_bytes=page.upload_bytes)


async def _to_dashboard(_request: Request) -> Response:
    return RedirectResponse("/dashboard", 303)


async def _nothing(_visit: DashboardContext) -> Response:
    raise NoSuchPage


def _to_sign_in(request: Request) -> Response:
    """And back here afterwards, where that is a page to look at."""
    there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    leads_back = request.method == "GET" and there != "/dashboard" and len(there) <= LONGEST_NEXT
    return RedirectResponse(f"{SIGN_IN}?next={quote(there, safe='')}" if leads_back else SIGN_IN, 303, PAGE_HEADERS)
