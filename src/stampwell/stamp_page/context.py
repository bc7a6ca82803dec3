"""One request of the customer's page: which stamp, and what this phone may see of it."""

import re
from collections.abc import Callable
from datetime import date
from functools import cached_property
from typing import Any, Self, TypeVar
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from stampwell.core.actors import Actor
from stampwell.core.days import day_of
from stampwell.core.errors import AppError
from stampwell.core.phrases import Language
from stampwell.core.units import DAY_S
from stampwell.db.database import Tx
from stampwell.features.accounts.admission import admitted
from stampwell.features.idempotency.forms import form_once
from stampwell.features.people.model import Member, Viewer
from stampwell.features.stamps.model import EventMeta, Shop, Shown, Stamp
from stampwell.features.stamps.pins import zone_of
from stampwell.features.stamps.states import State
from stampwell.stamp_page.deps import StampPageDeps
from stampwell.stamp_page.headers import STAMP_HEADERS
from stampwell.stamp_page.look import Look, look_of
from stampwell.stamp_page.refusals import message_for_customer
from stampwell.web.context import PageContext
from stampwell.web.cookies import read_cookie, set_cookie
from stampwell.web.forms import Form

T = TypeVar("T")

PIN_COOKIE = "stampwell_pin"
PLACE_COOKIE = "stampwell_location"
_NUMBER = re.compile("[0-9]{1,18}")
_PLACE_KEPT_S = 365 * DAY_S


class StampPageContext(PageContext[StampPageDeps]):
    """What a handler is given: the stamp is there, this is its domain, and a form is one of ours.

    viewer: who is signed in for the stamp's shop with this browser and may add stamps, or None. csrf: what forms carry that
    are sent in their name.
    """

    headers = STAMP_HEADERS
    flash_cookie = "stampwell_card_notice"

    def __init__(
        self,
        request: Request,
        deps: StampPageDeps,
        *,
        shown: Shown,
        language: Language,
        form: Form,
        now_us: int,
        viewer: Viewer | None = None,
        csrf: str = "",
    ) -> None:
        super().__init__(request, deps, language=language, form=form, now_us=now_us)
        self.shown = shown
        self.viewer = viewer
        self.csrf = csrf

    def about(self, shown: Shown) -> Self:
        """The same request, answered in the name of another stamp; whoever is signed in is not known there."""
        return type(self)(self.request, self.deps, shown=shown, language=self.language, form=self.form, now_us=self.now_us)

    @property
    def signed_in(self) -> Member | None:
        """Who sends this form in their own name, rather than with the staff password."""
        return self.viewer.person if self.viewer is not None and self.form.has("csrf") else None

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

    @property
    def remembered_place(self) -> int | None:
        """The location that was chosen in this form or, before that, on this phone."""
        chosen = self.form.text("locationIdx") or read_cookie(self.request, PLACE_COOKIE) or ""
        return int(chosen) if _NUMBER.fullmatch(chosen) else None

    @cached_property
    def place(self) -> int | None:
        """The location that staff chose in this form or, before that, on this phone; None where the card is not valid there.

        Whoever is signed in names one in each form: whether they may is looked at when it is carried out.
        """
        if self.signed_in is not None:
            return self.remembered_place if self.form.text("locationIdx") else None
        chosen = self.form.text("locationIdx") or read_cookie(self.request, PLACE_COOKIE)
        return next((place.location_id for place in self.look.places if str(place.location_id) == chosen), None)

    def remember_place(self, response: Response) -> None:
        """For every card on this phone: whoever comes back mostly comes to the same place."""
        if self.place is not None:
            set_cookie(response, PLACE_COOKIE, str(self.place), max_age_s=_PLACE_KEPT_S, path="/stamp", secure=self.is_secure)

    def meta(self, kind: str, *, location_id: int | None = None) -> EventMeta:
        """The circumstances of what is done now. kind: `customer`, or `staff` for whoever typed the staff password or is
        signed in.
        """
        person = self.signed_in
        return EventMeta(
            Actor(kind, None, "stamp_page") if person is None else self.staff_actor(person),
            self.now_us,
            self.zone,
            set_back_at=self.deps.clock.set_back_at,
            location_id=location_id,
        )

    def staff_actor(self, person: Member) -> Actor:
        return Actor("staff", person.person_id, "stamp_page", person.name)

    # What the page kit asks for.

    @property
    def cookie_path(self) -> str:
        """That of the page: of other stamps this one's cookies say nothing."""
        return self.path

    @property
    def is_secure(self) -> bool:
        return self.stamp.domain.startswith("https://") and self.request.url.scheme == "https"

    @property
    def flash_token(self) -> str:
        return self.deps.signer.token(self.stamp)

    @property
    def shown_form(self) -> Form:
        """An empty one: what was typed is a secret and does not stay."""
        return Form()

    def message(self, refusal: AppError) -> str:
        return message_for_customer(refusal, self.language.translate)

    async def write(self, unit: Callable[[Tx], T]) -> T:
        """Runs the unit of work. Raises AccountSuspended."""
        return await self.deps.db.write(admitted(self.stamp.account_id, unit))

    def unit_once(self, unit: Callable[[Tx], Any]) -> Callable[[Tx], Any]:
        name = f"{self.request.url.path}/{self.form.text('once')}"
        return form_once(unit, account_id=self.stamp.account_id, name=name, now_us=self.now_us)

    def common(self) -> dict[str, Any]:
        return {
            **super().common(),
            "tags": self.deps.languages.tags,
            "path": self.path,
            "url": self.url,
            "token": self.deps.signer.form(self.stamp),
        }
