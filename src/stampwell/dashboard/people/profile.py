"""`/dashboard/profile`: one's own name, address and password, and the browsers one is signed in with."""

from typing import NamedTuple

from starlette.responses import Response

from stampwell.core.errors import AppError, FieldError, FieldsWrong
from stampwell.core.phrases import Phrase, phrase
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.people.devices import device_in_words
from stampwell.dashboard.people.people_labels import ROLE_WORDS
from stampwell.dashboard.people.sign_in import SIGN_IN, let_out
from stampwell.dashboard.people.sign_in_checks import require_password
from stampwell.dashboard.route import PageRoute
from stampwell.features.people import rules, service, sessions, sign_ins
from stampwell.features.people.errors import SignInRefused
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

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", PROFILE, self.show, Permission.OWN),
            PageRoute("POST", f"{PROFILE}/name", self.rename, Permission.OWN),
            PageRoute("POST", f"{PROFILE}/password", self.set_password, Permission.OWN),
            PageRoute("POST", f"{PROFILE}/sessions/{{session_id:idx}}/sign-out", self.end, Permission.OWN),
            PageRoute("POST", f"{PROFILE}/sessions/sign-out-others", self.end_others, Permission.OWN),
        )

    async def show(self, context: DashboardContext) -> Response:
        return await show_profile(context, Form())

    async def rename(self, context: DashboardContext) -> Response:
        name, person, actor = context.form.text("name"), context.person, context.actor
        try:
            await context.once(lambda tx: service.rename(tx, person, name, actor=actor, now_us=context.now_us))
        except FieldsWrong as refusal:
            return await show_profile(context, context.refused(refusal), status=refusal.status)
        return context.redirect(PROFILE, phrase("Saved: {name}.", name=name))

    async def set_password(self, context: DashboardContext) -> Response:
        person, password = context.person, rules.normal(context.form.raw("password"))
        here = context.signed_in.session.session_id
        try:
            if person.password_hash:
                await self._require_present(context)
            problems = rules.password_problems(password, email=person.email)
            if problems:
                raise FieldsWrong(problems)
        except AppError as refusal:
            response = await show_profile(context, context.refused(refusal), status=refusal.status)
            response.headers.update(refusal.headers)
            return response
        hashed = await self._deps.passwords.hash(password, by=client_network(context.request))
        await self._deps.db.write(
            service.set_password, person, password_hash=hashed, but=here, actor=context.actor, now_us=context.now_us
        )
        return context.redirect(PROFILE, phrase("Password changed. You are signed out everywhere else."))

    async def end(self, context: DashboardContext) -> Response:
        session_id, person, actor = context.number("session_id"), context.person, context.actor
        await context.once(lambda tx: sign_ins.sign_out_there(tx, person, session_id, actor=actor, now_us=context.now_us))
        if session_id == context.signed_in.session.session_id:
            return let_out(self._deps, context.redirect(SIGN_IN))
        return context.redirect(PROFILE, phrase("You are signed out there."))

    async def end_others(self, context: DashboardContext) -> Response:
        person, here, actor = context.person, context.signed_in.session.session_id, context.actor
        await context.once(lambda tx: sign_ins.sign_out_others(tx, person, here=here, actor=actor, now_us=context.now_us))
        return context.redirect(PROFILE, phrase("You are signed out everywhere else."))

    async def _require_present(self, context: DashboardContext) -> None:
        """Tries count as those to sign in do: a browser left open is no place to guess at."""
        try:
            await require_password(context, context.form.raw("present"))
        except SignInRefused:
            raise FieldsWrong([FieldError("present", phrase("This isn't your current password."))]) from None


async def show_profile(context: DashboardContext, form: Form, *, status: int = 200) -> Response:
    """The page, with what was wrong with one of its forms."""
    person, here = context.person, context.signed_in.session.session_id
    listed = await context.deps.db.read(sessions.list_sessions, person.person_id, now_us=context.now_us)
    rows = [SessionRow(one, device_in_words(one.device), one.session_id == here) for one in listed]
    return context.render(
        "people/profile.html",
        status=status,
        form=form,
        person=person,
        role=ROLE_WORDS[person.role],
        rows=rows,
        sends=context.deps.mailer is not None,
        shop_sign_in=f"{context.origin}{SIGN_IN}?shop={context.account_id}",
    )
