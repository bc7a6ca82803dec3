"""`/dashboard/join/{token}`: accepting an invitation, as somebody new or as who one is here already.

The pages are the same whether or not somebody signs in with the address: whoever was handed the link may be anybody.
"""

from starlette.responses import Response

from stampwell.core.emails import email_key
from stampwell.core.errors import AppError, FieldsWrong, TooBusy
from stampwell.core.phrases import phrase
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.people.sign_in import HOME, let_in
from stampwell.dashboard.people.sign_in_checks import known
from stampwell.dashboard.route import PageRoute
from stampwell.features.accounts.service import get_account
from stampwell.features.people import access_links, joining, rules
from stampwell.features.people.errors import LinkSpent
from stampwell.features.people.model import AccessLink, Member
from stampwell.web.client import client_network
from stampwell.web.forms import Form

_JOIN = "/dashboard/join/{token}"
_AS = {
    "owner": phrase("as an owner: you can do everything."),
    "manager": phrase("as a manager: you can manage cards, customers and domains."),
    "staff": phrase("as staff: you can issue cards, add stamps and redeem rewards."),
}


class AcceptancePages:
    """The three ways in: with a new name and password, with one's own password, or signed in already."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", _JOIN, self.show, None),
            PageRoute("POST", _JOIN, self.join, None),
            PageRoute("GET", f"{_JOIN}/sign-in", self.show_known, None),
            PageRoute("POST", f"{_JOIN}/sign-in", self.join_by_password, None),
            PageRoute("POST", f"{_JOIN}/accept", self.join_signed_in, None),
        )

    async def show(self, context: DashboardContext) -> Response:
        return await self._page(context, "people/join.html", Form())

    async def show_known(self, context: DashboardContext) -> Response:
        return await self._page(context, "people/join_known.html", Form())

    async def join(self, context: DashboardContext) -> Response:
        form, token = context.form, context.part("token")
        password, name = rules.normal(form.raw("password")), form.text("name")
        # First: whoever has no link has nothing computed.
        link = await self._link(context)
        try:
            problems = rules.name_problems(name) + rules.password_problems(password, email=link.email)
            if problems:
                raise FieldsWrong(problems)
            hashed = await self._deps.passwords.hash(password, by=client_network(context.request))
        except (FieldsWrong, TooBusy) as refusal:
            return await self._page(context, "people/join.html", context.refused(refusal), status=refusal.status)
        member = await self._deps.db.write(joining.join_as_new, token, name=name, password_hash=hashed, now_us=context.now_us)
        return await let_in(context, member, to=HOME, recorded=True)

    async def join_by_password(self, context: DashboardContext) -> Response:
        link = await self._link(context)
        try:
            found = await known(context, link.email, context.form.raw("own"))
        except AppError as refusal:
            response = await self._page(context, "people/join_known.html", context.refused(refusal), status=refusal.status)
            response.headers.update(refusal.headers)
            return response
        member = await self._accept(context, found.person.person_id)
        return await let_in(context, member, to=HOME, recorded=True, wrong_tries=found.wrong_tries)

    async def join_signed_in(self, context: DashboardContext) -> Response:
        if context.viewer is None:
            raise LinkSpent
        member = await self._accept(context, context.person.person_id)
        return await let_in(context, member, to=HOME, recorded=True)

    async def _accept(self, context: DashboardContext, person_id: int) -> Member:
        return await self._deps.db.write(joining.join_as, context.part("token"), person_id, now_us=context.now_us)

    async def _link(self, context: DashboardContext) -> AccessLink:
        return await self._deps.db.read(access_links.find_link, "invitation", context.part("token"), now_us=context.now_us)

    async def _page(self, context: DashboardContext, template: str, form: Form, *, status: int = 200) -> Response:
        link = await self._link(context)
        shop = await self._deps.db.read(get_account, link.account_id)
        signed_in = context.viewer is not None and email_key(context.person.email) == email_key(link.email)
        return context.render(
            template,
            status=status,
            form=form,
            shop=shop.name,
            role=_AS[link.role.value],
            email=link.email,
            signed_in=signed_in,
            here=f"/dashboard/join/{context.part('token')}",
        )
