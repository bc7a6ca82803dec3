"""Deleting and switching off many stamps: choose, look at what would be hit, type the number, and only then."""

import re
from functools import partial
from typing import Any

from starlette.responses import Response

from stampwell.core.days import end_of_day_us, parse_ymd, start_of_day_us
from stampwell.core.errors import FieldsWrong
from stampwell.core.phrases import phrase
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.common import read_reason
from stampwell.features.cards.service import list_cards
from stampwell.features.people.model import Permission
from stampwell.features.stamps.bulk import actions
from stampwell.features.stamps.bulk.actions import BulkAction, BulkFilter
from stampwell.features.stamps.states import state_of
from stampwell.web.errors import NoSuchPage
from stampwell.web.forms import Form

_PATH = "/dashboard/stamps/bulk"
_FIELDS = ("act", "card", "state", "since", "until")
_NUMBER = re.compile("[0-9]{1,18}")


class BulkPages:
    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", _PATH, self.choose, Permission.STAMPS),
            PageRoute("POST", _PATH, self.carry_out, Permission.STAMPS),
        )

    async def choose(self, context: DashboardContext) -> Response:
        """The choice; once it is made, what it would hit."""
        asked = Form.filled({name: context.query(name) for name in _FIELDS})
        return await self._page(context, asked, Form())

    async def carry_out(self, context: DashboardContext) -> Response:
        form = context.form
        act, selected = _choice(context, form)
        count = int(form.text("count")) if _NUMBER.fullmatch(form.text("count")) else 0
        last = await self._deps.db.read(
            actions.is_previewed, context.account_id, act, selected, count=count, signature=form.text("signature")
        )
        if last is None:
            raise NoSuchPage
        if form.text("typed").replace(",", "") != str(count):
            form.errors["typed"] = context.t("Type {count} to confirm.", count=count)
            return await self._page(context, form, form, status=400)
        note, wrong = read_reason(context)
        if wrong:
            form = context.refused(FieldsWrong(wrong), fields=("note",))
            return await self._page(context, form, form, status=400)
        done = await self._all(context, act, selected, last, note=note)
        sentence = (
            phrase("Cards deleted: {count}.", count=done)
            if act is BulkAction.DELETE
            else phrase("Cards switched off: {count}.", count=done)
        )
        return context.redirect(_PATH, sentence)

    async def _all(
        self, context: DashboardContext, act: BulkAction, selected: BulkFilter, last: tuple[int, int], *, note: str | None
    ) -> int:
        """A transaction a chunk. Sent twice, the second time finds nothing left to do."""
        done, after, meta = 0, None, context.meta(note)
        while True:
            unit = partial(
                actions.apply_chunk,
                account_id=context.account_id,
                act=act,
                selected=selected,
                last=last,
                after=after,
                meta=meta,
            )
            chunk = await context.write(unit)
            done += chunk.stamps
            after = chunk.next
            if after is None:
                return done

    async def _page(self, context: DashboardContext, asked: Form, form: Form, *, status: int = 200) -> Response:
        values: dict[str, Any] = {"preview": None, "act": None}
        if asked.text("act"):
            act, selected = _choice(context, asked)
            preview = await self._deps.db.read(actions.preview, context.account_id, act, selected)
            rows = [(stamp, state_of(stamp, context.today).value) for stamp in preview.first]
            values = {"preview": preview, "rows": rows, "act": act}
        cards = [(card.card_id, card.name) for card in await self._deps.db.read(list_cards, context.account_id)]
        return context.render(
            "imports/bulk.html",
            status=status,
            asked=asked,
            form=form,
            cards=cards,
            BulkAction=BulkAction,
            most=actions.MOST,
            **values,
        )


def _choice(context: DashboardContext, form: Form) -> tuple[BulkAction, BulkFilter]:
    """What a link or form of ours asks for; raises NoSuchPage for any other."""
    act, card, state = form.text("act"), form.text("card"), form.text("state")
    since, until = form.text("since"), form.text("until")
    days = [parse_ymd(text) if text else None for text in (since, until)]
    known = act in set(BulkAction) and state in actions.STATES and (not card or _NUMBER.fullmatch(card))
    if not known or [bool(text) for text in (since, until)] != [day is not None for day in days]:
        raise NoSuchPage
    zone, (first, final) = context.account.time_zone, days
    return BulkAction(act), BulkFilter(
        card_id=int(card) if card else None,
        state=state,
        since=None if first is None else start_of_day_us(first, zone),
        until=None if final is None else end_of_day_us(final, zone),
    )
