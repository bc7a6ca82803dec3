"""Adding marks, taking them back, and handing out the reward."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import phrase
from stampwell.core.validation import validate
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.stamp_page import show_stamp
from stampwell.db.database import Tx
from stampwell.features.people.model import Permission
from stampwell.features.stamps import finding, redeeming, service
from stampwell.features.stamps.contract.requests import AddMarks, RedeemStamp, RemoveMarks
from stampwell.features.stamps.shared_secrets import Client
from stampwell.features.stamps.staff_password import check_staff_password
from stampwell.features.stamps.states import Action
from stampwell.web.client import client_network

_FIELDS = ("count", "note", "onsitePwd")


class MarkActions:
    """What staff do at the till."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        one = "/dashboard/stamps/{stamp_id:idx}"
        return (
            PageRoute("POST", f"{one}/add", self.add, Permission.MARK),
            PageRoute("POST", f"{one}/remove", self.remove, Permission.MARK),
            PageRoute("POST", f"{one}/redeem", self.redeem, Permission.MARK),
        )

    async def add(self, context: DashboardContext) -> Response:
        async def work(stamp_id: int) -> Response:
            sent = context.form.fields(("count", "note"), integers=("count",))
            request = validate(AddMarks, {"stampIdx": stamp_id, **sent}, context=context)
            return await self._mark(context, request.count or 1, request.note)

        return await _answered(context, work)

    async def remove(self, context: DashboardContext) -> Response:
        async def work(stamp_id: int) -> Response:
            sent = context.form.fields(("count", "note"), integers=("count",))
            request = validate(RemoveMarks, {"stampIdx": stamp_id, **sent}, context=context)
            return await self._mark(context, -(request.count or 1), request.note)

        return await _answered(context, work)

    async def redeem(self, context: DashboardContext) -> Response:
        async def work(stamp_id: int) -> Response:
            stamp = await self._deps.db.read(finding.get_stamp, context.account_id, stamp_id)
            sent = {"stampIdx": stamp_id, **context.form.fields(("note",))}
            if context.form.raw("onsitePwd"):
                sent["onsitePwd"] = context.form.raw("onsitePwd")
            request = validate(RedeemStamp, sent, context=context)
            checked = await check_staff_password(
                self._deps.secrets,
                stamp,
                request.onsitePwd,
                action=Action.REDEEM,
                meta=context.meta(),
                client=Client(client_network(context.request)),
            )

            def unit(tx: Tx) -> None:
                redeeming.redeem(tx, context.account_id, stamp_id, checked_hash=checked, meta=context.meta(request.note))

            await context.once(unit)
            return context.redirect(f"/dashboard/stamps/{stamp_id}", phrase("The reward is handed out."))

        return await _answered(context, work)

    async def _mark(self, context: DashboardContext, marks: int, note: str | None) -> Response:
        stamp_id = context.number("stamp_id")

        def unit(tx: Tx) -> list[int]:
            done = service.mark(tx, context.account_id, stamp_id, marks, meta=context.meta(note))
            return [done.before.stamps, done.after.stamps, done.event_id]

        before, after, event_id = await context.once(unit)
        said = phrase("Marks: {before} → {after}.", before=before, after=after)
        return context.redirect(f"/dashboard/stamps/{stamp_id}", said, undo=f"/dashboard/stamps/{stamp_id}/undo/{event_id}")


async def _answered(context: DashboardContext, work: Callable[[int], Awaitable[Response]]) -> Response:
    try:
        return await work(context.number("stamp_id"))
    except AppError as refusal:
        return await show_stamp(context, context.refused(refusal, fields=_FIELDS), status=refusal.status)
