"""Staff on the customer's own phone: one mark, the reward, and a minute to take a mark back."""

from collections.abc import Mapping

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import phrase
from stampwell.db.database import Tx
from stampwell.features.stamps import service
from stampwell.features.stamps.errors import TooLateToUndo
from stampwell.features.stamps.shared_secrets import Client
from stampwell.features.stamps.staff_password import check_staff_password
from stampwell.features.stamps.states import Action, State
from stampwell.features.stamps.undo import ON_PHONE, undo
from stampwell.stamp_page.errors import NoSuchStamp
from stampwell.stamp_page.parts import Parts
from stampwell.stamp_page.route import StampRoute
from stampwell.stamp_page.visit import Visit
from stampwell.web.client import client_network
from stampwell.web.forms import Form


class StaffPages:
    """Of cards that staff mark on the spot."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def routes(self) -> tuple[StampRoute, ...]:
        return (
            StampRoute("GET", "/staff", self.show, acts=True),
            StampRoute("POST", "/mark", self.mark, acts=True),
            StampRoute("POST", "/redeem", self.redeem, acts=True),
            StampRoute("POST", "/undo/{event_id:idx}", self.undo, acts=True),
        )

    async def show(self, visit: Visit) -> Response:
        return self._page(visit, Form())

    async def mark(self, visit: Visit) -> Response:
        stamp = visit.stamp
        try:
            checked = await self._checked(visit, Action.ADD)

            def unit(tx: Tx) -> list[int]:
                done = service.mark_on_phone(
                    tx, stamp.account_id, stamp.stamp_id, checked_hash=checked, meta=visit.meta("staff")
                )
                return [done.after.stamps, done.event_id]

            marks, event_id = await visit.once(unit)
        except AppError as refusal:
            return self._page(visit, visit.refused(refusal), status=refusal.status, headers=refusal.headers)
        said = phrase("A mark is added: {before} → {after}.", before=marks - 1, after=marks)
        return visit.redirect(said, undo=f"{visit.path}/undo/{event_id}")

    async def redeem(self, visit: Visit) -> Response:
        stamp = visit.stamp
        try:
            checked = await self._checked(visit, Action.REDEEM)

            def unit(tx: Tx) -> None:
                service.redeem(tx, stamp.account_id, stamp.stamp_id, checked_hash=checked, meta=visit.meta("staff"))

            await visit.once(unit)
        except AppError as refusal:
            return self._page(visit, visit.refused(refusal), status=refusal.status, headers=refusal.headers)
        return visit.redirect(phrase("The reward is handed out."))

    async def undo(self, visit: Visit) -> Response:
        """Of who made the mark: that phone was told so a moment ago, sealed."""
        stamp, notice = visit.stamp, visit.notice()
        event_id: int = visit.request.path_params["event_id"]
        if notice is None or notice.undo != f"{visit.path}/undo/{event_id}":
            raise TooLateToUndo

        def unit(tx: Tx) -> list[int]:
            done = undo(tx, stamp.account_id, stamp.stamp_id, event_id, rule=ON_PHONE, meta=visit.meta("staff"))
            return [done.after.stamps]

        (marks,) = await visit.once(unit)
        return visit.redirect(phrase("The mark is taken back: {before} → {after}.", before=marks + 1, after=marks))

    async def _checked(self, visit: Visit, action: Action) -> str | None:
        """The hash that the staff password matches."""
        if not visit.stamp.card_onsite:
            raise NoSuchStamp
        return await check_staff_password(
            self._parts.secrets,
            visit.stamp,
            visit.form.raw("onsitePwd"),
            action=action,
            meta=visit.meta("staff"),
            client=Client(client_network(visit.request)),
            missing=phrase("is needed"),
        )

    def _page(self, visit: Visit, form: Form, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        if not visit.look.onsite:
            raise NoSuchStamp
        staffed = visit.look.state in (State.USABLE, State.FULL)
        return visit.render("staff.html", status=status, headers=headers, form=form, look=visit.look, staffed=staffed)
