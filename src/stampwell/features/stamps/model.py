from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from stampwell.core.actors import Actor
from stampwell.core.days import day_of

KIND_ISSUED, KIND_ADDED, KIND_REMOVED, KIND_REDEEMED, KIND_UPDATED = "issued", "added", "removed", "redeemed", "updated"
"""What a ledger row may tell of."""


class EventMeta(NamedTuple):
    """The circumstances of what is done to a stamp. Instants are microseconds since 1970 in UTC.

    recorded_at: when the server learns of it. zone: of the account, whose days count. occurred_at: when it happened, as far as
    the actor knows; None for just now. set_back_at: when the server's clock was last set back, where that is known.
    """

    actor: Actor
    recorded_at: int
    zone: ZoneInfo
    note: str | None = None
    location: str | None = None
    occurred_at: int | None = None
    set_back_at: int | None = None

    @property
    def today(self) -> date:
        """The day on which it is recorded, in the account's zone."""
        return day_of(self.recorded_at, self.zone)


class NewStamp(NamedTuple):
    """A stamp to issue, as the database takes it: days as ISO text, instants as microseconds since 1970 in UTC.

    `needs_domain`: the domain is a custom one, which the account must have verified.
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

    `max_stamps`, `reward_title`, `cooldown_s` (seconds) and `daily_max` are those of the card on the day of issue;
    what begins with `card_`, and `url`, is the card's of today. Flags are booleans, or SQLite's 0 and 1.
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
    pin_hash: str | None
    created_at: int
    card_name: str
    card_title: str
    url: str
    card_onsite: bool
    card_onsite_hash: str | None
    card_stamp_img_url: str
    card_renews: bool


class Shop(NamedTuple):
    """What the customer's page shows of whose stamp it is.

    logo: handle of an image; colours: six hexadecimal digits, the card's or else the shop's; blank for none. time_zone: IANA
    name. pin_cleared: the shop took the PIN away, and the customer has not chosen anew. renewed_code: of the stamp that
    followed this one when it was redeemed. suspended: the account is, so that the stamp is shown and nothing more.
    """

    name: str
    logo: str
    color: str
    paper_color: str
    time_zone: str
    pin_cleared: bool
    renewed_code: str | None
    suspended: bool


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
    """A row of the ledger, as the database takes it. `changes` is JSON: field -> [before, after], null for a personal one."""

    account_id: int
    stamp_id: int
    kind: str
    stamps_before: int
    stamps_after: int
    actor_kind: str
    actor_id: int | None
    channel: str
    note: str | None
    order_ref: str | None
    location: str | None
    changes: str | None
    renewed_stamp_id: int | None
    occurred_at: int
    recorded_at: int


class Applied(NamedTuple):
    """What was done to a stamp. event_id: of its row in the ledger, 0 where nothing was different and there is none.

    changes: of an update, what became different, as the ledger has it.
    """

    before: Stamp
    after: Stamp
    event_id: int
    changes: Mapping[str, Any] | None = None


class HistoryRow(NamedTuple):
    """A row of the ledger, as it is read; `changes` as values."""

    event_id: int
    kind: str
    stamps_before: int
    stamps_after: int
    actor_kind: str
    actor_id: int | None
    channel: str
    note: str | None
    order_ref: str | None
    location: str | None
    changes: dict[str, Any] | None
    renewed_stamp_id: int | None
    occurred_at: int
    recorded_at: int


def event_of(stamp: Stamp, kind: str, meta: EventMeta, *, stamps_after: int, **more: Any) -> Event:
    """The ledger row of something that happens to the stamp, which still has its count from before."""
    row = Event(
        account_id=stamp.account_id,
        stamp_id=stamp.stamp_id,
        kind=kind,
        stamps_before=stamp.stamps,
        stamps_after=stamps_after,
        actor_kind=meta.actor.kind,
        actor_id=meta.actor.actor_id,
        channel=meta.actor.channel,
        note=meta.note,
        order_ref=None,
        location=meta.location,
        changes=None,
        renewed_stamp_id=None,
        occurred_at=meta.recorded_at if meta.occurred_at is None else meta.occurred_at,
        recorded_at=meta.recorded_at,
    )
    return row._replace(**more) if more else row
