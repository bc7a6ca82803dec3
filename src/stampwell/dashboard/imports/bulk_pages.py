"""Many cards at once: choose, look at what would be hit, type the number, and only then."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from starlette.responses import Response

from stampwell.core.days import end_of_day_us, parse_ymd, start_of_day_us
from stampwell.core.errors import FieldsWrong
from stampwell.core.phrases import phrase, translatable
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps import list_filters
from stampwell.dashboard.stamps.common import read_reason
from stampwell.dashboard.stamps.stamp_labels import customer_of
from stampwell.features.cards.service import list_cards
from stampwell.features.people.model import Permission
from stampwell.features.stamps.bulk import actions
from stampwell.features.stamps.bulk.actions import BulkAction, BulkFilter
from stampwell.features.stamps.listing.filters import StampFilter
from stampwell.features.stamps.rules import latest_end
from stampwell.features.stamps.states import State
from stampwell.web.errors import NoSuchPage
from stampwell.web.forms import Form

_PATH = "/dashboard/stamps/bulk"
FIELDS = ("act", "card", "state", "expiring", "togo", "unseen", "since", "until", "to", "day", "ids")
"""What a choice is made of. to: the day that is extended to. day: of the preview. ids: of ticked stamps, or blank."""
_NUMBER = re.compile("[0-9]{1,18}")
_NUMBERS = re.compile("[0-9]{1,18}(,[0-9]{1,18}){0,999}")
# What was seen before midnight may be confirmed after it.
_LONGEST_PREVIEW = timedelta(days=2)
# Of the list, those that bulk actions have no filter of their own for.
_LISTED = {name: state for name, state in list_filters.STATES.items() if name not in actions.STATES}
_DONE = {
    BulkAction.EXTEND: translatable("Cards extended: {count}."),
    BulkAction.SWITCH_ON: translatable("Cards switched on: {count}."),
    BulkAction.SWITCH_OFF: translatable("Cards switched off: {count}."),
    BulkAction.DELETE: translatable("Cards deleted: {count}."),
}


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
        ticked = ",".join(text for text in context.request.query_params.getlist("ids") if text)
        values = {name: context.query(name) for name in FIELDS if name != "ids"}
        return await self._page(context, Form.filled({**values, "ids": ticked}), Form())

    async def carry_out(self, context: DashboardContext) -> Response:
        form = context.form
        choice = _choice(context, form)
        count = int(form.text("count")) if _NUMBER.fullmatch(form.text("count")) else 0
        signature = form.text("signature")
        last = await self._deps.db.read(
            actions.is_previewed, context.account_id, choice.act, choice.selected, count=count, signature=signature
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
        done = await self._all(context, choice.act, choice.selected, last, note=note)
        return context.redirect(_PATH, phrase(_DONE[choice.act], count=done))

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
            choice = _choice(context, asked)
            values["act"] = choice.act
            if choice.act is BulkAction.EXTEND and not choice.selected.extend_to:
                if context.query("looked"):
                    asked.errors["to"] = context.t("Choose a day after today, at most 5 years ahead.")
            else:
                preview = await self._deps.db.read(actions.preview, context.account_id, choice.act, choice.selected)
                rows = [(stamp, customer_of(stamp, context.language.translate)) for stamp in preview.first]
                values |= {"preview": preview, "rows": rows}
        cards = [(card.card_id, card.name) for card in await self._deps.db.read(list_cards, context.account_id)]
        return context.render(
            "imports/bulk.html",
            status=status,
            asked=asked,
            form=form,
            cards=cards,
            filters=list_filters,
            fields=FIELDS,
            ticked=len([text for text in asked.text("ids").split(",") if text]),
            BulkAction=BulkAction,
            most=actions.MOST,
            **values,
        )


class _Choice(NamedTuple):
    act: BulkAction
    selected: BulkFilter


def _choice(context: DashboardContext, form: Form) -> _Choice:
    """What a link or form of ours asks for; raises NoSuchPage for any other."""
    act, card, state, ids = (form.text(name) for name in ("act", "card", "state", "ids"))
    days = {name: _day(form, name) for name in ("since", "until", "day")}
    in_order = not card or _NUMBER.fullmatch(card), not ids or _NUMBERS.fullmatch(ids), state in {*actions.STATES, *_LISTED}
    preview_day = days["day"] or context.today
    if act not in set(BulkAction) or not all(in_order) or abs(preview_day - context.today) > _LONGEST_PREVIEW:
        raise NoSuchPage
    zone, today, since, until = context.account.time_zone, context.today, days["since"], days["until"]
    extend_to = parse_ymd(form.text("to")) if act == BulkAction.EXTEND else None
    selected = BulkFilter(
        card_id=int(card) if card else None,
        state=_base_state(state),
        since=None if since is None else start_of_day_us(since, zone),
        until=None if until is None else end_of_day_us(until, zone),
        also=_also(context, form, today=preview_day),
        stamp_ids=tuple(int(text) for text in ids.split(",")) if ids else (),
        extend_to=extend_to.isoformat() if extend_to and today < extend_to <= latest_end(today) else "",
    )
    return _Choice(BulkAction(act), selected)


def _base_state(state: str) -> str:
    """One of the bulk actions' own; what the list has besides is in use, but for merged ones."""
    if state in actions.STATES:
        return state
    return "" if _LISTED[state] is State.MERGED else "active"


def _also(context: DashboardContext, form: Form, *, today: date) -> StampFilter | None:
    """What the list's filters ask for besides; None for nothing. The day is that of the preview: what was seen is hit."""
    state = form.text("state")
    asked: Mapping[str, str] = {
        "state": state if state in _LISTED else "",
        **{name: form.text(name) for name in ("expiring", "togo", "unseen")},
    }
    wanted = list_filters.read_filter(asked, context.account, today=today)
    return wanted if wanted.narrows_use or wanted.state is not None else None


def _day(form: Form, name: str) -> date | None:
    """Raises NoSuchPage for a text that is no day."""
    text = form.text(name)
    day = parse_ymd(text) if text else None
    if text and day is None:
        raise NoSuchPage
    return day
