"""`/dashboard/sign-in`, `/dashboard/sign-out`, and links that let somebody in who is known: a sign-in, a new password."""

import re

from starlette.responses import Response

from stampwell.core.actors import staff_actor
from stampwell.core.errors import AppError, FieldsWrong
from stampwell.dashboard.desk import Desk
from stampwell.dashboard.people.entering import HOME, SIGN_IN, SIGNED_IN, let_in, let_out, path_after
from stampwell.dashboard.people.guarding import known
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.features.audit.model import Entry
from stampwell.features.audit.service import record
from stampwell.features.people import joining, links, rules, service, sessions
from stampwell.features.people.errors import SignInRefused
from stampwell.features.people.model import Member, Permission
from stampwell.web.client import client_network
from stampwell.web.forms import Form

_SHOP = re.compile("[0-9]{1,18}")


class PeoplePages:
    """The pages that are open to anybody, and the way out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", SIGN_IN, self.show_sign_in, None),
            PageRoute("POST", SIGN_IN, self.sign_in, None),
            PageRoute("POST", "/dashboard/sign-out", self.sign_out, Permission.OWN),
            PageRoute("GET", "/dashboard/enter/{token}", self.show_enter, None),
            PageRoute("POST", "/dashboard/enter/{token}", self.enter, None),
            PageRoute("GET", "/dashboard/password/{token}", self.show_password, None),
            PageRoute("POST", "/dashboard/password/{token}", self.set_password, None),
        )

    async def show_sign_in(self, visit: Visit) -> Response:
        if visit.viewer is not None:
            return visit.redirect(path_after(visit.query("next")))
        shop = visit.query("shop")
        filled = {"next": path_after(visit.query("next")), "shop": shop if _SHOP.fullmatch(shop) else ""}
        return visit.render("people/sign_in.html", form=Form.filled(filled))

    async def sign_in(self, visit: Visit) -> Response:
        shop = visit.form.text("shop")
        account_id = int(shop) if _SHOP.fullmatch(shop) else None
        try:
            found = await known(visit, visit.form.text("email"), visit.form.raw("password"), account_id=account_id)
            person = await self._desk.db.read(service.find_home, found.person.person_id, account_id=account_id)
            if person is None:
                # Removed since.
                raise SignInRefused
        except AppError as refusal:
            response = visit.render("people/sign_in.html", status=refusal.status, form=visit.refused(refusal))
            response.headers.update(refusal.headers)
            return response
        to = path_after(visit.form.text("next"))
        return await let_in(visit, person, to=to, action=SIGNED_IN, wrong_tries=found.wrong_tries)

    async def sign_out(self, visit: Visit) -> Response:
        session = visit.signed_in.session

        def unit(tx: Tx) -> None:
            if sessions.end_session(tx, session.person_id, session.session_id):
                record(tx, visit.entry("person.signed-out", session.person_id, visit.person.name))

        await self._desk.db.write(unit)
        return let_out(self._desk, visit.redirect(SIGN_IN))

    async def show_enter(self, visit: Visit) -> Response:
        link = await self._desk.db.read(links.find_link, "sign_in", visit.part("token"), now_us=visit.now_us)
        return visit.render("people/enter.html", email=link.email)

    async def enter(self, visit: Visit) -> Response:
        person = await self._desk.db.write(joining.enter, visit.part("token"), now_us=visit.now_us)
        return await let_in(visit, person, to=HOME, action=SIGNED_IN)

    async def show_password(self, visit: Visit) -> Response:
        link = await self._desk.db.read(links.find_link, "password", visit.part("token"), now_us=visit.now_us)
        return visit.render("people/password.html", link=link)

    async def set_password(self, visit: Visit) -> Response:
        token, password = visit.part("token"), rules.normal(visit.form.raw("password"))
        link = await self._desk.db.read(links.find_link, "password", token, now_us=visit.now_us)
        problems = rules.password_problems(password, email=link.email)
        if problems:
            refusal = FieldsWrong(problems)
            return visit.render("people/password.html", status=refusal.status, form=visit.refused(refusal), link=link)
        hashed = await self._desk.passwords.hash(password, by=client_network(visit.request))

        def unit(tx: Tx) -> Member:
            person = joining.set_password_by_link(tx, token, password_hash=hashed, now_us=visit.now_us)
            by = staff_actor(person.person_id, person.name)
            record(tx, Entry(person.account_id, by, "person.password", person.person_id, person.name, visit.now_us))
            return person

        return await let_in(visit, await self._desk.db.write(unit), to=HOME)
