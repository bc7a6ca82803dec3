"""A stamp and its history, in words."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from stampwell.core.codes import looks_drawn
from stampwell.core.day_words import ymd_in_words
from stampwell.core.phrases import Phrase, Translate, counted, phrase
from stampwell.core.units import MINUTE_US
from stampwell.features.stamps.expiring import SOON
from stampwell.features.stamps.model import (
    KIND_ADDED,
    KIND_ISSUED,
    KIND_MERGED,
    KIND_REDEEMED,
    KIND_REMOVED,
    KIND_RETURNED,
    KIND_REVERSED,
    KIND_REWARD_REDEEMED,
    KIND_UPDATED,
    HistoryRow,
    Stamp,
)
from stampwell.features.stamps.refused.refused_model import RefusedTry
from stampwell.features.stamps.rewards import last_handed_out, rewards_of
from stampwell.features.stamps.search.tokens import ENDING_LENGTH
from stampwell.features.stamps.states import State, state_of


class Chip(NamedTuple):
    """A word, and the tone of its chip."""

    word: Phrase
    tone: str


CHIPS = {
    State.USABLE: Chip(phrase("Active"), "plain"),
    State.FULL: Chip(phrase("Reward ready"), "leaf"),
    State.REDEEMED: Chip(phrase("Redeemed"), "plain"),
    State.INACTIVE: Chip(phrase("Switched off"), "amber"),
    State.NOT_YET_VALID: Chip(phrase("Not yet valid"), "amber"),
    State.EXPIRED: Chip(phrase("Expired"), "amber"),
    State.MERGED: Chip(phrase("Merged"), "plain"),
}
"""What a state is called."""

# It moved from a card that had the same reward on the way.
_REWARD_GIVEN = Chip(phrase("Reward redeemed"), "plain")

_EXPIRES_SOON = Chip(phrase("Expires soon"), "amber")

_PERSONAL = {
    "memo": phrase("Memo changed"),
    "userId": phrase("User id changed"),
    "userNm": phrase("Name changed"),
    "userPhnno": phrase("Phone number changed"),
    "userEml": phrase("E-mail address changed"),
    "userEtc1": phrase("Extra field 1 changed"),
    "userEtc2": phrase("Extra field 2 changed"),
}


# Of a reward that the card does not have any more.
_REWARD = counted("stamps", "the reward for {stamps} stamp", "the reward for {stamps} stamps")

_ADDED = counted("count", "{count} stamp added", "{count} stamps added")
_REMOVED = counted("count", "{count} stamp removed", "{count} stamps removed")

# Later than that something was entered, rather than done just now.
_LATE_US = MINUTE_US


class Names(NamedTuple):
    """Names by number: of people and keys, also of those who are gone, of cards and of locations."""

    people: Mapping[int, str]
    keys: Mapping[int, str]
    cards: Mapping[int, str]
    locations: Mapping[int, str]


class HistoryLine(NamedTuple):
    """A row of the history: what was done, by whom, the count before and after, why, and when (microseconds, UTC).

    said: sentences. where: locations, if that was told. sale: its number, or blank. next_stamp: the one that followed, merged:
    the other one of a merge; or None. recorded_at: when the server was told, if that was later. refused: nothing happened.
    """

    event_id: int
    said: tuple[Phrase, ...]
    by: Phrase
    before: int
    after: int
    note: str
    where: tuple[Phrase, ...]
    sale: str
    next_stamp: int | None
    merged: int | None
    occurred_at: int
    recorded_at: int | None
    refused: bool = False


def chip_of(stamp: Stamp, today: date) -> Chip:
    state = state_of(stamp, today)
    return _REWARD_GIVEN if state is State.FULL and last_handed_out(stamp) else CHIPS[state]


def is_nameless(stamp: Stamp) -> bool:
    """Whether nothing is known by which people call the customer: neither a name nor a number of the shop's own."""
    return not stamp.user_name and looks_drawn(stamp.user_id)


def unusual_chip(stamp: Stamp, today: date) -> Chip | None:
    """What a list says of the stamp beside its count; None for one that is simply in use."""
    chip = chip_of(stamp, today)
    if chip is not CHIPS[State.USABLE]:
        return chip
    return _EXPIRES_SOON if date.fromisoformat(stamp.ends_on) - today < SOON else None


def customer_of(stamp: Stamp, translate: Translate) -> str:
    """What the customer is called wherever people read it: the name, or the shop's own number, or which card it is."""
    if is_nameless(stamp):
        said = phrase("No name · {card} · …{ending}", card=stamp.card_name, ending=stamp.code[-ENDING_LENGTH:])
        return said.said(translate)
    return stamp.user_name or stamp.user_id


def line_of(row: HistoryRow, stamp: Stamp, names: Names) -> HistoryLine:
    """stamp: as it is now, for the names of its rewards."""
    return HistoryLine(
        event_id=row.event_id,
        said=_said(row, stamp, names),
        by=said_by(row, names),
        before=row.stamps_before,
        after=row.stamps_after,
        note=row.note or "",
        where=_where(row, names),
        sale=row.order_ref or "",
        next_stamp=row.renewed_stamp_id,
        merged=row.merged_stamp_id,
        occurred_at=row.occurred_at,
        recorded_at=row.recorded_at if row.recorded_at >= row.occurred_at + _LATE_US else None,
    )


