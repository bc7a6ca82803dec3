from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from stampwell.core.actors import Actor
from stampwell.core.days import day_of

KIND_ISSUED, KIND_ADDED, KIND_REMOVED, KIND_REDEEMED, KIND_UPDATED = "issued", "added", "removed", "redeemed", "updated"
KIND_REWARD_REDEEMED, KIND_RETURNED, KIND_REVERSED, KIND_MERGED = "reward_redeemed", "returned", "reversed", "merged"
KINDS = (
    KIND_ISSUED,
    KIND_ADDED,
    KIND_REMOVED,
    KIND_REDEEMED,
    KIND_REWARD_REDEEMED,
    KIND_UPDATED,
    KIND_RETURNED,
    KIND_REVERSED,
    KIND_MERGED,
)
"""What a ledger row may tell of.

`reward_redeemed`: a reward on the way was handed out. `returned`: the sale that handed rewards out was reversed, so they are
owed again. `reversed`: the marks of a sale were taken back. `merged`: marks went from one stamp to another.
"""


class EventMeta(NamedTuple):
    """The circumstances of what is done to a stamp. Instants are microseconds since 1970 in UTC.

    recorded_at: when the server learns of it. zone: of the account, whose days count. occurred_at: when it happened, as far as
    the actor knows; None for just now. set_back_at: when the server's clock was last set back, where that is known.
    location_id: of the account's locations. if_match: entity tags, one of which the stamp must have; None for any.
    """

    actor: Actor
    recorded_at: int
    zone: ZoneInfo
    note: str | None = None
    location: str | None = None
    occurred_at: int | None = None
    set_back_at: int | None = None
    location_id: int | None = None
    if_match: frozenset[str] | None = None

    @property
    def happened_at(self) -> int:
        """When it happened, as far as is known."""
        return self.recorded_at if self.occurred_at is None else self.occurred_at

    @property
    def today(self) -> date:
        """The day on which it happened, in the account's zone."""
        return day_of(self.happened_at, self.zone)


class NewStamp(NamedTuple):
    """A stamp to issue, as the database takes it: days as ISO text, instants as microseconds since 1970 in UTC.

    `needs_domain`: the domain is a custom one, which the account must have verified. `stamps`: the opening balance, up to the
    card's goal. `local_day`: the day of issue in the account's time zone.
    """

    account_id: int
    actor_kind: str
    actor_id: int | None
    channel: str
    card_id: int
    code: str
    domain: str
    needs_domain: bool
    starts_on: str
    ends_on: str
    active: bool
    memo: str | None
    user_id: str
    user_name: str | None
    user_phone: str | None
    user_phone_digits: str | None
    user_email: str | None
    user_email_key: str | None
    user_etc1: str | None
    user_etc2: str | None
    created_at: int
    local_day: str
    stamps: int = 0
    location_id: int | None = None
    person_id: int | None = None


class Issued(NamedTuple):
    """The two names of a stamp that was just issued and is durable."""

    stamp_id: int
    code: str


class StampKey(NamedTuple):
    """What names a stamp in the database."""

    account_id: int
    stamp_id: int


class Stamp(NamedTuple):
    """A stamp with what it shows of its card, in the order of the columns that `queries` selects.

    `max_stamps`, `reward_title`, `cooldown_s` (seconds), `daily_max`, `rewards` (on the way) and `carries` are those of the
    card on the day of issue; what begins with `card_`, and `url`, is the card's of today. Flags are booleans, or SQLite's
    0 and 1.
    `rewards` and `handed_out` are JSON, which `rewards.py` reads; `card_location_ids` is a JSON list. `sequence`: of its
    last ledger row. `merged_stamp_id`: the stamp that its marks went to. `renewed_stamp_id`: the customer's next one.
    """

    stamp_id: int
    account_id: int
    code: str
    domain: str
    card_id: int
    starts_on: str
    ends_on: str
    active: bool
    stamps: int
    max_stamps: int
    reward_title: str
    cooldown_s: int
    daily_max: int
    rewards: str
    handed_out: str
    carries: bool
    memo: str | None
    user_id: str
    user_name: str | None
    user_phone: str | None
    user_phone_digits: str | None
    user_email: str | None
    user_email_key: str | None
    user_etc1: str | None
    user_etc2: str | None
    redeemed_at: int | None
    renewed_stamp_id: int | None
    merged_stamp_id: int | None
    sequence: int
    pin_hash: str | None
    created_at: int
    card_name: str
    card_title: str
    url: str
    card_onsite: bool
    card_onsite_hash: str | None
    card_stamp_img_url: str
    card_renews: bool
    card_location_ids: str


