"""`/dashboard/profile`: one's own name, password, and the browsers one is signed in with."""

from typing import NamedTuple

from starlette.responses import Response

from stampwell.core.errors import AppError, FieldError, FieldsWrong
from stampwell.core.phrases import Phrase, phrase
from stampwell.dashboard.desk import Desk
from stampwell.dashboard.people.devices import device_in_words
from stampwell.dashboard.people.entering import SIGN_IN, let_out
from stampwell.dashboard.people.guarding import known
from stampwell.dashboard.people.words import ROLE_WORDS
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.features.audit.service import record
from stampwell.features.people import service, sessions
from stampwell.features.people.errors import SessionNotFound, SignInRefused
from stampwell.features.people.model import Permission, Session
from stampwell.web.forms import Form

_PROFILE = "/dashboard/profile"


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
            PageRoute("GET", _PROFILE, self.show, Permission.OWN),
            PageRoute("POST", f"{_PROFILE}/name", self.rename, Permission.OWN),
            PageRoute("POST", f"{_PROFILE}/password", self.set_password, Permission.OWN),
            PageRoute("POST", f"{_PROFILE}/sessions/{{session_id:idx}}/sign-out", self.end, Permission.OWN),
            PageRoute("POST", f"{_PROFILE}/sessions/sign-out-others", self.end_others, Permission.OWN),
        )

    async def show(self, visit: Visit) -> Response:
        return await self._page(visit, Form())

    async def rename(self, visit: Visit) -> Response:
        name, before = visit.form.text("name"), visit.person

        def unit(tx: Tx) -> None:
            service.rename(tx, before, name)
            if name != before.name:
                record(tx, visit.entry("person.renamed", before.person_id, name, {"name": [before.name, name]}))

        try:
            await visit.once(unit)
        except FieldsWrong as refusal:
            return await self._page(visit, visit.refused(refusal), status=refusal.status)
        return visit.redirect(_PROFILE, phrase("{name} is saved.", name=name))

    async def set_password(self, visit: Visit) -> Response:
        person, password = visit.person, service.normal(visit.form.raw("password"))
        here = visit.signed_in.session.session_id
        try:
            if person.password_hash:
                await self._require_present(visit)
            problems = service.password_problems(password, email=person.email)
            if problems:
                raise FieldsWrong(problems)
        except AppError as refusal:
            response = await self._page(visit, visit.refused(refusal), status=refusal.status)
            response.headers.update(refusal.headers)
            return response
        hashed = await self._desk.passwords.hash(password)

        def unit(tx: Tx) -> None:
            service.set_password(tx, person, password_hash=hashed, but=here, now_us=visit.now_us)
            record(tx, visit.entry("person.password", person.person_id, person.name))

        await self._desk.db.write(unit)
        return visit.redirect(_PROFILE, phrase("Your password is changed. You are signed out everywhere else."))

    async def end(self, visit: Visit) -> Response:
        session_id, person = visit.number("session_id"), visit.person

        def unit(tx: Tx) -> None:
            if not sessions.end_session(tx, visit.account_id, person.person_id, session_id):
                raise SessionNotFound
            record(tx, visit.entry("person.signed-out", person.person_id, person.name))

        await visit.once(unit)
        if session_id == visit.signed_in.session.session_id:
            return let_out(self._desk, visit.redirect(SIGN_IN))
        return visit.redirect(_PROFILE, phrase("You are signed out there."))

    async def end_others(self, visit: Visit) -> Response:
        person, here = visit.person, visit.signed_in.session.session_id

        def unit(tx: Tx) -> None:
            ended = sessions.end_sessions(tx, visit.account_id, person.person_id, but=here)
            if ended:
                record(tx, visit.entry("person.signed-out", person.person_id, person.name, {"sessions": [ended, 0]}))

        await visit.once(unit)
        return visit.redirect(_PROFILE, phrase("You are signed out everywhere else."))

    async def _require_present(self, visit: Visit) -> None:
        """Tries count as those to sign in do: a browser left open is no place to guess at."""
        try:
            await known(visit, visit.person.email, visit.form.raw("present"))
        except SignInRefused:
            raise FieldsWrong([FieldError("present", phrase("is not your present password"))]) from None

    async def _page(self, visit: Visit, form: Form, *, status: int = 200) -> Response:
        person, here = visit.person, visit.signed_in.session.session_id
        listed = await self._desk.db.read(sessions.list_sessions, visit.account_id, person.person_id, now_us=visit.now_us)
        rows = [SessionRow(one, device_in_words(one.device), one.session_id == here) for one in listed]
        return visit.render(
            "people/profile.html", status=status, form=form, person=person, role=ROLE_WORDS[person.role], rows=rows
        )
