"""Undoing the newest change of a stamp: by the person who made it, for ten minutes, as a row of its own in the history."""

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import counted, phrase
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.common import undo_rule
from stampwell.dashboard.stamps.stamp_page import show_stamp
from stampwell.db.database import Tx
from stampwell.features.people.model import Permission
from stampwell.features.stamps.undo import undo


class UndoActions:
    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (PageRoute("POST", "/dashboard/stamps/{stamp_id:idx}/undo/{event_id:idx}", self.undo, Permission.MARK),)

    async def undo(self, context: DashboardContext) -> Response:
        stamp_id, event_id = context.number("stamp_id"), context.number("event_id")
        meta = context.meta(phrase("Undone").said(context.language.translate))

        def unit(tx: Tx) -> list[int]:
            """The count afterwards, where it was marks, and whether a next stamp went with them."""
            done = undo(tx, context.account_id, stamp_id, event_id, rule=undo_rule(context), meta=meta)
            deleted_next = done.before.renewed_stamp_id != done.after.renewed_stamp_id
            return [done.after.stamps, int(deleted_next)] if done.changes is None else []

        try:
            undone = await context.once(unit)
        except AppError as refusal:
            return await show_stamp(context, context.refused(refusal, fields=()), status=refusal.status)
        if not undone:
            return context.redirect(f"/dashboard/stamps/{stamp_id}", phrase("Undone."))
        after, deleted_next = undone
        said = phrase(counted("after", "Undone: {after} stamp again.", "Undone: {after} stamps again."), after=after)
        if deleted_next:
            said = phrase("{undone} The next card, which had just begun, is deleted.", undone=said)
        return context.redirect(f"/dashboard/stamps/{stamp_id}", said)
