"""`/dashboard/people`: who may sign in, as what, and since when they were not seen."""

from typing import NamedTuple

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import Phrase, phrase
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.locations.location_choices import location_choices, ticked_locations
from stampwell.dashboard.people.people_labels import ROLE_OPTIONS, ROLE_WORDS
from stampwell.dashboard.people.sign_in import HOME, SIGN_IN, let_out
from stampwell.dashboard.route import PageRoute
from stampwell.features.locations.service import list_locations
from stampwell.features.locations.staffing import assign
from stampwell.features.people import access_links, service, sessions, sign_ins
from stampwell.features.people.model import AccessLink, Member, Permission, Role
from stampwell.web.forms import Form

_PEOPLE = "/dashboard/people"


class PersonRow(NamedTuple):
    """Somebody of the list. seen_at: None for those who are signed in nowhere."""

    person: Member
    role: Phrase
    seen_at: int | None


class InvitationRow(NamedTuple):
    """An invitation that nobody has accepted yet."""

    link: AccessLink
    role: Phrase


class TeamPages:
    """The list, and one person of it."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        one = f"{_PEOPLE}/{{person_id:idx}}"
        return (
            PageRoute("GET", _PEOPLE, self.list, Permission.PEOPLE),
            PageRoute("GET", one, self.show, Permission.PEOPLE),
            PageRoute("POST", f"{one}/role", self.change_role, Permission.PEOPLE),
            PageRoute("POST", f"{one}/locations", self.change_locations, Permission.PEOPLE),
            PageRoute("POST", f"{one}/sign-out", self.sign_out, Permission.PEOPLE),
            PageRoute("GET", f"{one}/remove", self.ask_remove, Permission.PEOPLE),
            PageRoute("POST", f"{one}/remove", self.remove, Permission.PEOPLE),
        )

    async def list(self, context: DashboardContext) -> Response:
        people = await self._deps.db.read(service.list_people, context.account_id)
        seen = await self._deps.db.read(sessions.last_seen, context.account_id, now_us=context.now_us)
        invited = await self._deps.db.read(access_links.list_invitations, context.account_id, now_us=context.now_us)
        rows = [PersonRow(person, ROLE_WORDS[person.role], seen.get(person.person_id)) for person in people]
        invitations = [InvitationRow(link, ROLE_WORDS[link.role]) for link in invited]
        return context.render("people/list.html", rows=rows, invitations=invitations)

    async def show(self, context: DashboardContext) -> Response:
        person = await self._person(context)
        return await self._page(context, person, Form.filled({"role": person.role.value}))

    async def change_role(self, context: DashboardContext) -> Response:
        person_id, role = context.number("person_id"), context.form.text("role")
        account_id, actor, now_us = context.account_id, context.actor, context.now_us
        person = await self._person(context)
        try:
            name = await context.once(
                lambda tx: service.change_role(tx, account_id, person_id, role, actor=actor, now_us=now_us).name
            )
        except AppError as refusal:
            return await self._page(context, person, context.refused(refusal), status=refusal.status)
        mine = person_id == context.person.person_id and role != Role.OWNER
        return context.redirect(HOME if mine else _PEOPLE, phrase("Saved: {name}.", name=name))

    async def change_locations(self, context: DashboardContext) -> Response:
        person_id, ticked = context.number("person_id"), ticked_locations(context.form, "location")
        account_id, actor, now_us = context.account_id, context.actor, context.now_us
        name = await context.once(lambda tx: assign(tx, account_id, person_id, ticked, actor=actor, now_us=now_us).name)
        return context.redirect(f"{_PEOPLE}/{person_id}", phrase("Saved: {name}.", name=name))

    async def sign_out(self, context: DashboardContext) -> Response:
        person_id = context.number("person_id")
        # Whoever does this to themselves goes on here.
        but = context.signed_in.session.session_id if person_id == context.person.person_id else 0
        account_id, actor, now_us = context.account_id, context.actor, context.now_us
        name = await context.once(
            lambda tx: sign_ins.sign_out_everywhere(tx, account_id, person_id, but=but, actor=actor, now_us=now_us).name
        )
        said = phrase("You are signed out everywhere else.") if but else phrase("{name} is signed out everywhere.", name=name)
        return context.redirect(f"{_PEOPLE}/{person_id}", said)

    async def ask_remove(self, context: DashboardContext) -> Response:
        return context.render("people/remove.html", person=await self._person(context))

    async def remove(self, context: DashboardContext) -> Response:
        person_id = context.number("person_id")
        account_id, actor, now_us = context.account_id, context.actor, context.now_us
        try:
            name = await context.once(lambda tx: service.remove(tx, account_id, person_id, actor=actor, now_us=now_us).name)
        except AppError as refusal:
            # Whoever is gone already is "not found" here too.
            person = await self._person(context)
            return context.render("people/remove.html", status=refusal.status, person=person, form=context.refused(refusal))
        if person_id == context.person.person_id:
            return let_out(self._deps, context.redirect(SIGN_IN))
        return context.redirect(_PEOPLE, phrase("{name} can no longer sign in.", name=name))

    async def _person(self, context: DashboardContext) -> Member:
        return await self._deps.db.read(service.get_person, context.account_id, context.number("person_id"))

    async def _page(self, context: DashboardContext, person: Member, form: Form, *, status: int = 200) -> Response:
        seen = await self._deps.db.read(sessions.last_seen, context.account_id, now_us=context.now_us)
        locations = await self._deps.db.read(list_locations, context.account_id)
        return context.render(
            "people/person.html",
            status=status,
            locations=location_choices(locations, person.location_ids),
            form=form,
            person=person,
            roles=ROLE_OPTIONS,
            seen_at=seen.get(person.person_id),
            mine=person.person_id == context.person.person_id,
            sends=self._deps.mailer is not None,
        )
