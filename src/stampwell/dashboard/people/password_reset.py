"""`/dashboard/forgot`: an e-mail with a link for a new password. What it answers tells nobody who signs in here."""

import structlog
from starlette.responses import Response

from stampwell.core.errors import DatabaseUnavailable
from stampwell.core.phrases import Language
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.people import email_texts
from stampwell.dashboard.route import PageRoute
from stampwell.features.people import access_links, throttling
from stampwell.mail.mailer import Mailer
from stampwell.web.client import client_network
from stampwell.web.errors import NoSuchPage
from stampwell.web.forms import Form

_FORGOT = "/dashboard/forgot"
# An address that nobody has proved yet may be given by several.
_MOST_EMAILS = 5

_log = structlog.get_logger("stampwell.dashboard")


class PasswordResetPages:
    """For people who cannot sign in."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", _FORGOT, self.show, None),
            PageRoute("POST", _FORGOT, self.ask, None),
            PageRoute("GET", f"{_FORGOT}/sent", self.sent, None),
        )

    async def show(self, context: DashboardContext) -> Response:
        return context.render("people/forgot.html", form=Form(), sends=self._deps.mailer is not None)

    async def ask(self, context: DashboardContext) -> Response:
        mailer, email = self._deps.mailer, context.form.text("email")
        if mailer is None:
            raise NoSuchPage
        network = client_network(context.request)
        locked = await self._deps.db.write(throttling.count_reset, email, network, now_us=context.now_us)
        if locked is not None:
            response = context.render(
                "people/forgot.html", status=locked.refusal.status, form=context.refused(locked.refusal), sends=True
            )
            response.headers.update(locked.refusal.headers)
            return response
        # Whether somebody signs in with that address is found out behind the answer, which so takes equally long.
        mailer.soon(self._write(mailer, email, language=context.language, now_us=context.now_us))
        return context.redirect(f"{_FORGOT}/sent")

    async def sent(self, context: DashboardContext) -> Response:
        return context.render("people/forgot_sent.html")

    async def _write(self, mailer: Mailer, email: str, *, language: Language, now_us: int) -> None:
        """An e-mail to each who may mean themselves: only whoever has the mailbox can tell which they are.

        language: of the browser that asked, for shops that leave it to the browser.
        """
        try:
            made = await self._deps.db.write(access_links.reset_links, email, most=_MOST_EMAILS, now_us=now_us)
        except DatabaseUnavailable as error:
            _log.warning("email not written", cause=error.cause)
            return
        for new, account in made:
            link = f"{self._deps.dashboard_url}/dashboard/password/{new.proof_token}"
            spoken = self._deps.language_of(account.language, None) if account.language else language
            await mailer.send(email_texts.new_password(spoken, to=new.stored.email, shop=account.name, link=link))
