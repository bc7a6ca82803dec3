"""Correcting one thing of a stamp, each on a page of its own: its last day, the switch, the customer's PIN, its card."""

from calendar import monthrange
from datetime import date
from functools import partial
from typing import Any

from starlette.responses import Response

from stampwell.core.day_words import day_in_words
from stampwell.core.days import parse_ymd
from stampwell.core.errors import AppError
from stampwell.core.phrases import Phrase, counted, phrase
from stampwell.core.validation import validate
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.common import read_reason
from stampwell.dashboard.stamps.stamp_page import about, show_stamp
from stampwell.db.database import Tx
from stampwell.features.cards.errors import CardClosed, CardNotFound
from stampwell.features.cards.model import Card
from stampwell.features.cards.service import list_cards
from stampwell.features.people.model import Permission
from stampwell.features.stamps import finding, rules
from stampwell.features.stamps.contract.requests import UpdateStamp
from stampwell.features.stamps.contract.to_change import change_of
from stampwell.features.stamps.corrections import Correction, correct
from stampwell.features.stamps.errors import NoRoom
from stampwell.features.stamps.model import Stamp
from stampwell.features.stamps.states import Action
from stampwell.web.forms import Form

_ONE = "/dashboard/stamps/{stamp_id:idx}"
_FIELDS = ("endYmd", "cardIdx", "note")
_MONTHS = {1: phrase("1 month more"), 3: phrase("3 months more"), 12: phrase("1 year more")}
_ABOUT_THE_CARD = (CardClosed, CardNotFound, NoRoom)


class CorrectionPages:
    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", f"{_ONE}/extend", self.ask, Permission.STAMPS),
            PageRoute("POST", f"{_ONE}/extend", self.extend, Permission.STAMPS),
            PageRoute("GET", f"{_ONE}/switch", self.ask, Permission.STAMPS),
            PageRoute("POST", f"{_ONE}/switch", self.switch, Permission.STAMPS),
            PageRoute("GET", f"{_ONE}/pin", self.ask, Permission.STAMPS),
            PageRoute("POST", f"{_ONE}/pin", self.reset_pin, Permission.STAMPS),
            PageRoute("GET", f"{_ONE}/move", self.ask, Permission.STAMPS),
            PageRoute("POST", f"{_ONE}/move", self.move, Permission.STAMPS),
        )

    async def ask(self, context: DashboardContext) -> Response:
        """The form. Of a stamp that is redeemed or merged there is nothing to correct: its own page says so."""
        stamp = await self._deps.db.read(finding.get_stamp, context.account_id, context.number("stamp_id"))
        try:
            rules.check(Action.CORRECT, stamp, context.meta())
        except AppError as refusal:
            return await show_stamp(context, context.refused(refusal), status=refusal.status)
        return await self._page(context, Form.filled({"endYmd": stamp.ends_on}))

    async def extend(self, context: DashboardContext) -> Response:
        day = context.form.text("until") or context.form.text("endYmd")
        return await self._correct(context, {"endYmd": day}, phrase("Valid until {day} now.", day=_day_said(day)))

    async def switch(self, context: DashboardContext) -> Response:
        on = context.form.text("active") == "Y"
        said = (
            phrase("The card is switched on.")
            if on
            else phrase("The card is switched off. The customer can't collect or redeem.")
        )
        return await self._correct(context, {"activeYn": "Y" if on else "N"}, said)

    async def reset_pin(self, context: DashboardContext) -> Response:
        said = phrase("The PIN is reset. The customer chooses a new one on the next visit.")
        return await self._correct(context, {"resetPinYn": "Y"}, said)

    async def move(self, context: DashboardContext) -> Response:
        sent = context.form.fields(("cardIdx",), integers=("cardIdx",))
        return await self._correct(
            context, {"cardIdx": sent.get("cardIdx", "")}, phrase("The card is moved to the new design.")
        )

    async def _correct(self, context: DashboardContext, values: dict[str, Any], said: Phrase) -> Response:
        stamp_id = context.number("stamp_id")
        try:
            note, wrong = read_reason(context)
            request = validate(UpdateStamp, {"stampIdx": stamp_id, **values}, context=context, wrong=wrong)
            change = change_of(request, drafts=self._deps.drafts, plan=context.plan)
            unit = partial(correct, account_id=context.account_id, stamp_id=stamp_id, change=change, meta=context.meta(note))
            done = Correction(*await context.once(unit))
        except AppError as refusal:
            return await self._page(context, _refused(context, refusal), status=refusal.status)
        return corrected(context, done, said)

    async def _page(self, context: DashboardContext, form: Form, *, status: int = 200) -> Response:
        part = context.request.url.path.rsplit("/", 1)[1]
        stamp_id = context.number("stamp_id")
        stamp, cards = await self._deps.db.read(_stamp_and_cards, context.account_id, stamp_id, with_cards=part == "move")
        return context.render(
            f"stamps/{part}.html",
            status=status,
            form=form,
            here=f"/dashboard/stamps/{stamp.stamp_id}",
            cards=[(card.card_id, _named(card)) for card in cards],
            later=list(_later(stamp, context.today)),
            latest=rules.latest_end(context.today).isoformat(),
            **about(stamp, context),
        )


def corrected(context: DashboardContext, done: Correction, said: Phrase) -> Response:
    """Back to the stamp, where it says what was done, and how to undo it where that is possible."""
    path = f"/dashboard/stamps/{context.number('stamp_id')}"
    if not done.event_id:
        return context.redirect(path, phrase("Nothing changed."))
    return context.redirect(path, said, undo=f"{path}/undo/{done.event_id}" if done.undoable else "")


def _day_said(text: str) -> str | Phrase:
    """The day that was typed, in words; as it was typed where it is none, which is refused."""
    day = parse_ymd(text)
    return text if day is None else day_in_words(day)


def _refused(context: DashboardContext, refusal: AppError) -> Form:
    form = context.refused(refusal, fields=_FIELDS)
    if isinstance(refusal, _ABOUT_THE_CARD):
        form.errors["cardIdx"], form.problem = _why_not_there(context, refusal) or form.problem, ""
    return form


def _why_not_there(context: DashboardContext, refusal: AppError) -> str:
    """Why a design has no room for the stamps of the card; blank for another reason."""
    if not isinstance(refusal, NoRoom):
        return ""
    said = counted(
        "stamps",
        "The new design has only {max_stamps} places, and this card has {stamps} stamp.",
        "The new design has only {max_stamps} places, and this card has {stamps} stamps.",
    )
    return phrase(said, **refusal.parameters).said(context.language.translate)


def _stamp_and_cards(tx: Tx, account_id: int, stamp_id: int, *, with_cards: bool) -> tuple[Stamp, list[Card]]:
    """With the cards that it may be moved to, if they are asked for."""
    stamp = finding.get_stamp(tx, account_id, stamp_id)
    if not with_cards:
        return stamp, []
    cards = list_cards(tx, account_id)
    return stamp, [card for card in cards if card.takes_stamps and card.card_id != stamp.card_id]


def _named(card: Card) -> Phrase:
    return phrase("{card} (stamps to collect: {marks})", card=card.name, marks=card.max_stamps)


def _later(stamp: Stamp, today: date) -> list[tuple[str, Phrase]]:
    """Days to extend to: so long after the last day, or after today where that is over."""
    last = max(date.fromisoformat(stamp.ends_on), today)
    if last >= rules.latest_end(today):
        return []
    days = [(_months_after(last, months), said) for months, said in _MONTHS.items()]
    return [(day.isoformat(), said) for day, said in days if day <= rules.latest_end(today)]


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
