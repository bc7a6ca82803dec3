"""Adding marks, taking them back, and handing out the reward."""

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import phrase
from stampwell.core.validation import validate
from stampwell.dashboard.desk import Desk
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.showing import show_stamp
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.features.people.model import Permission
from stampwell.features.stamps import service
from stampwell.features.stamps.requests import AddMarks, RedeemStamp, RemoveMarks
from stampwell.features.stamps.shared_secrets import Client
from stampwell.features.stamps.staff_password import check_staff_password
from stampwell.features.stamps.states import Action
from stampwell.web.client import client_network

_FIELDS = ("count", "note", "onsitePwd")


class MarkActions:
    """What staff do at the till."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> tuple[PageRoute, ...]:
        one = "/dashboard/stamps/{stamp_id:idx}"
        return (
            PageRoute("POST", f"{one}/add", self.add, Permission.MARK),
            PageRoute("POST", f"{one}/remove", self.remove, Permission.MARK),
            PageRoute("POST", f"{one}/redeem", self.redeem, Permission.MARK),
        )

    async def add(self, visit: Visit) -> Response:
        async def work(stamp_id: int) -> Response:
            sent = visit.form.fields(("count", "note"), integers=("count",))
            request = validate(AddMarks, {"stampIdx": stamp_id, **sent}, context=visit)
            return await self._mark(visit, request.count or 1, request.note)

        return await _answered(visit, work)

    async def remove(self, visit: Visit) -> Response:
        async def work(stamp_id: int) -> Response:
            sent = visit.form.fields(("count", "note"), integers=("count",))
            request = validate(RemoveMarks, {"stampIdx": stamp_id, **sent}, context=visit)
            return await self._mark(visit, -(request.count or 1), request.note)

        return await _answered(visit, work)

    async def redeem(self, visit: Visit) -> Response:
        async def work(stamp_id: int) -> Response:
            stamp = await self._desk.db.read(service.get_stamp, visit.account_id, stamp_id)
            sent = {"stampIdx": stamp_id, **visit.form.fields(("note",))}
            if visit.form.raw("onsitePwd"):
                sent["onsitePwd"] = visit.form.raw("onsitePwd")
            request = validate(RedeemStamp, sent, context=visit)
            checked = await check_staff_password(
                self._desk.secrets,
                stamp,
                request.onsitePwd,
                action=Action.REDEEM,
                meta=visit.meta(),
                client=Client(client_network(visit.request)),
            )

            def unit(tx: Tx) -> None:
                service.redeem(tx, visit.account_id, stamp_id, checked_hash=checked, meta=visit.meta(request.note))

            await visit.once(unit)
            return visit.redirect(f"/dashboard/stamps/{stamp_id}", phrase("The reward is handed out."))

        return await _answered(visit, work)

    async def _mark(self, visit: Visit, marks: int, note: str | None) -> Response:
        stamp_id = visit.number("stamp_id")

        def unit(tx: Tx) -> list[int]:
            done = service.mark(tx, visit.account_id, stamp_id, marks, meta=visit.meta(note))
            return [done.before.stamps, done.after.stamps, done.event_id]

        before, after, event_id = await visit.once(unit)
        said = phrase("Marks: {before} → {after}.", before=before, after=after)
        return visit.redirect(f"/dashboard/stamps/{stamp_id}", said, undo=f"/dashboard/stamps/{stamp_id}/undo/{event_id}")


async def _answered(visit: Visit, work: Callable[[int], Awaitable[Response]]) -> Response:
    try:
        return await work(visit.number("stamp_id"))
    except AppError as refusal:
        return await show_stamp(visit, visit.refused(refusal, fields=_FIELDS), status=refusal.status)
