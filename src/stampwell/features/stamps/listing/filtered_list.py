"""A page of the stamps that fit a filter. The work is bounded, whatever is asked, and the page says where it stopped."""

import base64
import json
from collections.abc import Sequence
from typing import NamedTuple

from pydantic_core import to_json

from stampwell.core.paging import make_cursor
from stampwell.core.units import ABOVE_ALL, BELOW_ALL
from stampwell.db.cursor_pages import Position, position_of
from stampwell.db.database import Tx
from stampwell.db.secret import cursor_secret
from stampwell.features.stamps import queries
from stampwell.features.stamps.listing import filter_queries
from stampwell.features.stamps.listing.filter_queries import Sorted
from stampwell.features.stamps.listing.filters import Order, Sort, StampFilter
from stampwell.features.stamps.model import Stamp

PAGE_SIZE = 50
MOST_STAMPS = 20_000
"""Stamps that a page looks at."""
MOST_HISTORIES = 5_000
"""The same where the history of each is asked whether there is a mark since."""


class FilteredPage(NamedTuple):
    """cursor: of the next page, or None. looked_at: how many stamps, where that ended the page before it was full.

    among: the order is that of so many newest stamps, because there are more; None where it is that of all.
    """

    stamps: list[Stamp]
    cursor: str | None = None
    looked_at: int | None = None
    among: int | None = None


def list_filtered(
    tx: Tx,
    account_id: int,
    wanted: StampFilter,
    order: Order,
    *,
    card_id: int | None = None,
    cursor: str | None = None,
    limit: int | None = None,
) -> FilteredPage:
    """A unit of work. limit: of stamps, where it is not PAGE_SIZE. Raises FieldsWrong for a cursor of another list."""
    limit = limit or PAGE_SIZE
    of = f"list/{account_id}/{card_id}/{to_json([wanted, order]).decode()}"
    if order.sort is Sort.ISSUED:
        return _as_issued(tx, account_id, wanted, card_id, of=of, descending=order.descending, cursor=cursor, limit=limit)
    return _in_order(tx, account_id, wanted, order, card_id, of=of, cursor=cursor, limit=limit)


def keep_fitting(tx: Tx, account_id: int, stamps: Sequence[Stamp], wanted: StampFilter) -> list[Stamp]:
    """Those of the stamps that fit, in their order."""
    fitting = filter_queries.fitting(tx, account_id, [stamp.stamp_id for stamp in stamps], wanted)
    return [stamp for stamp in stamps if stamp.stamp_id in fitting]


def _as_issued(
    tx: Tx,
    account_id: int,
    wanted: StampFilter,
    card_id: int | None,
    *,
    of: str,
    descending: bool,
    cursor: str | None,
    limit: int,
) -> FilteredPage:
    begin, end = (ABOVE_ALL, BELOW_ALL) if descending else (BELOW_ALL, ABOVE_ALL)
    if descending and wanted.unseen_since:
        begin = (wanted.unseen_since, 0)
    after = position_of(tx, of, cursor) if cursor else begin
    most = _most(wanted)
    until = filter_queries.boundary(
        tx, account_id, wanted, card_id=card_id, descending=descending, after=after, passed=most - 1
    )
    found = filter_queries.page(
        tx,
        account_id,
        wanted,
        card_id=card_id,
        descending=descending,
        after=after,
        until=until or end,
        limit=limit + 1,
    )
    stamps = _stamps(tx, account_id, [stamp_id for _, stamp_id in found[:limit]])
    if len(found) > limit:
        return FilteredPage(stamps, _cursor(tx, of, found[limit - 1]))
    return FilteredPage(stamps) if until is None else FilteredPage(stamps, _cursor(tx, of, until), looked_at=most)


def _in_order(
    tx: Tx, account_id: int, wanted: StampFilter, order: Order, card_id: int | None, *, of: str, cursor: str | None, limit: int
) -> FilteredPage:
    most = _most(wanted)
    found = filter_queries.sorted_page(
        tx, account_id, wanted, order, card_id=card_id, most=most, after=_sorted_at(tx, of, cursor), limit=limit + 1
    )
    beyond = filter_queries.boundary(tx, account_id, wanted, card_id=card_id, descending=True, after=ABOVE_ALL, passed=most)
    stamps = _stamps(tx, account_id, [one.stamp_id for one in found[:limit]])
    following = _sorted_cursor(tx, of, found[limit - 1]) if len(found) > limit else None
    return FilteredPage(stamps, following, among=None if beyond is None else most)


def _most(wanted: StampFilter) -> int:
    return MOST_HISTORIES if wanted.unseen_since else MOST_STAMPS


def _stamps(tx: Tx, account_id: int, stamp_ids: Sequence[int]) -> list[Stamp]:
    names = [(account_id, stamp_id) for stamp_id in stamp_ids]
    found = queries.find_each(tx, names)
    return [found[name] for name in names if name in found]


def _cursor(tx: Tx, of: str, position: Position) -> str:
    return make_cursor(cursor_secret(tx), of, position)


def _sorted_cursor(tx: Tx, of: str, last: Sorted) -> str:
    named = base64.urlsafe_b64encode(json.dumps(last.key).encode()).decode()
    return f"{named}.{_cursor(tx, f'{of}/{named}', (0, last.stamp_id))}"


def _sorted_at(tx: Tx, of: str, cursor: str | None) -> Sorted | None:
    if not cursor:
        return None
    named, _, signed = cursor.rpartition(".")
    _, stamp_id = position_of(tx, f"{of}/{named}", signed)
    # It was signed with this: it is our own.
    return Sorted(stamp_id, json.loads(base64.urlsafe_b64decode(named)))
