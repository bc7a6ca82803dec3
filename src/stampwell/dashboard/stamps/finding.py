"""`/dashboard/stamps`: the list, with a search and filters."""

import re
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from stampwell.core.codes import CODE_LENGTH
from stampwell.core.errors import AppError
from stampwell.core.text import digits_of
from stampwell.dashboard.desk import Desk
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps.words import chip_of, customer_of
from stampwell.dashboard.visit import Visit
from stampwell.db.database import Tx
from stampwell.features.cards.service import list_cards
from stampwell.features.people.model import Permission
from stampwell.features.stamps import service
from stampwell.features.stamps.errors import StampNotFound
from stampwell.features.stamps.listing import list_stamps
from stampwell.features.stamps.requests import ListStamps
from stampwell.http.decode import validate
from stampwell.web.forms import Form

_PHONE = re.compile(r"[0-9+() ./-]{5,30}")
_LEAST_DIGITS = 5
_STATES = {
    "": {},
    "active": {"activeYn": "Y", "useYn": "N"},
    "inactive": {"activeYn": "N"},
    "redeemed": {"useYn": "Y"},
}


class StampListPages:
    """Finding stamps."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> tuple[PageRoute, ...]:
        return (PageRoute("GET", "/dashboard/stamps", self.show, Permission.VIEW),)

    async def show(self, visit: Visit) -> Response:
        text = visit.query("q")
        form = Form.filled({name: visit.query(name) for name in ("q", "card", "state")})
        if len(text) == CODE_LENGTH and text.isascii() and text.isalnum():
            found = await self._by_code(visit, text.upper())
            if found is not None:
                return visit.redirect(f"/dashboard/stamps/{found}")
        values = await self._desk.db.read(_page, visit=visit, filters=_filters(visit, text))
        return visit.render("stamps/list.html", form=form, **values)

    async def _by_code(self, visit: Visit, code: str) -> int | None:
        try:
            stamp = await self._desk.db.read(service.get_stamp, visit.account_id, code)
        except StampNotFound:
            return None
        return stamp.stamp_id


def _filters(visit: Visit, text: str) -> dict[str, Any]:
    filters: dict[str, Any] = dict(_STATES.get(visit.query("state"), {}))
    if visit.query("card"):
        filters["cardIdx"] = visit.query("card")
    if "@" in text:
        filters["userEml"] = text
    elif _PHONE.fullmatch(text) and len(digits_of(text)) >= _LEAST_DIGITS:
        filters["userPhnno"] = text
    elif text:
        filters["userId"] = text
    return filters


def _page(tx: Tx, *, visit: Visit, filters: dict[str, Any]) -> dict[str, Any]:
    cursor = visit.query("cursor")
    try:
        request = validate(ListStamps, {**filters, "cursor": cursor or None}, context=visit)
        answered = list_stamps(tx, visit.account_id, request, zone=visit.account.time_zone)
    except AppError as refusal:
        return _shown(tx, visit, filters, [], None) | {"refusal": refusal.said(visit.language.translate)}
    found: Any = answered["list"]
    return _shown(tx, visit, filters, [row["stampIdx"] for row in found], answered["nextCursor"]) | {"refusal": ""}


def _shown(tx: Tx, visit: Visit, filters: dict[str, Any], numbers: list[int], cursor: object) -> dict[str, Any]:
    found = service.find_stamps(tx, [(visit.account_id, number) for number in numbers])
    stamps = [stamp for stamp in found if not isinstance(stamp, AppError)]
    asked = {name: visit.query(name) for name in ("q", "card", "state") if visit.query(name)}
    return {
        "stamps": [(stamp, customer_of(stamp), chip_of(stamp, visit.today)) for stamp in stamps],
        "cards": list_cards(tx, visit.account_id),
        "older": f"/dashboard/stamps?{urlencode({**asked, 'cursor': cursor})}" if cursor else "",
        "filtered": bool(filters),
        "curl": f"curl '{visit.origin}/api/stamp/v1/list{'?' + urlencode(filters) if filters else ''}' "
        "-H 'Authorization: APIKey sk_live_…'",
    }
