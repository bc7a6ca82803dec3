"""Cards or customers as CSV, a page at a time: no whole file in memory, and no database that waits for a slow reader."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date
from functools import partial

from starlette.responses import Response, StreamingResponse

from stampwell.core.csv_cells import to_cell
from stampwell.dashboard.context import DashboardContext
from stampwell.dashboard.deps import DashboardDeps
from stampwell.dashboard.route import PageRoute
from stampwell.dashboard.stamps import list_filters
from stampwell.dashboard.stamps.list_filters import ASKED, ListAsked, find_asked, read_asked
from stampwell.db.database import Tx
from stampwell.features.accounts.model import Account
from stampwell.features.cards.service import list_cards
from stampwell.features.people.model import Permission
from stampwell.features.stamps.bulk import customers_export
from stampwell.features.stamps.bulk.customers_export import CustomersPlace, customers_page
from stampwell.features.stamps.bulk.export import MEMBERS, PAGE, record_export, stamp_cells
from stampwell.web.forms import Form
from stampwell.web.headers import PAGE_HEADERS

_PATH = "/dashboard/stamps/export"
_CUSTOMERS = f"{_PATH}/customers"


class ExportPages:
    def __init__(self, deps: DashboardDeps) -> None:
        self._deps = deps

    def routes(self) -> tuple[PageRoute, ...]:
        return (
            PageRoute("GET", _PATH, self.ask, Permission.STAMPS),
            PageRoute("POST", _PATH, self.download, Permission.STAMPS),
            PageRoute("POST", _CUSTOMERS, self.download_customers, Permission.STAMPS),
        )

    async def ask(self, context: DashboardContext) -> Response:
        cards = await self._deps.db.read(list_cards, context.account_id)
        asked = Form.filled({name: context.query(name) for name in ASKED})
        return context.render("imports/export.html", cards=cards, asked=asked, filters=list_filters)

    async def download(self, context: DashboardContext) -> Response:
        """A POST, because it is written down who took the customers' data away."""
        texts = {name: context.form.text(name) for name in ASKED}
        read = partial(_understood, account=context.account, asked=texts, today=context.today)
        asked, name = await self._deps.db.read(read)
        await self._record(context, card_id=asked.card_id, name=name)
        return _csv(context, "stamps", MEMBERS, self._cards(context, asked))

    async def download_customers(self, context: DashboardContext) -> Response:
        await self._record(context, card_id=None, name="")
        return _csv(context, "customers", customers_export.MEMBERS, self._customers(context))

    async def _record(self, context: DashboardContext, *, card_id: int | None, name: str) -> None:
        unit = partial(
            record_export,
            account_id=context.account_id,
            card_id=card_id,
            name=name,
            actor=context.actor,
            now_us=context.now_us,
        )
        await context.write(unit)

    async def _cards(self, context: DashboardContext, asked: ListAsked) -> AsyncIterator[bytes]:
        cursor: str | None = ""
        while cursor is not None:
            unit = partial(_cards_page, account=context.account, asked=asked, today=context.today, cursor=cursor or None)
            content, cursor = await self._deps.db.read(unit)
            yield content

    async def _customers(self, context: DashboardContext) -> AsyncIterator[bytes]:
        place: CustomersPlace | None = CustomersPlace()
        while place is not None:
            unit = partial(_customers_page, account=context.account, place=place)
            content, place = await self._deps.db.read(unit)
            yield content


def _understood(tx: Tx, *, account: Account, asked: Mapping[str, str], today: date) -> tuple[ListAsked, str]:
    """And the name of the card that is asked for, or blank. The newest first, whatever the list. Raises CardNotFound."""
    cards = list_cards(tx, account.account_id)
    understood = read_asked({**asked, "order": ""}, cards, account, today=today)
    return understood, next((card.name for card in cards if card.card_id == understood.card_id), "")


def _cards_page(tx: Tx, *, account: Account, asked: ListAsked, today: date, cursor: str | None) -> tuple[bytes, str | None]:
    """Written in the thread that reads, which leaves the event loop to others."""
    page = find_asked(tx, account, asked, today=today, cursor=cursor, limit=PAGE)
    return _lines(stamp_cells(stamp, account.time_zone) for stamp in page.stamps), page.cursor


def _customers_page(tx: Tx, *, account: Account, place: CustomersPlace) -> tuple[bytes, CustomersPlace | None]:
    page = customers_page(tx, account.account_id, zone=account.time_zone, place=place)
    return _lines(page.rows), page.next


def _csv(context: DashboardContext, name: str, members: Sequence[str], pages: AsyncIterator[bytes]) -> Response:
    headers = {**PAGE_HEADERS, "Content-Disposition": f'attachment; filename="{name}-{context.today}.csv"'}
    return StreamingResponse(_with_header(members, pages), media_type="text/csv; charset=utf-8", headers=headers)


async def _with_header(members: Sequence[str], pages: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    # Spreadsheets take a file for UTF-8 only if it begins with a byte order mark.
    yield (",".join(members) + "\n").encode("utf-8-sig")
    async for content in pages:
        yield content


def _lines(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([to_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()
