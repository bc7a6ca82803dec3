"""Every stamp as CSV, a page read at a time: neither a whole file in memory nor a database that waits for a slow reader."""

import csv
import io
from collections.abc import AsyncIterator
from functools import partial
from zoneinfo import ZoneInfo

from starlette.responses import Response, StreamingResponse

from stampwell.core.csv_cells import to_cell
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.db.database import Tx
from stampwell.features.cards.service import get_card, list_cards
from stampwell.features.people.model import Permission
from stampwell.features.stamps.bulk.export import BEGINNING, MEMBERS, export_page, record_export
from stampwell.web.errors import NoSuchPage
from stampwell.web.headers import PAGE_HEADERS

_LONGEST_IDX = 18


class ExportPages:
    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", "/dashboard/stamps/export", self.ask, Permission.STAMPS),
            PageRoute("POST", "/dashboard/stamps/export", self.download, Permission.STAMPS),
        )

    async def ask(self, context: DashboardContext) -> Response:
        return context.render("imports/export.html", cards=await self._cards(context))

    async def download(self, context: DashboardContext) -> Response:
        """A POST, because it is written down who took the customers' data away."""
        text = context.form.text("cardIdx")
        if text and not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_IDX):
            raise NoSuchPage
        card_id = int(text) if text else None
        name = "" if card_id is None else (await self._deps.db.read(get_card, context.account_id, card_id)).name
        unit = partial(
            record_export,
            account_id=context.account_id,
            card_id=card_id,
            name=name,
            actor=context.actor,
            now_us=context.now_us,
        )
        await context.write(unit)
        headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="stamps-{context.today}.csv"'}
        return StreamingResponse(self._pages(context, card_id), media_type="text/csv; charset=utf-8", headers=headers)

    async def _cards(self, context: DashboardContext) -> list[tuple[int, str]]:
        return await self._deps.db.read(_cards, context.account_id)

    async def _pages(self, context: DashboardContext, card_id: int | None) -> AsyncIterator[bytes]:
        # Spreadsheets take a file for UTF-8 only if it begins with a byte order mark.
        yield (",".join(MEMBERS) + "\n").encode("utf-8-sig")
        before: tuple[int, int] | None = BEGINNING
        zone, account_id = context.account.time_zone, context.account_id
        while before is not None:
            content, before = await self._deps.db.read(_csv_page, account_id, card_id=card_id, zone=zone, before=before)
            yield content


def _cards(tx: Tx, account_id: int) -> list[tuple[int, str]]:
    return [(card.card_id, card.name) for card in list_cards(tx, account_id)]


def _csv_page(
    tx: Tx, account_id: int, *, card_id: int | None, zone: ZoneInfo, before: tuple[int, int]
) -> tuple[bytes, tuple[int, int] | None]:
    """Written in the thread that reads, which leaves the event loop to others."""
    page = export_page(tx, account_id, card_id=card_id, zone=zone, before=before)
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([to_cell(stamp[member]) for member in MEMBERS] for stamp in page.stamps)
    return text.getvalue().encode(), page.next
