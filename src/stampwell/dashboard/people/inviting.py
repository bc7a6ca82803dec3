"""`/dashboard/people/new`, and links that owners make for others: shown once, and sent where e-mails can be.

What is sent is another link than what is shown: who opens the one in the e-mail has proved the address, and no owner can.
"""

from starlette.responses import Response

from stampwell.core.errors import FieldError, FieldsWrong
from stampwell.core.phrases import Language, phrase
from stampwell.dashboard.desk import Desk
from stampwell.dashboard.people import emails
from stampwell.dashboard.people.words import ROLE_OPTIONS
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.features.audit.service import record
from stampwell.features.people import links, service
from stampwell.features.people.links import NewLink
from stampwell.features.people.model import Permission, Role
from stampwell.mail.mailer import Email
from stampwell.web.forms import Form

_PEOPLE = "/dashboard/people"


class InvitationPages:
    """Inviting, taking invitations back, and links for new passwords."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", f"{_PEOPLE}/new", self.new, Permission.PEOPLE),
            PageRoute("POST", f"{_PEOPLE}/new", self.invite, Permission.PEOPLE),
            PageRoute("POST", f"{_PEOPLE}/invitations/{{link_id:idx}}/revoke", self.revoke, Permission.PEOPLE),
            PageRoute("POST", f"{_PEOPLE}/{{person_id:idx}}/password-link", self.password_link, Permission.PEOPLE),
        )

    async def new(self, visit: Visit) -> Response:
        return self._form(visit, Form.filled({"role": Role.STAFF.value}))

    async def invite(self, visit: Visit) -> Response:
        """Shows the link on the answer itself: it is kept nowhere, so no later page could."""
        email, role = visit.form.text("email"), visit.form.text("role")

        def unit(tx: Tx) -> NewLink:
            if role not in set(Role):
                raise FieldsWrong([FieldError("role", phrase("choose one of the roles"))])
            by = visit.person.person_id
            new = links.invite(tx, visit.account_id, email=email, role=Role(role), invited_by=by, now_us=visit.now_us)
            record(tx, visit.entry("person.invited", new.stored.link_id, email, {"role": [None, role]}))
            return new

        try:
            new = await visit.write(unit)
        except FieldsWrong as refusal:
            return self._form(visit, visit.refused(refusal), status=refusal.status)
        link, proof = (f"{visit.origin}/dashboard/join/{token}" for token in (new.token, new.proof_token))
        message = emails.invitation(
            self._language(visit), to=email, shop=visit.account.name, inviter=visit.person.name, link=proof
        )
        sent = await self._sent(message)
        return visit.render("people/link.html", kind="invitation", link=link, stored=new.stored, sent=sent)

    async def revoke(self, visit: Visit) -> Response:
        link_id = visit.number("link_id")

        def unit(tx: Tx) -> str:
            revoked = links.revoke_invitation(tx, visit.account_id, link_id, now_us=visit.now_us)
            record(tx, visit.entry("person.invitation-revoked", link_id, revoked.email))
            return revoked.email

        email = await visit.once(unit)
        return visit.redirect(_PEOPLE, phrase("The invitation of {email} is taken back. Its link opens nothing.", email=email))

    async def password_link(self, visit: Visit) -> Response:
        person_id = visit.number("person_id")

        def unit(tx: Tx) -> NewLink:
            person = service.get_person(tx, visit.account_id, person_id)
            record(tx, visit.entry("person.password-link", person_id, person.name))
            return links.password_link(tx, visit.account_id, person_id, now_us=visit.now_us)

        new = await visit.write(unit)
        link, proof = (f"{visit.origin}/dashboard/password/{token}" for token in (new.token, new.proof_token))
        message = emails.new_password(self._language(visit), to=new.stored.email, shop=visit.account.name, link=proof)
        sent = await self._sent(message)
        return visit.render("people/link.html", kind="password", link=link, stored=new.stored, sent=sent)

    def _form(self, visit: Visit, form: Form, *, status: int = 200) -> Response:
        return visit.render(
            "people/invite.html", status=status, form=form, roles=ROLE_OPTIONS, sends=self._desk.mailer is not None
        )

    def _language(self, visit: Visit) -> Language:
        return self._desk.language_of(visit.account.language, None)

    async def _sent(self, message: Email) -> str:
        if self._desk.mailer is None:
            return "never"
        return "yes" if await self._desk.mailer.send(message) else "failed"
