"""What the address of the list of cards asks for, and of the pages that take the same cards on: bulk actions and export."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import urlencode

from stampwell.core.phrases import Phrase, phrase
from stampwell.dashboard.stamps.stamp_labels import CHIPS
from stampwell.db.database import Tx
from stampwell.features.accounts.model import Account
from stampwell.features.cards.errors import CardNotFound
from stampwell.features.cards.model import Card
from stampwell.features.stamps.listing.filtered_list import FilteredPage, keep_fitting, list_filtered
from stampwell.features.stamps.listing.filters import NEWEST_FIRST, Order, Sort, StampFilter, make_filter
from stampwell.features.stamps.search.search import search
from stampwell.features.stamps.search.terms import SearchQuery
from stampwell.features.stamps.states import State

STATES = {
    "usable": State.USABLE,
    "full": State.FULL,
    "not-yet-valid": State.NOT_YET_VALID,
    "expired": State.EXPIRED,
    "inactive": State.INACTIVE,
    "redeemed": State.REDEEMED,
    "merged": State.MERGED,
}
NARROWING = ("card", "state", "expiring", "togo", "unseen")
"""Parameters that narrow the list, beside `q`."""
ASKED = ("q", *NARROWING, "order")
"""All that an address of the list may ask for, but the cursor."""

WITHIN_DAYS = (7, 30)
"""Choices of `expiring`: days until the last one."""
TO_GO = (1, 2)
"""Choices of `togo`."""
UNSEEN_DAYS = (30, 90)
"""Choices of `unseen`: days without a stamp."""


class ListAsked(NamedTuple):
    """What is asked for, understood."""

    text: str
    card_id: int | None
    wanted: StampFilter
    order: Order

    @property
    def is_plain(self) -> bool:
        """Whether the search alone can answer it."""
        return not self.wanted.narrows_use and (bool(self.text) or self.order == NEWEST_FIRST)


_ORDERS = {f"{sort}-{way}": Order(sort, descending=way == "down") for sort in Sort for way in ("up", "down")}
# What is looked for first in a column that was not in order before.
_FIRST_WAY = {Sort.ISSUED: "down", Sort.MARKS: "down", Sort.CUSTOMER: "up", Sort.CARD: "up", Sort.ENDS: "up"}


def read_asked(asked: Mapping[str, str], cards: Sequence[Card], account: Account, *, today: date) -> ListAsked:
    """asked: of `ASKED`, blank where nothing was asked for; what is not known counts as blank. Raises CardNotFound."""
    wanted = read_filter(asked, account, today=today)
    order = _ORDERS.get(asked["order"], NEWEST_FIRST)
    return ListAsked(asked["q"], _card_of(asked["card"], cards), wanted, order)


def read_filter(asked: Mapping[str, str], account: Account, *, today: date) -> StampFilter:
    """Of `state`, `expiring`, `togo` and `unseen`."""
    return make_filter(
        today=today,
        zone=account.time_zone,
        state=STATES.get(asked["state"]),
        within_days=_number(asked["expiring"], WITHIN_DAYS),
        to_go=_number(asked["togo"], TO_GO),
        unseen_days=_number(asked["unseen"], UNSEEN_DAYS),
    )


def find_asked(
    tx: Tx, account: Account, asked: ListAsked, *, today: date, cursor: str | None, limit: int | None = None
) -> FilteredPage:
    """A unit of work: a page of them. limit: of another number; with a text it is always the search's.

    Raises FieldsWrong for a cursor of another list.
    """
    account_id, wanted = account.account_id, asked.wanted
    if not asked.text and (limit is not None or not asked.is_plain):
        return list_filtered(tx, account_id, wanted, asked.order, card_id=asked.card_id, cursor=cursor, limit=limit)
    query = SearchQuery(asked.text, asked.card_id, wanted.state)
    found = search(tx, account_id, query, today=today, region=account.region, cursor=cursor)
    if asked.is_plain:
        return FilteredPage(found.stamps, found.cursor, found.looked_at)
    stamps = keep_fitting(tx, account_id, found.stamps, wanted)
    looked_at = found.looked_at or (len(found.stamps) if found.cursor and len(stamps) < len(found.stamps) else None)
    return FilteredPage(stamps, found.cursor, looked_at)


def address(path: str, asked: Mapping[str, str], **changed: str) -> str:
    """The path with what is asked for, but for what is changed; blank ones are left out."""
    named = {name: text for name, text in {**asked, **changed}.items() if text}
    return f"{path}?{urlencode(named)}" if named else path


def state_options() -> list[tuple[str, Phrase]]:
    return [(value, CHIPS[state].word) for value, state in STATES.items()]


EXPIRING_OPTIONS = [("7", phrase("In the next 7 days")), ("30", phrase("In the next 30 days"))]
TO_GO_OPTIONS = [("1", phrase("1 stamp to go")), ("2", phrase("1 or 2 stamps to go"))]
UNSEEN_OPTIONS = [("30", phrase("No stamp for 30 days")), ("90", phrase("No stamp for 90 days"))]


ORDER_OPTIONS = [
    ("", phrase("Newest first")),
    ("issued-up", phrase("Oldest first")),
    ("customer-up", phrase("Name, A to Z")),
    ("customer-down", phrase("Name, Z to A")),
    ("card-up", phrase("Stamp card, A to Z")),
    ("marks-down", phrase("Most stamps first")),
    ("marks-up", phrase("Fewest stamps first")),
    ("ends-up", phrase("Expiring soonest first")),
    ("ends-down", phrase("Expiring latest first")),
]


class ColumnHeading(NamedTuple):
    """Of a column: `aria-sort` says how it is in order, blank if it is not. href: puts the list in its order, or turns that."""

    href: str
    sorted: str


def headings(path: str, asked: Mapping[str, str]) -> dict[str, ColumnHeading]:
    """By column. Without links where the list has the order of its search."""
    present = _ORDERS.get(asked["order"], NEWEST_FIRST)
    found = {}
    for sort in Sort:
        is_this = present.sort is sort and not asked["q"]
        way = ("up" if present.descending else "down") if is_this else _FIRST_WAY[sort]
        order = "" if (sort, way) == (Sort.ISSUED, "down") else f"{sort}-{way}"
        said = ("descending" if present.descending else "ascending") if is_this else ""
        found[str(sort)] = ColumnHeading("" if asked["q"] else address(path, {**asked, "order": order}), said)
    return found


def _card_of(named: str, cards: Sequence[Card]) -> int | None:
    if not named:
        return None
    for card in cards:
        if str(card.card_id) == named:
            return card.card_id
    raise CardNotFound(card_id=named)


def _number(text: str, choices: Sequence[int]) -> int:
    return int(text) if text in {str(choice) for choice in choices} else 0
