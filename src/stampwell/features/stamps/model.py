from dataclasses import dataclass
from typing import NamedTuple


class NewStamp(NamedTuple):
    """A stamp to issue, as the database takes it: days as ISO text, instants as microseconds since 1970 in UTC.

    `needs_domain`: the domain is a custom one, which the account must have verified.
    """

    account_id: int
    key_id: int
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
    user_etc1: str | None
    user_etc2: str | None
    created_at: int


class Issued(NamedTuple):
    """The two names of a stamp that was just issued and is durable."""

    stamp_id: int
    code: str


@dataclass(frozen=True, slots=True)
class Stamp:
    """A stamp with what it shows of its card. `max_stamps` and the reward are those of the card on the day of issue."""

    stamp_id: int
    account_id: int
    code: str
    domain: str
    card_id: int
    card_name: str
    card_title: str
    url: str
    starts_on: str
    ends_on: str
    active: bool
    stamps: int
    max_stamps: int
    memo: str | None
    user_id: str
    user_name: str | None
    user_phone: str | None
    user_email: str | None
    user_etc1: str | None
    user_etc2: str | None
    redeemed_at: int | None
    created_at: int
