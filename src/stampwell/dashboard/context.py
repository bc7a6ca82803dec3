"""One request of a page: who looks, when, in which language, what the form said, and the ways to answer."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from hashlib import sha256
from typing import Any, TypeVar, cast

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from stampwell.core.actors import Actor, staff_actor
from stampwell.core.codes import ALPHANUMERIC
from stampwell.core.days import day_of
from stampwell.core.errors import AppError
from stampwell.core.phrases import Language, Phrase, Template
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.refusals import message_for_staff
from stampwell.db.database import Tx
from stampwell.features.accounts.admission import admitted
from stampwell.features.accounts.model import Account
from stampwell.features.audit.model import NewAuditEntry
from stampwell.features.idempotency.model import IdempotencyKey, IdempotentRequest, StoredResponse
from stampwell.features.idempotency.service import answer_once
from stampwell.features.people.model import Member, Permission, Viewer
from stampwell.features.plans.model import Plan
from stampwell.features.stamps.model import EventMeta
from stampwell.web import flash
from stampwell.web.cookies import read_cookie
from stampwell.web.errors import ForeignForm, NoSuchPage
from stampwell.web.forms import Form, require_no_nul
from stampwell.web.headers import PAGE_HEADERS
from stampwell.web.rendering import moment_shower, translator

T = TypeVar("T")

_ONCE_LENGTH = 22


class DashboardContext:
    """What a handler is given. `viewer` is None on pages that are open to anybody and nobody is signed in.

    is_own_affair: whether the page is open to people of suspended accounts too, because it is about themselves.
    """

    def __init__(
        self,
        request: Request,
        deps: DashboardDeps,
        *,
        viewer: Viewer | None,
        token: str,
        language: Language,
        form: Form,
        now_us: int,
    ) -> None:
        self.request = request
        self.deps = deps
        self.is_own_affair = False
        self.viewer = viewer
        self.token = token
        self.language = language
        self.form = form
        self.now_us = now_us

    # Who and when.

    @property
    def signed_in(self) -> Viewer:
        """The viewer of a page that only somebody signed in can reach."""
        if self.viewer is None:
            raise NoSuchPage
        return self.viewer

    @property
    def account(self) -> Account:
        return self.signed_in.account

    @property
    def account_id(self) -> int:
        return self.signed_in.account.account_id

    @property
    def person(self) -> Member:
        return self.signed_in.person

    @property
    def plan(self) -> Plan:
        return self.deps.plans.get_plan(self.account.plan)

    @property
    def today(self) -> date:
        """The day in the account's time zone; request models ask for it when they are validated with this context."""
        return day_of(self.now_us, self.account.time_zone)

    @property
    def actor(self) -> Actor:
        return staff_actor(self.person.person_id, self.person.name)

    @property
    def origin(self) -> str:
        """Where the dashboard is, for links to copy: the operator's setting, or as this browser calls it."""
        return self.deps.dashboard_url or f"{self.request.url.scheme}://{self.request.headers.get('host', '')}"

    def may(self, permission: Permission) -> bool:
        return self.viewer is not None and self.viewer.may(permission)

    def meta(self, note: str | None = None) -> EventMeta:
        """The circumstances of what is done to a stamp now."""
        return EventMeta(self.actor, self.now_us, self.account.time_zone, note=note, set_back_at=self.deps.clock.set_back_at)

    def entry(
        self, action: str, subject_id: int | None, subject_name: str, changes: Mapping[str, Any] | None = None
    ) -> NewAuditEntry:
        """A line for the audit log: `record(tx, context.entry("card.updated", 7, "Coffee", {"cardNm": ["Tea", "Coffee"]}))`."""
        return NewAuditEntry(self.account_id, self.actor, action, subject_id, subject_name, self.now_us, changes)

    # What was asked for.

    def number(self, name: str) -> int:
        """An `idx` part of the path."""
        return cast("int", self.request.path_params[name])

    def part(self, name: str) -> str:
        """A text part of the path."""
        return cast("str", self.request.path_params[name])

    def query(self, name: str) -> str:
        """A parameter of the address, without space around it; blank when there is none. Raises HasNul."""
        value = self.request.query_params.get(name, "")
        require_no_nul(name, value)
        return value.strip()

    # What is done about it.

    async def once(self, unit: Callable[[Tx], Any]) -> Any:
        """Runs the unit of work of this form, once however often the same form is sent; what it answers goes through JSON.

        Every form has a token of its own. The same form with other answers in it is another form. Raises ForeignForm
        without a token.
        """
        token = self.form.text("once")
        if not token:
            raise ForeignForm
        name = f"dashboard/{self.person.person_id}/{self.request.url.path}/{self.form.digest()}"
        digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
        key = IdempotencyKey(self.account_id, digest, digest, self.now_us)
        answered = await self.write(partial(answer_once, asked=IdempotentRequest(unit, key, _to_json)))
        return json.loads(cast("StoredResponse", answered).body)

    async def write(self, unit: Callable[[Tx], T]) -> T:
        """Runs the unit of work. Raises AccountSuspended, but for one's own affairs."""
        return await self.deps.db.write(unit if self.is_own_affair else admitted(self.account_id, unit))

    # How it is answered.

    def t(self, template: Template | Phrase, **parameters: object) -> Markup:
        """A sentence in the language of the page, as markup: what is put into it is escaped."""
        return translator(self.language.translate)(template, **parameters)

    def refused(self, refusal: AppError, *, fields: Iterable[str] | None = None) -> Form:
        """The form, with what was wrong noted beside the fields (of `fields`, if given) or above it."""
        translate = self.language.translate
        return self.form.refuse(refusal, message_for_staff(refusal, translate), translate, fields=fields)

    def render(self, template: str, *, status: int = 200, **values: object) -> Response:
        """A page. Besides `values` its template knows what `_common` lists."""
        page = self.deps.templates.render(template, {**self._common(), "form": self.form, **values})
        headers = {**PAGE_HEADERS, "Content-Language": self.language.tag}
        response = HTMLResponse(page, status, headers)
        if read_cookie(self.request, flash.COOKIE) is not None:
            response.delete_cookie(flash.COOKIE, path="/dashboard")
        return response

    def redirect(self, path: str, notice: Phrase | None = None, *, undo: str = "") -> Response:
        """To another page, below `/dashboard`, which shows the notice; `undo` is the path that its Undo button posts to."""
        response = RedirectResponse(path, 303, PAGE_HEADERS)
        if notice is not None:
            self.notify(response, notice, undo=undo, token=self.token)
        return response

    def notify(self, response: Response, notice: Phrase, *, token: str, undo: str = "") -> None:
        """The next page of the session with that token shows the notice."""
        value = flash.sign_flash(notice, undo=undo, token=token)
        self.deps.set_cookie(response, flash.COOKIE, value, max_age_s=60, path="/dashboard")

    def _common(self) -> dict[str, Any]:
        zone = None if self.viewer is None else self.account.time_zone
        t = translator(self.language.translate)
        sealed = read_cookie(self.request, flash.COOKIE)
        return {
            "t": t,
            "lang": self.language.tag,
            "viewer": self.viewer,
            "may": self.may,
            "Permission": Permission,
            "path": self.request.url.path,
            "csrf": "" if self.viewer is None else self.deps.csrf_of(self.token, self.account_id),
            "new_once": lambda: ALPHANUMERIC.draw(_ONCE_LENGTH),
            "when": None if zone is None else moment_shower(self.now_us, zone, t),
            "today": None if zone is None else self.today,
            "origin": self.origin,
            "notice": flash.read_flash(sealed, token=self.token) if sealed else None,
        }


def _to_json(outcome: object) -> bytes:
    return json.dumps(outcome, ensure_ascii=False).encode("utf-8", "surrogatepass")
