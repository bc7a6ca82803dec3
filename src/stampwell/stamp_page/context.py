"""One request of the customer's page: which stamp, in which language, what the form said, and the ways to answer."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property, partial
from hashlib import sha256
from typing import Any, cast
from zoneinfo import ZoneInfo

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from stampwell.core.actors import Actor
from stampwell.core.codes import ALPHANUMERIC
from stampwell.core.days import day_of
from stampwell.core.errors import AppError
from stampwell.core.phrases import Language, Phrase, Template
from stampwell.db.database import Tx
from stampwell.features.accounts.admission import admitted
from stampwell.features.idempotency.model import IdempotencyKey, IdempotentRequest, StoredResponse
from stampwell.features.idempotency.service import answer_once
from stampwell.features.stamps.model import EventMeta, Shop, Shown, Stamp
from stampwell.features.stamps.pins import zone_of
from stampwell.features.stamps.states import State
from stampwell.stamp_page.deps import StampPageDeps
from stampwell.stamp_page.errors import ForeignAction
from stampwell.stamp_page.headers import STAMP_HEADERS
from stampwell.stamp_page.look import Look, look_of
from stampwell.stamp_page.refusals import message_for_customer
from stampwell.web import flash
from stampwell.web.cookies import read_cookie
from stampwell.web.forms import Form
from stampwell.web.rendering import translator

NOTICE_COOKIE = "stampwell_card_notice"
PIN_COOKIE = "stampwell_pin"
LANGUAGE_COOKIE = "stampwell_language"

UNDO_S = 60
_ONCE_LENGTH = 22


class StampPageContext:
    """What a handler is given: the stamp is there, this is its domain, and a form is one of ours."""

    def __init__(
        self, request: Request, deps: StampPageDeps, *, shown: Shown, language: Language, form: Form, now_us: int
    ) -> None:
        self.request = request
        self.deps = deps
        self.shown = shown
        self.language = language
        self.form = form
        self.now_us = now_us

    @property
    def stamp(self) -> Stamp:
        return self.shown.stamp

    @property
    def shop(self) -> Shop:
        return self.shown.shop

    @property
    def path(self) -> str:
        """Of the page itself."""
        return f"/stamp/{self.stamp.code}"

    @property
    def url(self) -> str:
        """The stamp's link, as the API gives it out."""
        return f"{self.stamp.domain}{self.path}"

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.shop)

    @cached_property
    def today(self) -> date:
        """The day in the account's time zone."""
        return day_of(self.now_us, self.zone)

    @cached_property
    def look(self) -> Look:
        return look_of(self.shown, today=self.today, default_domain=self.deps.default_domain)

    @property
    def state(self) -> State:
        return self.look.state

    @property
    def knows_pin(self) -> bool:
        """Whether this phone knows the stamp's PIN, or there is none."""
        return self.deps.signer.knows(self.stamp, read_cookie(self.request, PIN_COOKIE) or "", now_us=self.now_us)

    def meta(self, kind: str) -> EventMeta:
        """The circumstances of what is done now. kind: `customer`, or `staff` for who has told the staff password."""
        return EventMeta(Actor(kind, None, "stamp_page"), self.now_us, self.zone, set_back_at=self.deps.clock.set_back_at)

    async def once(self, unit: Callable[[Tx], Any]) -> Any:
        """Runs the unit of work of this form, once however often the same form is sent; what it answers goes through JSON.

        Raises ForeignAction for a form without its token, and AccountSuspended.
        """
        token = self.form.text("once")
        if not token:
            raise ForeignAction
        name = f"{self.request.url.path}/{token}"
        digest = sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
        claim = IdempotencyKey(self.stamp.account_id, digest, digest, self.now_us)
        answering = partial(answer_once, asked=IdempotentRequest(unit, claim, _to_json))
        answered = await self.deps.db.write(admitted(self.stamp.account_id, answering))
        return json.loads(cast("StoredResponse", answered).body)

    def t(self, template: Template | Phrase, **parameters: object) -> Markup:
        """A sentence in the language of the page, as markup: what is put into it is escaped."""
        return translator(self.language.translate)(template, **parameters)

    def refused(self, refusal: AppError) -> Form:
        """The form, with what was wrong noted beside its fields or above it. What was typed is a secret and does not stay."""
        translate = self.language.translate
        return Form().refuse(refusal, message_for_customer(refusal, translate), translate)

    def render(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
    ) -> Response:
        """A page. Besides `values` its template knows what `common` lists."""
        return self.answer(self.markup(template, **values), status=status, headers=headers)

    def markup(self, template: str, **values: object) -> str:
        return self.deps.templates.render(template, {**self.common(), **values})

    def answer(self, page: str | bytes, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """The page with what belongs to every page."""
        sent = {**STAMP_HEADERS, "Content-Language": self.language.tag, **(headers or {})}
        return HTMLResponse(page, status, sent)

    def redirect(self, notice: Phrase | None = None, *, undo: str = "") -> RedirectResponse:
        """To the stamp's page, which shows the notice; `undo` is the path that its Undo button posts to, for a minute."""
        response = RedirectResponse(self.path, 303, STAMP_HEADERS)
        if notice is not None:
            value = flash.sign_flash(notice, undo=undo, token=self.deps.signer.token(self.stamp))
            self.set_cookie(response, NOTICE_COOKIE, value, max_age_s=UNDO_S)
        return response

    def notice(self) -> flash.Flash | None:
        """What this phone did a moment ago."""
        sealed = read_cookie(self.request, NOTICE_COOKIE)
        return flash.read_flash(sealed, token=self.deps.signer.token(self.stamp)) if sealed else None

    def set_cookie(self, response: Response, name: str, value: str, *, max_age_s: int, path: str = "") -> None:
        """A cookie for this stamp's page (or `path`) that scripts cannot read and other sites' forms do not send."""
        secure = self.stamp.domain.startswith("https://") and self.request.url.scheme == "https"
        response.set_cookie(
            name, value, max_age=max_age_s, path=path or self.path, secure=secure, httponly=True, samesite="lax"
        )

    def common(self) -> dict[str, Any]:
        return {
            "t": translator(self.language.translate),
            "lang": self.language.tag,
            "tags": self.deps.languages.tags,
            "path": self.path,
            "url": self.url,
            "token": self.deps.signer.form(self.stamp),
            "new_once": new_once,
            "notice": self.notice(),
            "form": Form(),
        }


def new_once() -> str:
    """What one form is known by."""
    return ALPHANUMERIC.draw(_ONCE_LENGTH)


def _to_json(outcome: object) -> bytes:
    return json.dumps(outcome).encode()
