"""Adding marks, taking them back, and handing out rewards."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import Phrase, counted, phrase
from stampwell.core.validation import validate
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.places import remember_place
from stampwell.dashboard.stamps.stamp_page import show_stamp
from stampwell.db.database import Tx
from stampwell.features.locations.staffing import require_workplace
from stampwell.features.people.model import Permission
from stampwell.features.stamps import redeeming, service
from stampwell.features.stamps.contract.requests import AddMarks, RedeemStamp, RemoveMarks

_FIELDS = ("count", "note", "locationIdx", "reward")
_INTEGERS = ("count", "locationIdx", "reward")


class MarkActions:
    """What staff do at the till."""

    def routes(self) -> tuple[PageRoute, ...]:
        one = "/dashboard/stamps/{stamp_id:idx}"
        return (
            PageRoute("POST", f"{one}/add", self.add, Permission.MARK),
            PageRoute("POST", f"{one}/remove", self.remove, Permission.MARK),
            PageRoute("POST", f"{one}/redeem", self.redeem, Permission.MARK),
        )

    async def add(self, context: DashboardContext) -> Response:
        async def work(stamp_id: int) -> Response:
            request = validate(AddMarks, _sent(context, stamp_id, "count"), context=context)
            return await self._mark(context, request.count or 1, request)

        return await _answered(context, work)

    async def remove(self, context: DashboardContext) -> Response:
        async def work(stamp_id: int) -> Response:
            request = validate(RemoveMarks, _sent(context, stamp_id, "count"), context=context)
            return await self._mark(context, -(request.count or 1), request)

        return await _answered(context, work)

    async def redeem(self, context: DashboardContext) -> Response:
        """The reward on the way that the button names, or the last one."""

        async def work(stamp_id: int) -> Response:
            request = validate(RedeemStamp, _sent(context, stamp_id, "reward"), context=context)

            def unit(tx: Tx) -> None:
                require_workplace(tx, context.person, request.locationIdx)
                redeeming.redeem(
                    tx,
                    context.account_id,
                    stamp_id,
                    checked_hash=None,
                    meta=context.meta(request.note, location_id=request.locationIdx),
                    reward=request.reward,
                )

            await context.once(unit)
            response = context.redirect(f"/dashboard/stamps/{stamp_id}", phrase("Reward redeemed."))
            return remember_place(context, response, request.locationIdx)

        return await _answered(context, work)

    async def _mark(self, context: DashboardContext, marks: int, request: AddMarks | RemoveMarks) -> Response:
        stamp_id = context.number("stamp_id")
        meta = context.meta(request.note, location_id=request.locationIdx)

        def unit(tx: Tx) -> list[int]:
            """Counts before and after, the goal, the row in the history, and how many marks went on to the next stamp."""
            require_workplace(tx, context.person, request.locationIdx)
            done = service.mark(tx, context.account_id, stamp_id, marks, meta=meta)
            carried = marks - (done.after.stamps - done.before.stamps)
            return [done.before.stamps, done.after.stamps, done.after.max_stamps, done.event_id, carried]

        before, after, goal, event_id, carried = await context.once(unit)
        path = f"/dashboard/stamps/{stamp_id}"
        response = context.redirect(path, _said(before, after, goal, carried), undo=f"{path}/undo/{event_id}")
        return remember_place(context, response, request.locationIdx)


def _said(before: int, after: int, goal: int, carried: int) -> Phrase:
    if after < before:
        said = counted("count", "{count} stamp removed: {after} of {goal}.", "{count} stamps removed: {after} of {goal}.")
        return phrase(said, count=before - after, after=after, goal=goal)
    count = after - before + carried
    many = counted("count", "{count} stamp added: {after} of {goal}.", "{count} stamps added: {after} of {goal}.")
    added = phrase("Stamp added: {after} of {goal}.", after=after, goal=goal)
    if count > 1:
        added = phrase(many, count=count, after=after, goal=goal)
    return phrase("{added} The customer's next card begins with {carried}.", added=added, carried=carried) if carried else added


def _sent(context: DashboardContext, stamp_id: int, *names: str) -> dict[str, Any]:
    return {"stampIdx": stamp_id, **context.form.fields((*names, "note", "locationIdx"), integers=_INTEGERS)}


async def _answered(context: DashboardContext, work: Callable[[int], Awaitable[Response]]) -> Response:
    try:
        return await work(context.number("stamp_id"))
    except AppError as refusal:
        context.deps.refusals.note(
            refusal,
            account_id=context.account_id,
            stamp=context.number("stamp_id"),
            actor=context.actor,
            now_us=context.now_us,
        )
        return await show_stamp(context, context.refused(refusal, fields=_FIELDS), status=refusal.status)