class Shop(NamedTuple):
    """What the customer's page shows of whose stamp it is.

    logo: handle of an image; colours: six hexadecimal digits, the card's or else the shop's; blank for none. time_zone: IANA
    name. pin_cleared: the shop took the PIN away, and the customer has not chosen anew. renewed_code: of the stamp that
    followed this one when it was redeemed or filled with marks to spare. suspended: the account is, so that the stamp is
    shown and nothing more. merged_code: of the stamp that the marks of a merged one are on now, the last of a chain; None where
    that was deleted. places: JSON, [number, name] of each active location of a card that is valid at some only.
    """

    name: str
    logo: str
    color: str
    paper_color: str
    time_zone: str
    pin_cleared: bool
    renewed_code: str | None
    suspended: bool
    merged_code: str | None
    places: str


class Shown(NamedTuple):
    """A stamp as its customer sees it."""

    stamp: Stamp
    shop: Shop


class Customer(NamedTuple):
    """Whom a stamp is for, as far as it is found by that."""

    user_id: str
    user_name: str | None
    user_phone: str | None
    user_email: str | None


class Event(NamedTuple):
    """A row of the ledger, as the database takes it.

    sequence: 1, 2, 3, … of a stamp. changes: JSON, field -> [before, after], null for a personal one. rewards: JSON list, the
    marks of each reward that was handed out or is owed again. carried: of an addition, marks that went on to the next stamp,
    which `renewed_stamp_id` names. merged_stamp_id: the other stamp of a merge. local_day: on which it happened.
    """

    account_id: int
    stamp_id: int
    sequence: int
    kind: str
    stamps_before: int
    stamps_after: int
    actor_kind: str
    actor_id: int | None
    person_id: int | None
    channel: str
    note: str | None
    order_ref: str | None
    location: str | None
    location_id: int | None
    changes: str | None
    rewards: str | None
    carried: int | None
    renewed_stamp_id: int | None
    merged_stamp_id: int | None
    occurred_at: int
    recorded_at: int
    local_day: str


class Applied(NamedTuple):
    """What was done to a stamp. event_id: of its row in the ledger, 0 where nothing was different and there is none.

    changes: of an update, what became different, as the ledger has it.
    """

    before: Stamp
    after: Stamp
    event_id: int
    changes: Mapping[str, Any] | None = None


class HistoryRow(NamedTuple):
    """A row of the ledger, as it is read; `changes` and `rewards` as values."""

    event_id: int
    sequence: int
    kind: str
    stamps_before: int
    stamps_after: int
    actor_kind: str
    actor_id: int | None
    channel: str
    note: str | None
    order_ref: str | None
    location: str | None
    location_id: int | None
    changes: dict[str, Any] | None
    rewards: list[int] | None
    carried: int | None
    renewed_stamp_id: int | None
    merged_stamp_id: int | None
    occurred_at: int
    recorded_at: int


def event_of(
    stamp: Stamp, kind: str, meta: EventMeta, *, stamps_after: int, order_ref: str | None = None, **more: Any
) -> Event:
    """The ledger row of something that happens to the stamp, which still has its count and sequence from before."""
    row = Event(
        account_id=stamp.account_id,
        stamp_id=stamp.stamp_id,
        sequence=stamp.sequence + 1,
        kind=kind,
        stamps_before=stamp.stamps,
        stamps_after=stamps_after,
        actor_kind=meta.actor.kind,
        actor_id=meta.actor.actor_id,
        person_id=meta.actor.person_id,
        channel=meta.actor.channel,
        note=meta.note,
        order_ref=order_ref,
        location=meta.location,
        location_id=meta.location_id,
        changes=None,
        rewards=None,
        carried=None,
        renewed_stamp_id=None,
        merged_stamp_id=None,
        occurred_at=meta.happened_at,
        recorded_at=meta.recorded_at,
        local_day=meta.today.isoformat(),
    )
    return row._replace(**more) if more else row


def after_event(stamp: Stamp, event: Event) -> Stamp:
    """The stamp with the count and the sequence that it has after that row of its ledger."""
    return stamp._replace(stamps=event.stamps_after, sequence=event.sequence)
