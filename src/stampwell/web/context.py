"""One request of a page: what was asked for, in which language, what the form said, and the ways to answer.

A surface makes its own context of `PageContext`, which knows who looks and what they may do.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Generic, TypeVar, cast

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from stampwell.core.codes import ALPHANUMERIC
from stampwell.core.errors import AppError, FieldError
from stampwell.core.phrases import Language, Phrase, Template
from stampwell.db.database import Tx
from stampwell.web.cookies import read_cookie, set_cookie
from stampwell.web.deps import PageDeps
from stampwell.web.errors import ForeignForm
from stampwell.web.flash import FLASH_S, Flash, read_flash, sign_flash
from stampwell.web.forms import Form, require_no_nul
from stampwell.web.headers import PAGE_HEADERS
from stampwell.web.rendering import day_shower, translator

T = TypeVar("T")
DepsT = TypeVar("DepsT", bound=PageDeps)

_ONCE_LENGTH = 22


class PageContext(ABC, Generic[DepsT]):
    """What the handler of a page is given.

    headers: what every page is sent with. flash_cookie: the name of the cookie that holds the flash message.
    """

    headers: ClassVar[Mapping[str, str]] = PAGE_HEADERS
    flash_cookie: ClassVar[str]

    def __init__(self, request: Request, deps: DepsT, *, language: Language, form: Form, now_us: int) -> None:
        self.request = request
        self.deps = deps
        self.language = language
        self.form = form
        self.now_us = now_us

    # What a surface has to say.

    @property
    @abstractmethod
    def cookie_path(self) -> str:
        """The path below which cookies of the page are sent."""

    @property
    @abstractmethod
    def is_secure(self) -> bool:
        """Whether browsers reach the page by https, so that cookies may be kept to it."""

    @property
    @abstractmethod
    def flash_token(self) -> str:
        """The secret that flash messages for this browser are signed with."""

    @abstractmethod
    def message(self, refusal: AppError) -> str:
        """The refusal's sentence, in the words for the people of this surface."""

    def problem(self, row: FieldError) -> str:
        """What is wrong with a field, in the words for the people of this surface."""
        return row.problem.said(self.language.translate)

    @abstractmethod
    async def write(self, unit: Callable[[Tx], T]) -> T:
        """Runs the unit of work. Raises AccountSuspended where the account may change nothing."""

    @abstractmethod
    def unit_once(self, unit: Callable[[Tx], Any]) -> Callable[[Tx], Any]:
        """The unit of work, which does nothing and answers as before where this form was sent before."""

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

        Every form has a token of its own. Raises ForeignForm without a token, and what `write` raises.
        """
        if not self.form.text("once"):
            raise ForeignForm
        return await self.write(self.unit_once(unit))

    # How it is answered.

    def t(self, template: Template | Phrase, **parameters: object) -> Markup:
        """A sentence in the language of the page, as markup: what is put into it is escaped."""
        return translator(self.language.translate)(template, **parameters)

    @property
    def shown_form(self) -> Form:
        """The form as a page shows it again."""
        return self.form

    def refused(self, refusal: AppError, *, fields: Iterable[str] | None = None) -> Form:
        """The form, with what was wrong noted beside the fields (of `fields`, if given) or above it."""
        return self.shown_form.refuse(refusal, self.message(refusal), self.problem, fields=fields)

    def render(
        self, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
    ) -> Response:
        """A page. Besides `values` its template knows what `common` lists."""
        return self.answer(self.markup(template, **values), status=status, headers=headers)

    def markup(self, template: str, **values: object) -> str:
        """The HTML of `render`."""
        return self.deps.templates.render(template, {**self.common(), **values})

    def common(self) -> dict[str, Any]:
        """What every template may use."""
        t = translator(self.language.translate)
        return {
            "t": t,
            "show_day": day_shower(t),
            "lang": self.language.tag,
            "form": self.shown_form,
            "new_once": new_once,
            "flash": self.read_flash(),
        }

    def answer(self, page: str | bytes, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """The page, with the headers of every page."""
        return HTMLResponse(page, status, {**self.headers, "Content-Language": self.language.tag, **(headers or {})})

    def redirect(self, path: str, flash: Phrase | None = None, *, undo: str = "") -> Response:
        """To another page, which shows the flash message; `undo` is the path that its Undo button posts to."""
        response = RedirectResponse(path, 303, self.headers)
        if flash is not None:
            self.set_flash(response, flash, token=self.flash_token, undo=undo)
        return response

    # What the browser keeps.

    def set_cookie(self, response: Response, name: str, value: str, *, max_age_s: int) -> None:
        """A cookie for the pages below `cookie_path`."""
        set_cookie(response, name, value, max_age_s=max_age_s, path=self.cookie_path, secure=self.is_secure)

    @property
    def has_flash(self) -> bool:
        """Whether the browser sent a flash message, be it ours or not."""
        return read_cookie(self.request, self.flash_cookie) is not None

    def read_flash(self) -> Flash | None:
        """What this browser did a moment ago."""
        value = read_cookie(self.request, self.flash_cookie)
        return read_flash(value, token=self.flash_token) if value else None

    def set_flash(self, response: Response, flash: Phrase, *, token: str, undo: str = "") -> None:
        """The next page whose `flash_token` is `token` shows the message."""
        self.set_cookie(response, self.flash_cookie, sign_flash(flash, undo=undo, token=token), max_age_s=FLASH_S)


def new_once() -> str:
    """A token that one form is known by."""
    return ALPHANUMERIC.draw(_ONCE_LENGTH)
