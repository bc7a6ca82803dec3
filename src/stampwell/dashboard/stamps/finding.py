"""`/dashboard/stamps`: the list, with a search and filters."""

from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phones import is_phone, phone_digits
from stampwell.core.stamp_refs import read_stamp_code, read_stamp_ref
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.refusals import message_for_staff
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.stamp_labels import CHIPS, chip_of, customer_of
from stampwell.db.database import Tx
from stampwell.features.cards.errors import CardNotFound
from stampwell.features.cards.model import Card
from stampwell.features.cards.service import list_cards
from stampwell.features.people.model import Permission
from stampwell.features.stamps import service
from stampwell.features.stamps.errors import StampNotFound
from stampwell.features.stamps.search.search import Found, search
from stampwell.features.stamps.search.terms import SearchQuery
from stampwell.features.stamps.states import State
from stampwell.web.forms import Form

_STATES = {
    "usable": State.USABLE,
    "full": State.FULL,
    "not-yet-valid": State.NOT_YET_VALID,
    "expired": State.EXPIRED,
    "inactive": State.INACTIVE,
    "redeemed": State.REDEEMED,
}
# Of the API's filters; it has none for the others.
_IN_API: dict[State | None, dict[str, str]] = {
    None: {},
    State.INACTIVE: {"activeYn": "N", "useYn": "N"},
    State.REDEEMED: {"useYn": "Y"},
}
_ASKED = ("q", "card", "state")
_NUMBER_OF_A_PHONE = 7


class StampListPages:
    """Finding stamps."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (PageRoute("GET", "/dashboard/stamps", self.show, Permission.VIEW),)

    async def show(self, context: DashboardContext) -> Response:
        code = read_stamp_code(context.query("q"))
        if code is not None:
            found = await self._by_code(context, code)
            if found is not None:
                return context.redirect(f"/dashboard/stamps/{found}")
        values = await self._deps.db.read(_page, context)
        if values["only"] is not None:
            return context.redirect(f"/dashboard/stamps/{values['only']}")
        form = Form.filled({name: context.query(name) for name in _ASKED})
        return context.render("stamps/list.html", form=form, states=_state_options(), **values)

    async def _by_code(self, context: DashboardContext, code: str) -> int | None:
        try:
            stamp = await self._deps.db.read(service.get_stamp, context.account_id, code)
        except StampNotFound:
            return None
        return stamp.stamp_id


def _state_options() -> list[tuple[str, Any]]:
    return [(value, CHIPS[state].word) for value, state in _STATES.items()]


def _page(tx: Tx, context: DashboardContext) -> dict[str, Any]:
    cards = list_cards(tx, context.account_id)
    refusal = ""
    wanted, found = SearchQuery(context.query("q")), Found([])
    try:
        wanted = SearchQuery(context.query("q"), _card_of(context, cards), _STATES.get(context.query("state")))
        cursor = context.query("cursor") or None
        found = search(tx, context.account_id, wanted, today=context.today, region=context.account.region, cursor=cursor)
    except AppError as refused:
        refusal = message_for_staff(refused, context.language.translate)
    asked = {name: context.query(name) for name in _ASKED if context.query(name)}
    return {
        "stamps": [(stamp, customer_of(stamp), chip_of(stamp, context.today)) for stamp in found.stamps],
        "cards": cards,
        "next": f"/dashboard/stamps?{urlencode({**asked, 'cursor': found.cursor})}" if found.cursor else "",
        "looked_at": found.looked_at,
        "going_on": bool(context.query("cursor")),
        "filtered": bool(asked),
        "refusal": refusal,
        "curl": _curl(context.origin, wanted),
        "only": _only(context, found),
    }


def _card_of(context: DashboardContext, cards: list[Card]) -> int | None:
    named = context.query("card")
    if not named:
        return None
    for card in cards:
        if str(card.card_id) == named:
            return card.card_id
    raise CardNotFound(card_id=named)


def _only(context: DashboardContext, found: Found) -> int | None:
    """The stamp, when it alone was found and its number was typed. The end of a phone number may be another's number."""
    numbers = [stamp.stamp_id for stamp in found.stamps]
    return numbers[0] if numbers == [read_stamp_ref(context.query("q"))] and not found.cursor else None


def _curl(origin: str, wanted: SearchQuery) -> str:
    """The same list as an API call; blank where the API has no such filter."""
    text = wanted.text
    if wanted.state not in _IN_API:
        return ""
    filters = {**_IN_API[wanted.state]}
    if wanted.card_id is not None:
        filters["cardIdx"] = str(wanted.card_id)
    if "@" in text:
        filters["userEml"] = text
    elif is_phone(text) and len(phone_digits(text)) >= _NUMBER_OF_A_PHONE:
        filters["userPhnno"] = text
    elif text:
        return ""
    asked = f"?{urlencode(filters)}" if filters else ""
    return f"curl '{origin}/api/stamp/v1/list{asked}' -H 'Authorization: APIKey sk_live_…'"
