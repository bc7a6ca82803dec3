"""The PIN: asking for it, checking it, choosing, changing and removing it."""

from starlette.responses import Response

from stampwell.core.errors import AppError, FieldError, FieldsWrong
from stampwell.core.phrases import phrase
from stampwell.features.stamps import pins
from stampwell.features.stamps.shared_secrets import Client
from stampwell.stamp_page.context import PIN_COOKIE, StampPageContext
from stampwell.stamp_page.deps import StampPageDeps
from stampwell.stamp_page.route import StampPageRoute
from stampwell.stamp_page.signer import REMEMBERED_S
from stampwell.web.client import client_network
from stampwell.web.forms import Form


def ask_for_pin(context: StampPageContext, form: Form | None = None, *, status: int = 200) -> Response:
    """The page of who does not know the PIN yet: nothing of the stamp but whose card it is."""
    return context.render("pin_asked.html", status=status, form=form or Form(), shop=context.shop, stamp=context.stamp)


class PinPages:
    """Telling the PIN, choosing one, changing it, doing without."""

    def __init__(self, deps: StampPageDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[StampPageRoute, ...]:
        return (
            StampPageRoute("POST", "/pin", self.tell, open=True),
            StampPageRoute("GET", "/pin/choose", self.show, acts=True),
            StampPageRoute("POST", "/pin/choose", self.choose, acts=True),
            StampPageRoute("POST", "/pin/remove", self.remove, acts=True),
        )

    async def tell(self, context: StampPageContext) -> Response:
        stamp = context.stamp
        try:
            pin = pins.require_pin(context.form.text("pin"))
            client = Client(client_network(context.request))
            stored = await self._deps.secrets.check_pin(stamp, pin, client=client, now_us=context.now_us)
        except AppError as refusal:
            response = ask_for_pin(context, context.refused(refusal), status=refusal.status)
            response.headers.update(refusal.headers)
            return response
        if stored is None or stored != stamp.pin_hash:
            # Taken away or changed while it was typed; the page tells which.
            return context.redirect(context.path)
        response = context.redirect(context.path)
        self._remember(context, response)
        return response

    async def show(self, context: StampPageContext) -> Response:
        return self._page(context, Form())

    async def choose(self, context: StampPageContext) -> Response:
        stamp = context.stamp
        try:
            pin = pins.require_pin(context.form.text("pin"))
            if context.form.text("again") != pin:
                raise FieldsWrong([FieldError("again", phrase("The two PINs don't match."))])
            # First: a PIN that cannot be set is not hashed.
            await self._deps.db.read(pins.require_changeable, stamp.account_id, stamp.stamp_id, now_us=context.now_us)
            pin_hash = await self._deps.passwords.hash(pin, by=client_network(context.request))
            await self._set(context, pin_hash)
        except AppError as refusal:
            return self._page(context, context.refused(refusal), refusal)
        # What is signed from now on is signed for the stamp with its PIN.
        context.shown = context.shown._replace(stamp=stamp._replace(pin_hash=pin_hash))
        response = context.redirect(context.path, phrase("Your PIN is set. This phone won't be asked for 90 days."))
        self._remember(context, response)
        return response

    async def remove(self, context: StampPageContext) -> Response:
        try:
            await self._set(context, None)
        except AppError as refusal:
            return self._page(context, context.refused(refusal), refusal)
        context.shown = context.shown._replace(stamp=context.stamp._replace(pin_hash=None))
        return context.redirect(context.path, phrase("The PIN is removed."))

    async def _set(self, context: StampPageContext, pin_hash: str | None) -> None:
        stamp = context.stamp
        await self._deps.db.write(
            pins.set_pin,
            stamp.account_id,
            stamp.stamp_id,
            seen=stamp.pin_hash,
            pin_hash=pin_hash,
            meta=context.meta("customer"),
        )

    def _page(self, context: StampPageContext, form: Form, refusal: AppError | None = None) -> Response:
        status, headers = (200, None) if refusal is None else (refusal.status, refusal.headers)
        return context.render(
            "pin_chosen.html", status=status, headers=headers, form=form, shop=context.shop, stamp=context.stamp
        )

    def _remember(self, context: StampPageContext, response: Response) -> None:
        value = self._deps.signer.knowledge(context.stamp, now_us=context.now_us)
        context.set_cookie(response, PIN_COOKIE, value, max_age_s=REMEMBERED_S)
