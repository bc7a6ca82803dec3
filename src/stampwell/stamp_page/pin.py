"""The PIN: asked for, told, chosen, changed and given up."""

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import phrase
from stampwell.features.stamps import pins
from stampwell.features.stamps.shared_secrets import Client
from stampwell.stamp_page.parts import Parts
from stampwell.stamp_page.route import StampRoute
from stampwell.stamp_page.seals import REMEMBERED_S
from stampwell.stamp_page.visit import PIN_COOKIE, Visit
from stampwell.web.client import client_network
from stampwell.web.forms import Form


def ask_for_pin(visit: Visit, form: Form | None = None, *, status: int = 200) -> Response:
    """The page of who does not know the PIN yet: nothing of the stamp but whose card it is."""
    return visit.render("pin_asked.html", status=status, form=form or Form(), shop=visit.shop, stamp=visit.stamp)


class PinPages:
    """Telling the PIN, choosing one, changing it, doing without."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self) -> tuple[StampRoute, ...]:
        return (
            StampRoute("POST", "/pin", self.tell, open=True),
            StampRoute("GET", "/pin/choose", self.show, acts=True),
            StampRoute("POST", "/pin/choose", self.choose, acts=True),
            StampRoute("POST", "/pin/remove", self.remove, acts=True),
        )

    async def tell(self, visit: Visit) -> Response:
        stamp = visit.stamp
        try:
            pin = pins.require_pin(visit.form.text("pin"))
            client = Client(client_network(visit.request))
            stored = await self._parts.secrets.check_pin(stamp, pin, client=client, now_us=visit.now_us)
        except AppError as refusal:
            response = ask_for_pin(visit, visit.refused(refusal), status=refusal.status)
            response.headers.update(refusal.headers)
            return response
        if stored is None or stored != stamp.pin_hash:
            # Taken away or changed while it was typed; the page tells which.
            return visit.redirect()
        response = visit.redirect()
        self._remember(visit, response)
        return response

    async def show(self, visit: Visit) -> Response:
        return self._page(visit, Form())

    async def choose(self, visit: Visit) -> Response:
        stamp = visit.stamp
        try:
            pin = pins.require_pin(visit.form.text("pin"))
            # First: a PIN that cannot be set is not hashed.
            await self._parts.db.read(pins.require_changeable, stamp.account_id, stamp.stamp_id, now_us=visit.now_us)
            pin_hash = await self._parts.passwords.hash(pin, by=client_network(visit.request))
            await self._set(visit, pin_hash)
        except AppError as refusal:
            return self._page(visit, visit.refused(refusal), refusal)
        # What is sealed from now on is sealed for the stamp with its PIN.
        visit.shown = visit.shown._replace(stamp=stamp._replace(pin_hash=pin_hash))
        response = visit.redirect(phrase("This card asks for your PIN now. This phone knows it for 90 days."))
        self._remember(visit, response)
        return response

    async def remove(self, visit: Visit) -> Response:
        try:
            await self._set(visit, None)
        except AppError as refusal:
            return self._page(visit, visit.refused(refusal), refusal)
        visit.shown = visit.shown._replace(stamp=visit.stamp._replace(pin_hash=None))
        return visit.redirect(phrase("This card asks for no PIN any more."))

    async def _set(self, visit: Visit, pin_hash: str | None) -> None:
        stamp = visit.stamp
        await self._parts.db.write(
            pins.set_pin, stamp.account_id, stamp.stamp_id, seen=stamp.pin_hash, pin_hash=pin_hash, meta=visit.meta("customer")
        )

    def _page(self, visit: Visit, form: Form, refusal: AppError | None = None) -> Response:
        status, headers = (200, None) if refusal is None else (refusal.status, refusal.headers)
        return visit.render("pin_chosen.html", status=status, headers=headers, form=form, shop=visit.shop, stamp=visit.stamp)

    def _remember(self, visit: Visit, response: Response) -> None:
        value = self._parts.seals.knowledge(visit.stamp, now_us=visit.now_us)
        visit.set_cookie(response, PIN_COOKIE, value, max_age_s=REMEMBERED_S)