def rewards_said(stamp: Stamp, numbers: Iterable[int]) -> Phrase:
    """The rewards for that many marks each, by name, as a list; one that the card does not have any more by its number."""
    titles = {reward.stamps: reward.title for reward in rewards_of(stamp)} | {stamp.max_stamps: stamp.reward_title}
    named: list[str | Phrase] = [titles.get(number) or phrase(_REWARD, stamps=number) for number in numbers]
    # As parameters, because a name may have braces in it.
    values = {f"r{place}": one for place, one in enumerate(named)}
    return Phrase(", ".join(f"{{{name}}}" for name in values), values)


def _said(row: HistoryRow, stamp: Stamp, names: Names) -> tuple[Phrase, ...]:
    if row.kind == KIND_UPDATED:
        return tuple(_said_of_change(name, pair, names) for name, pair in (row.changes or {}).items())
    in_words = _KINDS.get(row.kind)
    return (Phrase(row.kind, {}),) if in_words is None else in_words(row, stamp)


def _said_of_issue(row: HistoryRow, _: Stamp) -> tuple[Phrase, ...]:
    brought = (phrase("Stamps brought along: {count}", count=row.stamps_after),) if row.stamps_after else ()
    return phrase("Issued"), *brought


def _said_of_addition(row: HistoryRow, _: Stamp) -> tuple[Phrase, ...]:
    added = phrase(_ADDED, count=row.stamps_after - row.stamps_before)
    return (added, phrase("On the next card: {count}", count=row.carried)) if row.carried else (added,)


def _said_of_redemption(row: HistoryRow, stamp: Stamp) -> tuple[Phrase, ...]:
    with_it = [number for number in row.rewards or () if number != row.stamps_after]
    handed_out = phrase("Reward redeemed")
    return (handed_out, phrase("With it: {rewards}", rewards=rewards_said(stamp, with_it))) if with_it else (handed_out,)


def _said_of_return(row: HistoryRow, stamp: Stamp) -> tuple[Phrase, ...]:
    refunded = phrase("Sale refunded")
    if not row.rewards:
        return refunded, phrase("Its rewards can be collected again on the card it was merged into")
    return refunded, phrase("Can be collected again: {rewards}", rewards=rewards_said(stamp, row.rewards))


def _said_of_reversal(row: HistoryRow, _: Stamp) -> tuple[Phrase, ...]:
    taken = row.stamps_before - row.stamps_after
    return (phrase("Sale refunded"), phrase("Stamps removed: {count}", count=taken) if taken else phrase("None removed here"))


def _said_of_merge(row: HistoryRow, stamp: Stamp) -> tuple[Phrase, ...]:
    if row.merged_stamp_id == stamp.merged_stamp_id:
        return (phrase("Merged into another card"),)
    came = phrase("Another card was merged into this one")
    if not row.rewards:
        return (came,)
    return came, phrase("Redeemed before: {rewards}", rewards=rewards_said(stamp, row.rewards))


_KINDS: Mapping[str, Callable[[HistoryRow, Stamp], tuple[Phrase, ...]]] = {
    KIND_ISSUED: _said_of_issue,
    KIND_ADDED: _said_of_addition,
    KIND_REMOVED: lambda row, _: (phrase(_REMOVED, count=row.stamps_before - row.stamps_after),),
    KIND_REDEEMED: _said_of_redemption,
    KIND_REWARD_REDEEMED: lambda row, stamp: (phrase("Redeemed: {reward}", reward=rewards_said(stamp, row.rewards or ())),),
    KIND_RETURNED: _said_of_return,
    KIND_REVERSED: _said_of_reversal,
    KIND_MERGED: _said_of_merge,
}


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
    "strtYmd": lambda before, after, _: phrase(
        "Valid from {day} (was {before})", day=ymd_in_words(after), before=ymd_in_words(before)
    ),
    "endYmd": lambda before, after, _: phrase(
        "Valid until {day} (was {before})", day=ymd_in_words(after), before=ymd_in_words(before)
    ),
    "activeYn": lambda _, after, __: phrase("Switched on") if after == "Y" else phrase("Switched off"),
    "stamps": lambda _, __, ___: phrase("Stamps corrected"),
    "rewards": lambda _, after, __: (
        phrase("Rewards on the way: {after}", after=after) if after else phrase("Rewards on the way removed")
    ),
    "maxStamps": lambda before, after, _: phrase("Stamps to collect: {after} (was {before})", after=after, before=before),
    "pinYn": lambda before, after, _: (
        phrase("PIN chosen") if before == "N" else phrase("PIN changed") if after == "Y" else phrase("PIN removed")
    ),
    "resetPinYn": lambda _, __, ___: phrase("PIN reset"),
}


def _card(number: int, names: Names) -> str | Phrase:
    return names.cards.get(number) or phrase("card {number}", number=str(number))


def _where(row: HistoryRow, names: Names) -> tuple[Phrase, ...]:
    named = names.locations.get(row.location_id or 0)
    where = [phrase("At: {place}", place=named)] if named else []
    where += [phrase("At: {place}", place=row.location)] if row.location else []
    return tuple(where)


def said_by(row: HistoryRow | RefusedTry, names: Names) -> Phrase:
    """Who did it, or tried."""
    number = row.actor_id
    if row.actor_kind == "staff" and number is not None and number in names.people:
        if row.channel == "stamp_page":
            return phrase("{name}, on the customer's page", name=names.people[number])
        return phrase("{name}, in the dashboard", name=names.people[number])
    if row.channel == "stamp_page":
        return phrase("the customer") if row.actor_kind == "customer" else phrase("staff, on the customer's page")
    if row.actor_kind == "api_key":
        name = names.keys.get(number or 0)
        return (
            phrase("{name} (API key {number})", name=name, number=number) if name else phrase("API key {number}", number=number)
        )
    return phrase("the operator") if row.channel == "cli" else phrase("the system")
