"""`/dashboard/stamps/new`: one stamp for one customer."""

import json
from datetime import timedelta

from starlette.responses import Response

from stampwell.core.days import years_after
from stampwell.core.errors import AppError
from stampwell.core.phrases import phrase
from stampwell.core.validation import validate
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.places import places_for, remember_place
from stampwell.db.database import Tx
from stampwell.features.cards.model import Card
from stampwell.features.cards.service import list_cards
from stampwell.features.locations.model import Location
from stampwell.features.locations.service import list_locations
from stampwell.features.locations.staffing import require_workplace
from stampwell.features.people.model import Permission
from stampwell.features.stamps import service
from stampwell.features.stamps.contract.requests import CreateStamp
from stampwell.web.forms import Form

_INTEGERS = ("cardIdx", "stamps", "locationIdx")
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
            request = validate(CreateStamp, context.form.fields(_FIELDS, integers=_INTEGERS), context=context)
            draft = self._deps.drafts.new_stamp(
                request,
                account_id=context.account_id,
                plan=context.plan,
                actor=context.actor,
                now_us=context.now_us,
                today=context.today,
            )

            def unit(tx: Tx) -> int:
                require_workplace(tx, context.person, request.locationIdx)
                return service.issue(tx, draft, actor=context.actor).stamp_id

            number = await context.once(unit)
        except AppError as refusal:
            return await self._page(context, context.refused(refusal, fields=_FIELDS), status=refusal.status)
        response = context.redirect(
            f"/dashboard/stamps/{number}", phrase("The card is issued. Let the customer scan its code, or send the link.")
        )
        return remember_place(context, response, request.locationIdx)

    async def _page(self, context: DashboardContext, form: Form, *, status: int) -> Response:
        cards, locations = await self._deps.db.read(_read, context.account_id)
        return context.render(
            "stamps/new.html",
            status=status,
            form=form,
            cards=[(card.card_id, card.name) for card in cards],
            goals=json.dumps({card.card_id: card.max_stamps for card in cards}),
            most_stamps=max((card.max_stamps for card in cards), default=0),
            places=places_for(context, None, locations),
        )


def _read(tx: Tx, account_id: int) -> tuple[list[Card], list[Location]]:
    """Cards that stamps can be issued of, and every location."""
    return [card for card in list_cards(tx, account_id) if card.takes_stamps], list_locations(tx, account_id)
