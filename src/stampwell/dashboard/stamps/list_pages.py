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
from stampwell.dashboard.stamps import list_filters
from stampwell.dashboard.stamps.choosing import find_scanned
from stampwell.dashboard.stamps.list_filters import (
    ASKED,
    EXPIRING_OPTIONS,
    NARROWING,
    ORDER_OPTIONS,
    TO_GO_OPTIONS,
    UNSEEN_OPTIONS,
    ListAsked,
    address,
    find_asked,
    headings,
    read_asked,
)
from stampwell.dashboard.stamps.stamp_labels import customer_of, unusual_chip
from stampwell.db.database import Tx
from stampwell.features.accounts.model import Account
from stampwell.features.cards.model import Card
from stampwell.features.cards.service import list_cards
from stampwell.features.people.model import Permission
from stampwell.features.stamps import finding
from stampwell.features.stamps.listing.filtered_list import FilteredPage
from stampwell.features.stamps.listing.filters import NEWEST_FIRST
from stampwell.features.stamps.model import Stamp
from stampwell.features.stamps.states import State
from stampwell.web.forms import Form

# Of the API's filters; it has none for the others.
_IN_API: dict[State | None, dict[str, str]] = {
    None: {},
    State.INACTIVE: {"activeYn": "N", "useYn": "N"},
    State.REDEEMED: {"useYn": "Y"},
}
_PATH = "/dashboard/stamps"
_NUMBER_OF_A_PHONE = 7
_CHOICES = {
    "expiring": EXPIRING_OPTIONS,
    "togo": TO_GO_OPTIONS,
    "unseen": UNSEEN_OPTIONS,
    "order": ORDER_OPTIONS,
}


class StampListPages:
    """Finding stamps."""

    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (PageRoute("GET", _PATH, self.show, Permission.VIEW),)

    async def show(self, context: DashboardContext) -> Response:
        scanned = await self._deps.db.read(_by_code, context.account_id, context.query("q"))
        if scanned is not None:
            stamp, place_taken = scanned
            said = phrase("This card took the place of the one you looked for.") if place_taken else None
            return context.redirect(f"/dashboard/stamps/{stamp.stamp_id}", said)
        asked = {name: context.query(name) for name in (*ASKED, "cursor")}
        read = await self._deps.db.read(_read, context.account, asked, today=context.today)
        only = _only(asked["q"], read.found)
        if only is not None:
            return context.redirect(f"/dashboard/stamps/{only}")
        return context.render(
            "stamps/list.html",
            form=Form.filled({name: asked[name] for name in ASKED}),
            states=list_filters.state_options(),
            choices=_CHOICES,
            **_shown(context, asked, read),
        )


def _by_code(tx: Tx, account_id: int, text: str) -> tuple[Stamp, bool] | None:
    """The stamp of a code or link, or the one that it was merged into, which is said then; None for any other text."""
    found = find_scanned(tx, account_id, text)
    if found is None:
        return None
    stamp = finding.last_of_merges(tx, found)
    return stamp, stamp is not found


class _ListRead(NamedTuple):
    """asked: understood; None where it asks for what there is not. refusal: why nothing was looked for, or None."""

    cards: list[Card]
    asked: ListAsked | None
    found: FilteredPage
    refusal: AppError | None = None


def _read(tx: Tx, account: Account, asked: Mapping[str, str], *, today: date) -> _ListRead:
    """asked: of `ASKED`, and `cursor`; blank where nothing was asked for."""
    cards = list_cards(tx, account.account_id)
    understood = None
    try:
        understood = read_asked(asked, cards, account, today=today)
        found = find_asked(tx, account, understood, today=today, cursor=asked["cursor"] or None)
    except AppError as refusal:
        return _ListRead(cards, understood, FilteredPage([]), refusal)
    return _ListRead(cards, understood, found)


def _shown(context: DashboardContext, asked: Mapping[str, str], read: _ListRead) -> dict[str, Any]:
    found, refusal, translate = read.found, read.refusal, context.language.translate
    kept = {name: asked[name] for name in ASKED}
    narrowed = {name: asked[name] for name in NARROWING if asked[name]}
    return {
        "stamps": [(stamp, customer_of(stamp, translate), unusual_chip(stamp, context.today)) for stamp in found.stamps],
        "cards": read.cards,
        "headings": headings(_PATH, kept),
        "next": address(_PATH, kept, cursor=found.cursor) if found.cursor else "",
        "looked_at": found.looked_at,
        "among": found.among,
        "going_on": bool(asked["cursor"]),
        "filtered": bool(asked["q"] or narrowed),
        "set_filters": len(narrowed),
        "everything": address(_PATH, {"order": asked["order"]}),
        "export_path": address(f"{_PATH}/export", {"q": asked["q"], **narrowed}),
        "bulk_path": "" if asked["q"] else address(f"{_PATH}/bulk", narrowed),
        "refusal": "" if refusal is None else message_for_staff(refusal, translate),
        "curl": None if read.asked is None else _curl(context.origin, read.asked),
    }


def _only(text: str, found: FilteredPage) -> int | None:
    """The stamp, when it alone was found and its number was typed. The end of a phone number may be another's number."""
    numbers = [stamp.stamp_id for stamp in found.stamps]
    return numbers[0] if numbers == [read_stamp_ref(text)] and not found.cursor else None


def _curl(origin: str, asked: ListAsked) -> str:
    """The same list as an API call; blank where the API has no such filter or order."""
    text, state = asked.text, asked.wanted.state
    if state not in _IN_API or asked.wanted.narrows_use or asked.order != NEWEST_FIRST:
        return ""
    filters = {**_IN_API[state]}
    if asked.card_id is not None:
        filters["cardIdx"] = str(asked.card_id)
    if "@" in text:
        filters["userEml"] = text
    elif is_phone(text) and len(phone_digits(text)) >= _NUMBER_OF_A_PHONE:
        filters["userPhnno"] = text
    elif text:
        return ""
    query = f"?{urlencode(filters)}" if filters else ""
    return f"curl '{origin}/api/stamp/v1/list{query}' -H 'Authorization: APIKey sk_live_…'"
