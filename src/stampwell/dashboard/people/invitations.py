"""`/dashboard/people/new`, and links that owners make for others: shown once, and sent where e-mails can be.

What is sent is another link than what is shown: who opens the one in the e-mail has proved the address, and no owner can.
"""

from functools import partial

from starlette.responses import Response

from stampwell.core.errors import FieldsWrong
from stampwell.core.phrases import phrase
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.people import email_texts
from stampwell.dashboard.people.people_labels import ROLE_OPTIONS
from stampwell.dashboard.route import PageRoute
from stampwell.features.people import access_links
from stampwell.features.people.model import Permission, Role
from stampwell.mail.mailer import Email
from stampwell.web.forms import Form

_PEOPLE = "/dashboard/people"


class InvitationPages:
    """Inviting, taking invitations back, and links for new passwords."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", f"{_PEOPLE}/new", self.new, Permission.PEOPLE),
            PageRoute("POST", f"{_PEOPLE}/new", self.invite, Permission.PEOPLE),
            PageRoute("POST", f"{_PEOPLE}/invitations/{{link_id:idx}}/revoke", self.revoke, Permission.PEOPLE),
            PageRoute("POST", f"{_PEOPLE}/{{person_id:idx}}/password-link", self.password_link, Permission.PEOPLE),
        )

    async def new(self, context: DashboardContext) -> Response:
        return self._form(context, Form.filled({"role": Role.STAFF.value}))

    async def invite(self, context: DashboardContext) -> Response:
        """Shows the link on the answer itself: it is kept nowhere, so no later page could."""
        email, role = context.form.text("email"), context.form.text("role")
        unit = partial(
            access_links.invite,
            account_id=context.account_id,
            email=email,
            role=role,
            actor=context.actor,
            now_us=context.now_us,
        )
        try:
            new = await context.write(unit)
        except FieldsWrong as refusal:
            return self._form(context, context.refused(refusal), status=refusal.status)
        link, proof = (f"{context.origin}/dashboard/join/{token}" for token in (new.token, new.proof_token))
        message = email_texts.invitation(
            context.language, to=email, shop=context.account.name, inviter=context.person.name, link=proof
        )
        sent = await self._sent(message)
        return context.render("people/link.html", kind="invitation", link=link, stored=new.stored, sent=sent)

    async def revoke(self, context: DashboardContext) -> Response:
        link_id, account_id = context.number("link_id"), context.account_id
        actor, now_us = context.actor, context.now_us
        email = await context.once(
            lambda tx: access_links.revoke_invitation(tx, account_id, link_id, actor=actor, now_us=now_us).email
        )
        return context.redirect(_PEOPLE, phrase("Invitation withdrawn: {email}. The link no longer works.", email=email))

    async def password_link(self, context: DashboardContext) -> Response:
        unit = partial(
            access_links.password_link,
            account_id=context.account_id,
            person_id=context.number("person_id"),
            actor=context.actor,
            now_us=context.now_us,
        )
        new = await context.write(unit)
        link, proof = (f"{context.origin}/dashboard/password/{token}" for token in (new.token, new.proof_token))
        message = email_texts.new_password(context.language, to=new.stored.email, shop=context.account.name, link=proof)
        sent = await self._sent(message)
        return context.render("people/link.html", kind="password", link=link, stored=new.stored, sent=sent)

    def _form(self, context: DashboardContext, form: Form, *, status: int = 200) -> Response:
        return context.render(
            "people/invite.html", status=status, form=form, roles=ROLE_OPTIONS, sends=self._deps.mailer is not None
        )

    async def _sent(self, message: Email) -> str:
        if self._deps.mailer is None:
            return "never"
        return "yes" if await self._deps.mailer.send(message) else "failed"
