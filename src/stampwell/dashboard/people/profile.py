"""`/dashboard/profile`: one's own name, address and password, and the browsers one is signed in with."""

from typing import NamedTuple

from starlette.responses import Response

from stampwell.core.errors import AppError, FieldError, FieldsWrong
from stampwell.core.phrases import Phrase, phrase
from stampwell.dashboard.desk import Desk
from stampwell.dashboard.people.devices import device_in_words
from stampwell.dashboard.people.entering import SIGN_IN, let_out
from stampwell.dashboard.people.guarding import require_password
from stampwell.dashboard.people.words import ROLE_WORDS
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.features.audit.service import record
from stampwell.features.people import rules, service, sessions
from stampwell.features.people.errors import SessionNotFound, SignInRefused
from stampwell.features.people.model import Permission, Session
from stampwell.web.client import client_network
from stampwell.web.forms import Form

PROFILE = "/dashboard/profile"


class SessionRow(NamedTuple):
    """A browser; `here` is the one that looks."""

    session: Session
    device: Phrase
    here: bool


class ProfilePages:
    """What everybody may see and change of themselves."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", PROFILE, self.show, Permission.OWN),
            PageRoute("POST", f"{PROFILE}/name", self.rename, Permission.OWN),
            PageRoute("POST", f"{PROFILE}/password", self.set_password, Permission.OWN),
            PageRoute("POST", f"{PROFILE}/sessions/{{session_id:idx}}/sign-out", self.end, Permission.OWN),
            PageRoute("POST", f"{PROFILE}/sessions/sign-out-others", self.end_others, Permission.OWN),
        )

    async def show(self, visit: Visit) -> Response:
        return await show_profile(visit, Form())

    async def rename(self, visit: Visit) -> Response:
        name, before = visit.form.text("name"), visit.person

        def unit(tx: Tx) -> None:
            service.rename(tx, before, name)
            if name != before.name:
                record(tx, visit.entry("person.renamed", before.person_id, name, {"name": [before.name, name]}))

        try:
            await visit.once(unit)
        except FieldsWrong as refusal:
            return await show_profile(visit, visit.refused(refusal), status=refusal.status)
        return visit.redirect(PROFILE, phrase("{name} is saved.", name=name))

    async def set_password(self, visit: Visit) -> Response:
        person, password = visit.person, rules.normal(visit.form.raw("password"))
        here = visit.signed_in.session.session_id
        try:
            if person.password_hash:
                await self._require_present(visit)
            problems = rules.password_problems(password, email=person.email)
            if problems:
                raise FieldsWrong(problems)
        except AppError as refusal:
            response = await show_profile(visit, visit.refused(refusal), status=refusal.status)
            response.headers.update(refusal.headers)
            return response
        hashed = await self._desk.passwords.hash(password, by=client_network(visit.request))

        def unit(tx: Tx) -> None:
            service.set_password(tx, person.person_id, password_hash=hashed, but=here, now_us=visit.now_us)
            record(tx, visit.entry("person.password", person.person_id, person.name))

        await self._desk.db.write(unit)
        return visit.redirect(PROFILE, phrase("Your password is changed. You are signed out everywhere else."))

    async def end(self, visit: Visit) -> Response:
        session_id, person = visit.number("session_id"), visit.person

        def unit(tx: Tx) -> None:
            if not sessions.end_session(tx, person.person_id, session_id):
                raise SessionNotFound
            record(tx, visit.entry("person.signed-out", person.person_id, person.name))

        await visit.once(unit)
        if session_id == visit.signed_in.session.session_id:
            return let_out(self._desk, visit.redirect(SIGN_IN))
        return visit.redirect(PROFILE, phrase("You are signed out there."))

    async def end_others(self, visit: Visit) -> Response:
        person, here = visit.person, visit.signed_in.session.session_id

        def unit(tx: Tx) -> None:
            ended = sessions.end_sessions(tx, person.person_id, but=here)
            if ended:
                record(tx, visit.entry("person.signed-out", person.person_id, person.name, {"sessions": [ended, 0]}))

        await visit.once(unit)
        return visit.redirect(PROFILE, phrase("You are signed out everywhere else."))

    async def _require_present(self, visit: Visit) -> None:
        """Tries count as those to sign in do: a browser left open is no place to guess at."""
        try:
            await require_password(visit, visit.form.raw("present"))
        except SignInRefused:
            raise FieldsWrong([FieldError("present", phrase("is not your present password"))]) from None


async def show_profile(visit: Visit, form: Form, *, status: int = 200) -> Response:
    """The page, with what was wrong with one of its forms."""
    person, here = visit.person, visit.signed_in.session.session_id
    listed = await visit.desk.db.read(sessions.list_sessions, person.person_id, now_us=visit.now_us)
    rows = [SessionRow(one, device_in_words(one.device), one.session_id == here) for one in listed]
    return visit.render(
        "people/profile.html",
        status=status,
        form=form,
        person=person,
        role=ROLE_WORDS[person.role],
        rows=rows,
        sends=visit.desk.mailer is not None,
        shop_sign_in=f"{visit.origin}{SIGN_IN}?shop={visit.account_id}",
    )
