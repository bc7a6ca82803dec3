"""`/dashboard/stamps/new`: one stamp for one customer."""

from datetime import timedelta
from typing import Any

from starlette.responses import Response

from stampwell.core.days import years_after
from stampwell.core.errors import AppError
from stampwell.core.phrases import phrase
from stampwell.core.validation import validate
from stampwell.dashboard.desk import Desk
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.visit import Visit
from stampwell.features.cards.service import list_cards
from stampwell.features.people.model import Permission
from stampwell.features.stamps import service
from stampwell.features.stamps.requests import CreateStamp
from stampwell.web.forms import Form

_FIELDS = tuple(name for name in CreateStamp.model_fields if name != "activeYn")


class IssuePages:
    """Issuing a stamp by a form."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", "/dashboard/stamps/new", self.show, Permission.ISSUE),
            PageRoute("POST", "/dashboard/stamps/new", self.issue, Permission.ISSUE),
        )

    async def show(self, visit: Visit) -> Response:
        last = years_after(visit.today, 1) - timedelta(days=1)
        return await self._page(
            visit, Form.filled({"cardIdx": visit.query("card"), "strtYmd": visit.today, "endYmd": last}), status=200
        )

    async def issue(self, visit: Visit) -> Response:
        try:
            request = validate(CreateStamp, visit.form.fields(_FIELDS, integers=("cardIdx",)), context=visit)
            draft = self._desk.drafts.new_stamp(
                request, account_id=visit.account_id, plan=visit.plan, actor=visit.actor, now_us=visit.now_us
            )
            number = await visit.once(lambda tx: service.issue(tx, draft, actor=visit.actor).stamp_id)
        except AppError as refusal:
            return await self._page(visit, visit.refused(refusal, fields=_FIELDS), status=refusal.status)
        return visit.redirect(f"/dashboard/stamps/{number}", phrase("The stamp is issued."))

    async def _page(self, visit: Visit, form: Form, *, status: int) -> Response:
        cards = await self._desk.db.read(list_cards, visit.account_id)
        options: list[tuple[Any, str]] = [(card.card_id, card.name) for card in cards if card.takes_stamps]
        return visit.render("stamps/new.html", status=status, form=form, cards=options)
