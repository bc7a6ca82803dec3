"""Staff on the customer's own phone: one mark, the reward, and a minute to take a mark back."""

from collections.abc import Mapping

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import phrase
from stampwell.db.database import Tx
from stampwell.features.stamps import redeeming, service
from stampwell.features.stamps.errors import TooLateToUndo
from stampwell.features.stamps.shared_secrets import Client
from stampwell.features.stamps.staff_password import check_staff_password
from stampwell.features.stamps.states import Action, State
from stampwell.features.stamps.undo import ON_PHONE, undo
from stampwell.stamp_page.context import StampPageContext
from stampwell.stamp_page.deps import StampPageDeps
from stampwell.stamp_page.errors import NoSuchStamp
from stampwell.stamp_page.route import StampPageRoute
from stampwell.web.client import client_network
from stampwell.web.forms import Form


class StaffPages:
    """Of cards that staff mark on the spot."""

    def __init__(self, deps: StampPageDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[StampPageRoute, ...]:
        return (
            StampPageRoute("GET", "/staff", self.show, acts=True),
            StampPageRoute("POST", "/mark", self.mark, acts=True),
            StampPageRoute("POST", "/redeem", self.redeem, acts=True),
            StampPageRoute("POST", "/undo/{event_id:idx}", self.undo, acts=True),
        )

    async def show(self, context: StampPageContext) -> Response:
        return self._page(context, Form())

    async def mark(self, context: StampPageContext) -> Response:
        stamp = context.stamp
        try:
            checked = await self._checked(context, Action.ADD)

            def unit(tx: Tx) -> list[int]:
                done = service.mark_on_phone(
                    tx, stamp.account_id, stamp.stamp_id, checked_hash=checked, meta=context.meta("staff")
                )
                return [done.after.stamps, done.event_id]

            marks, event_id = await context.once(unit)
        except AppError as refusal:
            return self._page(context, context.refused(refusal), status=refusal.status, headers=refusal.headers)
        said = phrase("A mark is added: {before} → {after}.", before=marks - 1, after=marks)
        return context.redirect(context.path, said, undo=f"{context.path}/undo/{event_id}")

    async def redeem(self, context: StampPageContext) -> Response:
        stamp = context.stamp
        try:
            checked = await self._checked(context, Action.REDEEM)

            def unit(tx: Tx) -> None:
                redeeming.redeem(tx, stamp.account_id, stamp.stamp_id, checked_hash=checked, meta=context.meta("staff"))

            await context.once(unit)
        except AppError as refusal:
            return self._page(context, context.refused(refusal), status=refusal.status, headers=refusal.headers)
        return context.redirect(context.path, phrase("The reward is handed out."))

    async def undo(self, context: StampPageContext) -> Response:
        """By the phone that made the mark: its flash message says so, signed."""
        stamp, flash = context.stamp, context.read_flash()
        event_id = context.number("event_id")
        if flash is None or flash.undo != f"{context.path}/undo/{event_id}":
            raise TooLateToUndo

        def unit(tx: Tx) -> list[int]:
            done = undo(tx, stamp.account_id, stamp.stamp_id, event_id, rule=ON_PHONE, meta=context.meta("staff"))
            return [done.after.stamps]

        (marks,) = await context.once(unit)
        return context.redirect(
            context.path, phrase("The mark is taken back: {before} → {after}.", before=marks + 1, after=marks)
        )

    async def _checked(self, context: StampPageContext, action: Action) -> str | None:
        """The hash that the staff password matches."""
        if not context.stamp.card_onsite:
            raise NoSuchStamp
        return await check_staff_password(
            self._deps.secrets,
            context.stamp,
            context.form.raw("onsitePwd"),
            action=action,
            meta=context.meta("staff"),
            client=Client(client_network(context.request)),
            missing=phrase("is needed"),
        )

    def _page(
        self, context: StampPageContext, form: Form, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> Response:
        if not context.look.onsite:
            raise NoSuchStamp
        staffed = context.look.state in (State.USABLE, State.FULL)
        return context.render("staff.html", status=status, headers=headers, form=form, look=context.look, staffed=staffed)
