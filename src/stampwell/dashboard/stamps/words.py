"""A stamp and its history, in words."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from stampwell.core.phrases import Phrase, phrase
from stampwell.features.stamps.model import HistoryRow, Stamp
from stampwell.features.stamps.states import State, state_of


class Chip(NamedTuple):
    """A word, and the tone of its chip."""

    word: Phrase
    tone: str


_CHIPS = {
    State.USABLE: Chip(phrase("Usable"), "plain"),
    State.FULL: Chip(phrase("Full: reward ready"), "leaf"),
    State.REDEEMED: Chip(phrase("Redeemed"), "plain"),
    State.INACTIVE: Chip(phrase("Switched off"), "amber"),
    State.NOT_YET_VALID: Chip(phrase("Not yet valid"), "amber"),
    State.EXPIRED: Chip(phrase("Expired"), "amber"),
}


class Line(NamedTuple):
    """A row of the history: what was done, by whom, the count before and after, why, and when (microseconds, UTC)."""

    event_id: int
    said: Phrase
    by: Phrase
    before: int
    after: int
    note: str
    occurred_at: int


def chip_of(stamp: Stamp, today: date) -> Chip:
    return _CHIPS[state_of(stamp, today)]


def customer_of(stamp: Stamp) -> str:
    """What the customer is called in lists."""
    return stamp.user_name or stamp.user_id or stamp.code


def line_of(row: HistoryRow, people: Mapping[int, str]) -> Line:
    """`people`: names by number, of those who were removed too."""
    return Line(
        row.event_id, _said(row), _by(row, people), row.stamps_before, row.stamps_after, row.note or "", row.occurred_at
    )


def _said(row: HistoryRow) -> Phrase:
    marks = abs(row.stamps_after - row.stamps_before)
    said = {
        "issued": phrase("Issued"),
        "added": phrase("Marks added: {marks}", marks=marks),
        "removed": phrase("Marks taken back: {marks}", marks=marks),
        "redeemed": phrase("Reward handed out"),
        "updated": phrase("Changed: {fields}", fields=", ".join(row.changes or {})),
    }
    return said.get(row.kind, Phrase(row.kind, {}))


def _by(row: HistoryRow, people: Mapping[int, str]) -> Phrase:
    if row.actor_kind == "staff" and row.actor_id is not None and row.actor_id in people:
        return phrase("{name}, in the dashboard", name=people[row.actor_id])
    if row.actor_kind == "api_key":
        return phrase("API key {number}", number=row.actor_id)
    return phrase("the operator") if row.channel == "cli" else phrase("the system")
