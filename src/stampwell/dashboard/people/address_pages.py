"""`/dashboard/profile/address`: one's own e-mail address: a new one, and the proof that it is one's own."""

from starlette.responses import Response

from stampwell.core.errors import AppError, FieldError, FieldsWrong
from stampwell.core.phrases import phrase
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.people import email_texts
from stampwell.dashboard.people.profile import PROFILE, show_profile
from stampwell.dashboard.people.sign_in_checks import require_password
from stampwell.dashboard.route import PageRoute
from stampwell.features.people import access_links, joining, rules, throttling
from stampwell.features.people.errors import LinkSpent, SignInRefused
from stampwell.features.people.model import Permission
from stampwell.web.client import client_network

_ADDRESS = f"{PROFILE}/address"


class AddressPages:
    """What is answered never tells whether anybody else gives the address."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("POST", _ADDRESS, self.ask, Permission.OWN),
            PageRoute("GET", f"{_ADDRESS}/{{token}}", self.show, Permission.OWN),
            PageRoute("POST", f"{_ADDRESS}/{{token}}", self.confirm, Permission.OWN),
        )

    async def ask(self, context: DashboardContext) -> Response:
        """Where e-mails can be sent, the address changes when its link is opened; elsewhere at once, and is unproved."""
        email = context.form.text("email")
        try:
            problems = rules.email_problems(email)
            if problems:
                raise FieldsWrong(problems)
            if context.person.password_hash:
                await _require_present(context)
            sends = self._deps.mailer is not None
            await (self._send(context, email) if sends else self._change(context, email))
        except AppError as refusal:
            response = await show_profile(context, context.refused(refusal), status=refusal.status)
            response.headers.update(refusal.headers)
            return response
        if not sends:
            return context.redirect(PROFILE, phrase("Your address is now {email}.", email=email))
        said = phrase("We sent an e-mail to {email}. Open the link in it to confirm the address.", email=email)
        return context.redirect(PROFILE, said)

    async def show(self, context: DashboardContext) -> Response:
        link = await self._deps.db.read(access_links.find_link, "address", context.part("token"), now_us=context.now_us)
        if link.person_id != context.person.person_id:
            raise LinkSpent
        return context.render("people/address.html", email=link.email)

    async def confirm(self, context: DashboardContext) -> Response:
        proved = await self._deps.db.write(
            joining.confirm_address, context.part("token"), context.person, actor=context.actor, now_us=context.now_us
        )
        return context.redirect(PROFILE, phrase("Address confirmed. From now on you sign in with {email}.", email=proved.email))

    async def _send(self, context: DashboardContext, email: str) -> None:
        """Raises SignInLocked when too many e-mails were asked for. The e-mail is written behind the answer."""
        mailer, deps, person = self._deps.mailer, self._deps, context.person
        if mailer is None:
            return
        network = client_network(context.request)
        locked = await deps.db.write(throttling.count_confirmation, person.person_id, network, now_us=context.now_us)
        if locked is not None:
            raise locked.refusal
        new = await deps.db.write(access_links.address_link, person, email, now_us=context.now_us)
        link = f"{deps.dashboard_url}{_ADDRESS}/{new.proof_token}"
        mailer.soon(mailer.deliver(email_texts.new_address(context.language, to=email, name=person.name, link=link)))

    async def _change(self, context: DashboardContext, email: str) -> None:
        person, actor = context.person, context.actor
        await context.once(lambda tx: joining.change_address(tx, person, email, actor=actor, now_us=context.now_us))


async def _require_present(context: DashboardContext) -> None:
    try:
        await require_password(context, context.form.raw("own"))
    except SignInRefused:
        raise FieldsWrong([FieldError("own", phrase("This isn't your current password."))]) from None
