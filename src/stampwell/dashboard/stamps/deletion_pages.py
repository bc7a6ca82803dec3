"""`/dashboard/stamps/{stamp_id}/delete`: what would be lost is said first, and part of the code has to be typed."""

from functools import partial

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phrases import phrase
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.common import read_reason
from stampwell.dashboard.stamps.stamp_page import about
from stampwell.features.people.model import Permission
from stampwell.features.stamps import finding
from stampwell.features.stamps.corrections import confirmation_of, delete_confirmed
from stampwell.web.forms import Form

_PATH = "/dashboard/stamps/{stamp_id:idx}/delete"


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
            note, wrong = read_reason(context)
            unit = partial(
                delete_confirmed,
                account_id=context.account_id,
                stamp_id=stamp_id,
                typed=context.form.text("typed"),
                wrong=wrong,
                meta=context.meta(note),
            )
            code = await context.once(unit)
        except AppError as refusal:
            return await self._page(context, context.refused(refusal, fields=("typed", "note")), status=refusal.status)
        return context.redirect("/dashboard/stamps", phrase("The card {code} is deleted.", code=code))

    async def _page(self, context: DashboardContext, form: Form, *, status: int = 200) -> Response:
        stamp_id = context.number("stamp_id")
        stamp = await self._deps.db.read(finding.get_stamp, context.account_id, stamp_id)
        return context.render(
            "stamps/delete.html",
            status=status,
            form=form,
            here=f"/dashboard/stamps/{stamp_id}",
            wanted=confirmation_of(stamp),
            **about(stamp, context),
        )
