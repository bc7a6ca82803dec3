"""One request of the dashboard: who looks, in which shop, and what they may do."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from stampwell.core.actors import Actor, staff_actor
from stampwell.core.days import day_of
from stampwell.core.errors import AppError, FieldError
from stampwell.core.phrases import Language
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.field_words import problem_in_words
from stampwell.dashboard.refusals import message_for_staff
from stampwell.db.database import Tx
from stampwell.features.accounts.admission import admitted
from stampwell.features.accounts.model import Account
from stampwell.features.idempotency.forms import form_answer, form_once
from stampwell.features.people.model import Member, Permission, Viewer
from stampwell.features.plans.model import Plan
from stampwell.features.stamps.model import EventMeta
from stampwell.web.context import PageContext
from stampwell.web.errors import NoSuchPage
from stampwell.web.forms import Form
from stampwell.web.rendering import moment_shower

T = TypeVar("T")


class DashboardContext(PageContext[DashboardDeps]):
    """What a handler is given. `viewer` is None on pages that are open to anybody and nobody is signed in.

    token: the session's; empty when nobody is signed in. is_own_affair: whether the page is open to people of suspended
    accounts too, because it is about themselves.
    """

    flash_cookie = "stampwell_notice"

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
        is_own_affair: bool,
    ) -> None:
        super().__init__(request, deps, language=language, form=form, now_us=now_us)
        self.viewer = viewer
        self.token = token
        self.is_own_affair = is_own_affair

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

    def meta(self, note: str | None = None, *, location_id: int | None = None) -> EventMeta:
        """The circumstances of what is done to a stamp now, at that location of the account."""
        return EventMeta(
            self.actor,
            self.now_us,
            self.account.time_zone,
            note=note,
            set_back_at=self.deps.clock.set_back_at,
            location_id=location_id,
        )

    # What the page kit asks for.

    @property
    def cookie_path(self) -> str:
        return "/dashboard"

    @property
    def is_secure(self) -> bool:
        return self.deps.secure

    @property
    def flash_token(self) -> str:
        return self.token

    def message(self, refusal: AppError) -> str:
        return message_for_staff(refusal, self.language.translate)

    def problem(self, row: FieldError) -> str:
        return problem_in_words(row).said(self.language.translate)

    async def write(self, unit: Callable[[Tx], T]) -> T:
        """Runs the unit of work. Raises AccountSuspended, but for one's own affairs."""
        return await self.deps.db.write(unit if self.is_own_affair else admitted(self.account_id, unit))

    def unit_once(self, unit: Callable[[Tx], Any]) -> Callable[[Tx], Any]:
        return form_once(unit, account_id=self.account_id, name=self._form_name(), now_us=self.now_us)

    async def answer_before(self) -> Any:
        """What `once` answered when this form was sent before; None if it was not. For what comes before a slow act."""
        return await self.deps.db.read(form_answer(account_id=self.account_id, name=self._form_name(), now_us=self.now_us))

    def _form_name(self) -> str:
        # The same form with other answers in it is another form.
        return f"dashboard/{self.person.person_id}/{self.request.url.path}/{self.form.digest()}"

    def answer(self, page: str | bytes, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """The page, which is the one that shows the flash message."""
        response = super().answer(page, status=status, headers=headers)
        if self.has_flash:
            response.delete_cookie(self.flash_cookie, path=self.cookie_path)
        return response

    def common(self) -> dict[str, Any]:
        common = super().common()
        zone = None if self.viewer is None else self.account.time_zone
        return {
            **common,
            "viewer": self.viewer,
            "may": self.may,
            "Permission": Permission,
            "path": self.request.url.path,
            "csrf": "" if self.viewer is None else self.deps.csrf_of(self.token, self.account_id),
            "when": None if zone is None else moment_shower(self.now_us, zone, common["t"]),
            "today": None if zone is None else self.today,
            "origin": self.origin,
        }
