"""Undoing the newest deed on a stamp: by whoever did it, for ten minutes, as a row of its own in the history."""

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import phrase
from stampwell.dashboard.desk import Desk
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.deeds import can_undo, change_back, correct, mark, newest_row
from stampwell.dashboard.stamps.errors import CannotUndo
from stampwell.dashboard.stamps.showing import show_stamp
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.features.people.model import Permission
from stampwell.features.stamps import service
from stampwell.features.stamps.model import KIND_UPDATED, HistoryRow


class UndoActions:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> tuple[PageRoute, ...]:
        return (PageRoute("POST", "/dashboard/stamps/{stamp_id:idx}/undo/{event_id:idx}", self.undo, Permission.MARK),)

    async def undo(self, visit: Visit) -> Response:
        stamp_id, event_id = visit.number("stamp_id"), visit.number("event_id")
        try:
            marks = await visit.once(lambda tx: _undo(tx, visit, stamp_id, event_id))
        except AppError as refusal:
            return await show_stamp(visit, visit.refused(refusal, fields=()), status=refusal.status)
        if not marks:
            return visit.redirect(f"/dashboard/stamps/{stamp_id}", phrase("It is as it was before."))
        before, after = marks
        said = phrase("Marks: {before} → {after}.", before=before, after=after)
        return visit.redirect(f"/dashboard/stamps/{stamp_id}", said)


def _undo(tx: Tx, visit: Visit, stamp_id: int, event_id: int) -> list[int]:
    """The count before and after, where marks were undone. Raises CannotUndo, and what the rules refuse."""
    service.lock_stamp(tx, visit.account_id, stamp_id)
    row = newest_row(tx, visit, stamp_id)
    if row.event_id != event_id or not can_undo(row, visit):
        raise CannotUndo
    note = phrase("Undone").said(visit.language.translate)
    if row.kind != KIND_UPDATED:
        before, after, _ = mark(tx, visit, stamp_id, row.stamps_before - row.stamps_after, note)
        return [before, after]
    _put_back(tx, visit, stamp_id, row, note)
    return []


def _put_back(tx: Tx, visit: Visit, stamp_id: int, row: HistoryRow, note: str) -> None:
    changes = row.changes or {}
    goal = changes["maxStamps"][0] if "maxStamps" in changes else None
    correct(tx, visit, stamp_id, change_back(changes), note)
    if goal is not None and service.get_stamp(tx, visit.account_id, stamp_id).max_stamps != goal:
        # The former card asks for another number of marks by now, so this would not be what it was.
        raise CannotUndo
