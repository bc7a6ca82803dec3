"""`/dashboard/forgot`: a letter with a link for a new password. What it answers tells nobody who signs in here."""

import structlog
from starlette.responses import Response

from stampwell.core.errors import DatabaseUnavailable
from stampwell.dashboard.desk import Desk
from stampwell.dashboard.people import letters
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.features.accounts.model import Account
from stampwell.features.accounts.service import get_account
from stampwell.features.people import service, throttling
from stampwell.features.people.service import NewLink
from stampwell.letters.post_office import PostOffice
from stampwell.web.client import client_network
from stampwell.web.errors import NoSuchPage
from stampwell.web.forms import Form

_FORGOT = "/dashboard/forgot"

_log = structlog.get_logger("stampwell.dashboard")


class ForgottenPasswordPages:
    """For people who cannot sign in."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", _FORGOT, self.show, None),
            PageRoute("POST", _FORGOT, self.ask, None),
            PageRoute("GET", f"{_FORGOT}/sent", self.sent, None),
        )

    async def show(self, visit: Visit) -> Response:
        return visit.render("people/forgot.html", form=Form(), sends=self._desk.post is not None)

    async def ask(self, visit: Visit) -> Response:
        post, email = self._desk.post, visit.form.text("email")
        if post is None:
            raise NoSuchPage
        network = client_network(visit.request)
        locked = await self._desk.db.write(throttling.count_letter, email, network, now_us=visit.now_us)
        if locked is not None:
            response = visit.render(
                "people/forgot.html", status=locked.refusal.status, form=visit.refused(locked.refusal), sends=True
            )
            response.headers.update(locked.refusal.headers)
            return response
        # Whether somebody signs in with that address is found out behind the answer, which so takes equally long.
        post.soon(self._write(post, email, now_us=visit.now_us))
        return visit.redirect(f"{_FORGOT}/sent")

    async def sent(self, visit: Visit) -> Response:
        return visit.render("people/forgot_sent.html")

    async def _write(self, post: PostOffice, email: str, *, now_us: int) -> None:
        def unit(tx: Tx) -> tuple[NewLink, Account] | None:
            person = service.find_by_email(tx, email)
            if person is None:
                return None
            new = service.password_link(tx, person.account_id, person.person_id, now_us=now_us)
            return new, get_account(tx, person.account_id)

        try:
            made = await self._desk.db.write(unit)
        except DatabaseUnavailable as error:
            _log.warning("letter not written", cause=error.cause)
            return
        if made is not None:
            new, account = made
            link = f"{self._desk.dashboard_url}/dashboard/password/{new.token}"
            language = self._desk.language_of(account.language, None)
            await post.send(letters.new_password(language, to=new.stored.email, shop=account.name, link=link))
