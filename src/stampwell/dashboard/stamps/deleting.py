"""`/dashboard/stamps/{stamp_id}/delete`: what would be lost is said first, and part of the code has to be typed."""

from starlette.responses import Response

from stampwell.core.errors import AppError, FieldError, FieldsWrong
from stampwell.core.phrases import phrase
from stampwell.core.stamp_refs import read_stamp_code
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.common import read_reason
from stampwell.dashboard.stamps.showing import about
from stampwell.db.database import Tx
from stampwell.features.people.model import Permission
from stampwell.features.stamps import service
from stampwell.web.forms import Form

_PATH = "/dashboard/stamps/{stamp_id:idx}/delete"
_TYPED = 4


class DeletionPages:
    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", _PATH, self.ask, Permission.STAMPS),
            PageRoute("POST", _PATH, self.delete, Permission.STAMPS),
        )

    async def ask(self, context: DashboardContext) -> Response:
        return await self._page(context, Form())

    async def delete(self, context: DashboardContext) -> Response:
        stamp_id = context.number("stamp_id")
        try:
            code = await context.once(lambda tx: _delete(tx, context, stamp_id))
        except AppError as refusal:
            return await self._page(context, context.refused(refusal, fields=("typed", "note")), status=refusal.status)
        return context.redirect("/dashboard/stamps", phrase("The stamp {code} is deleted.", code=code))

    async def _page(self, context: DashboardContext, form: Form, *, status: int = 200) -> Response:
        stamp_id = context.number("stamp_id")
        stamp = await self._deps.db.read(service.get_stamp, context.account_id, stamp_id)
        return context.render(
            "stamps/delete.html",
            status=status,
            form=form,
            here=f"/dashboard/stamps/{stamp_id}",
            wanted=stamp.code[-_TYPED:],
            **about(stamp, context),
        )


def _delete(tx: Tx, context: DashboardContext, stamp_id: int) -> str:
    """The code of what is gone. The reason goes into the audit log: the stamp's own history is gone too."""
    stamp = service.lock_stamp(tx, context.account_id, stamp_id)
    note, wrong = read_reason(context)
    wanted = stamp.code[-_TYPED:]
    typed = context.form.text("typed")
    if typed.upper() != wanted and read_stamp_code(typed) != stamp.code:
        wrong.append(FieldError("typed", phrase("Type {count} to confirm.", count=wanted)))
    if wrong:
        raise FieldsWrong(wrong)
    service.delete(tx, context.account_id, stamp_id, meta=context.meta(note))
    return stamp.code
