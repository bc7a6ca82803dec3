"""`/dashboard/sign-in`, `/dashboard/sign-out`, and what links open: joining, a new password, a sign-in."""

from starlette.responses import Response

from stampwell.core.errors import AppError, FieldsWrong, TooBusy
from stampwell.core.phrases import phrase
from stampwell.dashboard.desk import Desk
from stampwell.dashboard.people.entering import HOME, SIGN_IN, SIGNED_IN, let_in, let_out, path_after
from stampwell.dashboard.people.guarding import known
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.features.accounts.service import get_account
from stampwell.features.audit.model import By, Entry
from stampwell.features.audit.service import record
from stampwell.features.people import service, sessions
from stampwell.features.people.model import Permission, Person
from stampwell.web.forms import Form


class PeoplePages:
    """The pages that are open to anybody, and the way out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", SIGN_IN, self.show_sign_in, None),
            PageRoute("POST", SIGN_IN, self.sign_in, None),
            PageRoute("POST", "/dashboard/sign-out", self.sign_out, Permission.OWN),
            PageRoute("GET", "/dashboard/join/{token}", self.show_join, None),
            PageRoute("POST", "/dashboard/join/{token}", self.join, None),
            PageRoute("GET", "/dashboard/enter/{token}", self.show_enter, None),
            PageRoute("POST", "/dashboard/enter/{token}", self.enter, None),
            PageRoute("GET", "/dashboard/password/{token}", self.show_password, None),
            PageRoute("POST", "/dashboard/password/{token}", self.set_password, None),
        )

    async def show_sign_in(self, visit: Visit) -> Response:
        if visit.viewer is not None:
            return visit.redirect(path_after(visit.query("next")))
        return visit.render("people/sign_in.html", form=Form.filled({"next": path_after(visit.query("next"))}))

    async def sign_in(self, visit: Visit) -> Response:
        try:
            person = await known(visit, visit.form.text("email"), visit.form.raw("password"))
        except AppError as refusal:
            response = visit.render("people/sign_in.html", status=refusal.status, form=visit.refused(refusal))
            response.headers.update(refusal.headers)
            return response
        return await let_in(visit, person, to=path_after(visit.form.text("next")), action=SIGNED_IN)

    async def sign_out(self, visit: Visit) -> Response:
        session = visit.signed_in.session

        def unit(tx: Tx) -> None:
            if sessions.end_session(tx, session.account_id, session.person_id, session.session_id):
                record(tx, visit.entry("person.signed-out", session.person_id, visit.person.name))

        await self._desk.db.write(unit)
        return let_out(self._desk, visit.redirect(SIGN_IN))

    async def show_join(self, visit: Visit) -> Response:
        link = await self._desk.db.read(service.find_link, "invitation", visit.part("token"), now_us=visit.now_us)
        return await self._join_page(visit, Form.filled({"email": link.email}))

    async def join(self, visit: Visit) -> Response:
        form, token = visit.form, visit.part("token")
        password, email, name = service.normal(form.raw("password")), form.text("email"), form.text("name")
        try:
            problems = service.problems_of(email=email, name=name, password=password)
            if problems:
                raise FieldsWrong(problems)
            # First: whoever has no link has nothing computed.
            await self._desk.db.read(service.find_link, "invitation", token, now_us=visit.now_us)
            hashed = await self._desk.passwords.hash(password)

            def unit(tx: Tx) -> Person:
                person = service.accept(tx, token, email=email, name=name, password_hash=hashed, now_us=visit.now_us)
                by = By("person", person.person_id, person.name, "dashboard")
                changes = {"role": [None, person.role.value]}
                joined = Entry(person.account_id, by, "person.joined", person.person_id, person.name, visit.now_us, changes)
                record(tx, joined)
                return person

            person = await self._desk.db.write(unit)
        except (FieldsWrong, TooBusy) as refusal:
            return await self._join_page(visit, visit.refused(refusal), status=refusal.status)
        return await let_in(visit, person, to=HOME)

    async def show_enter(self, visit: Visit) -> Response:
        link = await self._desk.db.read(service.find_link, "sign_in", visit.part("token"), now_us=visit.now_us)
        return visit.render("people/enter.html", email=link.email)

    async def enter(self, visit: Visit) -> Response:
        person = await self._desk.db.write(service.enter, visit.part("token"), now_us=visit.now_us)
        return await let_in(visit, person, to=HOME, action=SIGNED_IN)

    async def show_password(self, visit: Visit) -> Response:
        link = await self._desk.db.read(service.find_link, "password", visit.part("token"), now_us=visit.now_us)
        return visit.render("people/password.html", email=link.email)

    async def set_password(self, visit: Visit) -> Response:
        token, password = visit.part("token"), service.normal(visit.form.raw("password"))
        link = await self._desk.db.read(service.find_link, "password", token, now_us=visit.now_us)
        problems = service.password_problems(password, email=link.email)
        if problems:
            refusal = FieldsWrong(problems)
            return visit.render("people/password.html", status=refusal.status, form=visit.refused(refusal), email=link.email)
        hashed = await self._desk.passwords.hash(password)

        def unit(tx: Tx) -> Person:
            person = service.set_password_by_link(tx, token, password_hash=hashed, now_us=visit.now_us)
            by = By("person", person.person_id, person.name, "dashboard")
            record(tx, Entry(person.account_id, by, "person.password", person.person_id, person.name, visit.now_us))
            return person

        return await let_in(visit, await self._desk.db.write(unit), to=HOME)

    async def _join_page(self, visit: Visit, form: Form, *, status: int = 200) -> Response:
        link = await self._desk.db.read(service.find_link, "invitation", visit.part("token"), now_us=visit.now_us)
        shop = await self._desk.db.read(get_account, link.account_id)
        said = {
            "owner": phrase("as an owner: you may do everything."),
            "manager": phrase("as a manager: cards, stamps and domains."),
            "staff": phrase("as staff: you issue stamps, add marks and hand out rewards."),
        }
        return visit.render("people/join.html", status=status, form=form, shop=shop.name, role=said[link.role.value])
