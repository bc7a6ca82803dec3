"""`/dashboard/sign-in`, `/dashboard/sign-out`, and links that let somebody in who is known: a sign-in, a new password."""

import re

from starlette.responses import Response

from stampwell.core.errors import AppError, FieldsWrong
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.people.sign_in import HOME, SIGN_IN, let_in, let_out, path_after
from stampwell.dashboard.people.sign_in_checks import known
from stampwell.dashboard.route import PageRoute
from stampwell.features.people import access_links, joining, rules, service, sign_ins
from stampwell.features.people.errors import SignInRefused
from stampwell.features.people.model import Permission
from stampwell.web.client import client_network
from stampwell.web.forms import Form

_SHOP = re.compile("[0-9]{1,18}")


class PeoplePages:
    """The pages that are open to anybody, and the way out."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

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

    async def show_sign_in(self, context: DashboardContext) -> Response:
        if context.viewer is not None:
            return context.redirect(path_after(context.query("next")))
        shop = context.query("shop")
        filled = {"next": path_after(context.query("next")), "shop": shop if _SHOP.fullmatch(shop) else ""}
        return context.render("people/sign_in.html", form=Form.filled(filled))

    async def sign_in(self, context: DashboardContext) -> Response:
        shop = context.form.text("shop")
        account_id = int(shop) if _SHOP.fullmatch(shop) else None
        try:
            found = await known(context, context.form.text("email"), context.form.raw("password"), account_id=account_id)
            person = await self._deps.db.read(service.find_home, found.person.person_id, account_id=account_id)
            if person is None:
                # Removed since.
                raise SignInRefused
        except AppError as refusal:
            response = context.render("people/sign_in.html", status=refusal.status, form=context.refused(refusal))
            response.headers.update(refusal.headers)
            return response
        to = path_after(context.form.text("next"))
        return await let_in(context, person, to=to, wrong_tries=found.wrong_tries)

    async def sign_out(self, context: DashboardContext) -> Response:
        session_id = context.signed_in.session.session_id
        await self._deps.db.write(sign_ins.sign_out, context.person, session_id, actor=context.actor, now_us=context.now_us)
        return let_out(self._deps, context.redirect(SIGN_IN))

    async def show_enter(self, context: DashboardContext) -> Response:
        link = await self._deps.db.read(access_links.find_link, "sign_in", context.part("token"), now_us=context.now_us)
        return context.render("people/enter.html", email=link.email)

    async def enter(self, context: DashboardContext) -> Response:
        person = await self._deps.db.write(joining.enter, context.part("token"), now_us=context.now_us)
        return await let_in(context, person, to=HOME)

    async def show_password(self, context: DashboardContext) -> Response:
        link = await self._deps.db.read(access_links.find_link, "password", context.part("token"), now_us=context.now_us)
        return context.render("people/password.html", link=link)

    async def set_password(self, context: DashboardContext) -> Response:
        token, password = context.part("token"), rules.normal(context.form.raw("password"))
        link = await self._deps.db.read(access_links.find_link, "password", token, now_us=context.now_us)
        problems = rules.password_problems(password, email=link.email)
        if problems:
            refusal = FieldsWrong(problems)
            return context.render("people/password.html", status=refusal.status, form=context.refused(refusal), link=link)
        hashed = await self._deps.passwords.hash(password, by=client_network(context.request))
        person = await self._deps.db.write(joining.set_password_by_link, token, password_hash=hashed, now_us=context.now_us)
        return await let_in(context, person, to=HOME, recorded=True)
