"""A stamp and its history, in words."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple

from stampwell.core.phrases import Phrase, phrase
from stampwell.features.stamps.model import HistoryRow, Stamp
from stampwell.features.stamps.states import State, state_of


class Chip(NamedTuple):
    """A word, and the tone of its chip."""

    word: Phrase
    tone: str


CHIPS = {
    State.USABLE: Chip(phrase("Usable"), "plain"),
    State.FULL: Chip(phrase("Full: reward ready"), "leaf"),
    State.REDEEMED: Chip(phrase("Redeemed"), "plain"),
    State.INACTIVE: Chip(phrase("Switched off"), "amber"),
    State.NOT_YET_VALID: Chip(phrase("Not yet valid"), "amber"),
    State.EXPIRED: Chip(phrase("Expired"), "amber"),
}
"""What a state is called."""

_PERSONAL = {
    "memo": phrase("Memo changed"),
    "userId": phrase("User id changed"),
    "userNm": phrase("Name changed"),
    "userPhnno": phrase("Phone number changed"),
    "userEml": phrase("E-mail address changed"),
    "userEtc1": phrase("Extra field 1 changed"),
    "userEtc2": phrase("Extra field 2 changed"),
}


class Names(NamedTuple):
    """Names by number: of people and keys, also of those who are gone, and of cards."""

    people: Mapping[int, str]
    keys: Mapping[int, str]
    cards: Mapping[int, str]


class HistoryLine(NamedTuple):
    """A row of the history: what was done, by whom, the count before and after, why, and when (microseconds, UTC).

    said: sentences. where: a branch or a sale, if that was told. next_stamp: the one that followed, or None.
    """

    event_id: int
    said: tuple[Phrase, ...]
    by: Phrase
    before: int
    after: int
    note: str
    where: tuple[Phrase, ...]
    next_stamp: int | None
    occurred_at: int


def chip_of(stamp: Stamp, today: date) -> Chip:
    return CHIPS[state_of(stamp, today)]


def customer_of(stamp: Stamp) -> str:
    """What the customer is called in lists."""
    return stamp.user_name or stamp.user_id or stamp.code


def line_of(row: HistoryRow, names: Names) -> HistoryLine:
    return HistoryLine(
        event_id=row.event_id,
        said=_said(row, names),
        by=_by(row, names),
        before=row.stamps_before,
        after=row.stamps_after,
        note=row.note or "",
        where=_where(row),
        next_stamp=row.renewed_stamp_id,
        occurred_at=row.occurred_at,
    )


def _said(row: HistoryRow, names: Names) -> tuple[Phrase, ...]:
    if row.kind == "updated":
        return tuple(_said_of_change(name, pair, names) for name, pair in (row.changes or {}).items())
    marks = abs(row.stamps_after - row.stamps_before)
    said = {
        "issued": phrase("Issued"),
        "added": phrase("Marks added: {marks}", marks=marks),
        "removed": phrase("Marks taken back: {marks}", marks=marks),
        "redeemed": phrase("Reward handed out"),
    }
    return (said.get(row.kind, Phrase(row.kind, {})),)


def _said_of_change(name: str, pair: Any, names: Names) -> Phrase:
    """pair: what it was and what it is; None for what is personal."""
    if name in _PERSONAL:
        return _PERSONAL[name]
    in_words = _CHANGES.get(name)
    if in_words is None or pair is None:
        return phrase("Changed: {fields}", fields=name)
    before, after = pair
    return in_words(before, after, names)


_Said = Callable[[Any, Any, Names], Phrase]

_CHANGES: Mapping[str, _Said] = {
    "cardIdx": lambda before, after, names: phrase(
        "Moved to {card} (was {before})", card=_card(after, names), before=_card(before, names)
    ),
    "domain": lambda before, after, _: phrase("Link moved to {domain} (was {before})", domain=after, before=before),
    "strtYmd": lambda before, after, _: phrase("Valid from {day} (was {before})", day=after, before=before),
    "endYmd": lambda before, after, _: phrase("Valid until {day} (was {before})", day=after, before=before),
    "activeYn": lambda _, after, __: phrase("Switched on") if after == "Y" else phrase("Switched off"),
    "stamps": lambda _, __, ___: phrase("Marks corrected"),
    "maxStamps": lambda before, after, _: phrase("Marks to collect: {after} (was {before})", after=after, before=before),
    "pinYn": lambda before, after, _: (
        phrase("PIN chosen") if before == "N" else phrase("PIN changed") if after == "Y" else phrase("PIN taken away")
    ),
    "resetPinYn": lambda _, __, ___: phrase("PIN reset"),
}


def _card(number: int, names: Names) -> str | Phrase:
    return names.cards.get(number) or phrase("card {number}", number=str(number))


def _where(row: HistoryRow) -> tuple[Phrase, ...]:
    where = [phrase("At: {place}", place=row.location)] if row.location else []
    where += [phrase("Sale: {number}", number=row.order_ref)] if row.order_ref else []
    return tuple(where)


def _by(row: HistoryRow, names: Names) -> Phrase:
    number = row.actor_id
    if row.actor_kind == "staff" and number is not None and number in names.people:
        return phrase("{name}, in the dashboard", name=names.people[number])
    if row.channel == "stamp_page":
        return phrase("the customer") if row.actor_kind == "customer" else phrase("staff, on the customer's page")
    if row.actor_kind == "api_key":
        name = names.keys.get(number or 0)
        return (
            phrase("{name} (API key {number})", name=name, number=number) if name else phrase("API key {number}", number=number)
        )
    return phrase("the operator") if row.channel == "cli" else phrase("the system")
