"""`/dashboard/stamps/new`: one stamp for one customer."""

from datetime import timedelta
from typing import Any

from starlette.responses import Response

from stampwell.core.days import years_after
from stampwell.core.errors import AppError
from stampwell.core.phrases import phrase
from stampwell.core.validation import validate
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.features.cards.service import list_cards
from stampwell.features.people.model import Permission
from stampwell.features.stamps import service
from stampwell.features.stamps.contract.requests import CreateStamp
from stampwell.web.forms import Form

_FIELDS = tuple(name for name in CreateStamp.model_fields if name != "activeYn")


class IssuePages:
    """Issuing a stamp by a form."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", "/dashboard/stamps/new", self.show, Permission.ISSUE),
            PageRoute("POST", "/dashboard/stamps/new", self.issue, Permission.ISSUE),
        )

    async def show(self, context: DashboardContext) -> Response:
        last = years_after(context.today, 1) - timedelta(days=1)
        return await self._page(
            context, Form.filled({"cardIdx": context.query("card"), "strtYmd": context.today, "endYmd": last}), status=200
        )

    async def issue(self, context: DashboardContext) -> Response:
        try:
            request = validate(CreateStamp, context.form.fields(_FIELDS, integers=("cardIdx",)), context=context)
            draft = self._deps.drafts.new_stamp(
                request,
                account_id=context.account_id,
                plan=context.plan,
                actor=context.actor,
                now_us=context.now_us,
                today=context.today,
            )
            number = await context.once(lambda tx: service.issue(tx, draft, actor=context.actor).stamp_id)
        except AppError as refusal:
            return await self._page(context, context.refused(refusal, fields=_FIELDS), status=refusal.status)
        return context.redirect(f"/dashboard/stamps/{number}", phrase("The stamp is issued."))

    async def _page(self, context: DashboardContext, form: Form, *, status: int) -> Response:
        cards = await self._deps.db.read(list_cards, context.account_id)
        options: list[tuple[Any, str]] = [(card.card_id, card.name) for card in cards if card.takes_stamps]
        return context.render("stamps/new.html", status=status, form=form, cards=options)
