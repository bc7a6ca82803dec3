"""`/dashboard/stamps`: the list, with a search and filters."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from starlette.responses import Response

from stampwell.core.errors import AppError
from stampwell.core.phones import is_phone, phone_digits
from stampwell.core.phrases import phrase
from stampwell.core.stamp_refs import read_stamp_ref
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.refusals import message_for_staff
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.choosing import find_scanned
from stampwell.dashboard.stamps.stamp_labels import CHIPS, chip_of, customer_of
from stampwell.db.database import Tx
from stampwell.features.accounts.model import Account
from stampwell.features.cards.errors import CardNotFound
from stampwell.features.cards.model import Card
from stampwell.features.cards.service import list_cards
from stampwell.features.people.model import Permission
from stampwell.features.stamps import finding
from stampwell.features.stamps.model import Stamp
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
    "merged": State.MERGED,
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
        scanned = await self._deps.db.read(_by_code, context.account_id, context.query("q"))
        if scanned is not None:
            stamp, place_taken = scanned
            said = phrase("This card took the place of the one you looked for.") if place_taken else None
            return context.redirect(f"/dashboard/stamps/{stamp.stamp_id}", said)
        asked = {name: context.query(name) for name in (*_ASKED, "cursor")}
        read = await self._deps.db.read(_read, context.account, asked, today=context.today)
        only = _only(asked["q"], read.found)
        if only is not None:
            return context.redirect(f"/dashboard/stamps/{only}")
        return context.render(
            "stamps/list.html",
            form=Form.filled({name: asked[name] for name in _ASKED}),
            states=_state_options(),
            **_shown(context, asked, read),
        )


def _by_code(tx: Tx, account_id: int, text: str) -> tuple[Stamp, bool] | None:
    """The stamp of a code or link, or the one that it was merged into, which is said then; None for any other text."""
    found = find_scanned(tx, account_id, text)
    if found is None:
        return None
    stamp = finding.last_of_merges(tx, found)
    return stamp, stamp is not found


def _state_options() -> list[tuple[str, Any]]:
    return [(value, CHIPS[state].word) for value, state in _STATES.items()]


class _ListRead(NamedTuple):
    """refusal: why nothing was looked for; None when it was."""

    cards: list[Card]
    wanted: SearchQuery
    found: Found
    refusal: AppError | None = None


def _read(tx: Tx, account: Account, asked: Mapping[str, str], *, today: date) -> _ListRead:
    """asked: of `q`, `card`, `state` and `cursor`; blank where nothing was asked for."""
    cards = list_cards(tx, account.account_id)
    wanted = SearchQuery(asked["q"])
    try:
        wanted = SearchQuery(asked["q"], _card_of(asked["card"], cards), _STATES.get(asked["state"]))
        cursor = asked["cursor"] or None
        found = search(tx, account.account_id, wanted, today=today, region=account.region, cursor=cursor)
    except AppError as refusal:
        return _ListRead(cards, wanted, Found([]), refusal)
    return _ListRead(cards, wanted, found)


def _shown(context: DashboardContext, asked: Mapping[str, str], read: _ListRead) -> dict[str, Any]:
    found, refusal = read.found, read.refusal
    filters = {name: asked[name] for name in _ASKED if asked[name]}
    return {
        "stamps": [
            (stamp, customer_of(stamp, context.language.translate), chip_of(stamp, context.today)) for stamp in found.stamps
        ],
        "cards": read.cards,
        "next": f"/dashboard/stamps?{urlencode({**filters, 'cursor': found.cursor})}" if found.cursor else "",
        "looked_at": found.looked_at,
        "going_on": bool(asked["cursor"]),
        "filtered": bool(filters),
        "refusal": "" if refusal is None else message_for_staff(refusal, context.language.translate),
        "curl": _curl(context.origin, read.wanted),
    }


def _card_of(named: str, cards: list[Card]) -> int | None:
    if not named:
        return None
    for card in cards:
        if str(card.card_id) == named:
            return card.card_id
    raise CardNotFound(card_id=named)


def _only(text: str, found: Found) -> int | None:
    """The stamp, when it alone was found and its number was typed. The end of a phone number may be another's number."""
    numbers = [stamp.stamp_id for stamp in found.stamps]
    return numbers[0] if numbers == [read_stamp_ref(text)] and not found.cursor else None


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
