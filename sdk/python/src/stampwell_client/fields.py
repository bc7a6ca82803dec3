"""What a call takes, in the API's own names. None means the same as absent."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, Required, TypedDict

StampIdx = int | str
"""A stamp's number, as an int; or as a text its code of 16 characters in any spelling, or its link, as a scanner gives them."""

Key = str | None
"""An idempotency key of one's own; None has a fresh one made."""

YesNo = Literal["Y", "N"]

Day = date | str
"""A date, or its text YYYY-MM-DD."""

Moment = datetime | str
"""A datetime: with a time zone, that instant; without one, in the account's. Or its text YYYY-MM-DD HH:mm:ss."""


class NewStamp(TypedDict, total=False):
    """A stamp to create. `stamps`: the marks that the customer brings along. `locationIdx`: where it is issued."""

    cardIdx: Required[int]
    strtYmd: Required[Day]
    endYmd: Required[Day]
    domain: str | None
    activeYn: YesNo | None
    memo: str | None
    userId: str | None
    userNm: str | None
    userPhnno: str | None
    userEml: str | None
    userEtc1: str | None
    userEtc2: str | None
    stamps: int | None
    locationIdx: int | None


class StampChanges(TypedDict, total=False):
    """What to change of a stamp. The empty text clears a value."""

    cardIdx: int | None
    domain: str | None
    strtYmd: Day | None
    endYmd: Day | None
    activeYn: YesNo | None
    memo: str | None
    userId: str | None
    userNm: str | None
    userPhnno: str | None
    userEml: str | None
    userEtc1: str | None
    userEtc2: str | None
    stamps: int | None
    resetPinYn: YesNo | None
    useYn: YesNo | None


class StampFilter(TypedDict, total=False):
    """Which stamps to list. `limit` is the number of stamps a page; `cursor` is the `nextCursor` of a page before."""

    cardIdx: int | None
    userId: str | None
    userPhnno: str | None
    userEml: str | None
    activeYn: YesNo | None
    useYn: YesNo | None
    regStrtYmd: Day | None
    regEndYmd: Day | None
    limit: int | None
    cursor: str | None


class Window(TypedDict, total=False):
    """How much a page holds (`limit`), and the `nextCursor` of the page before."""

    limit: int | None
    cursor: str | None


class Addition(TypedDict, total=False):
    """`orderRef`: the sale's own number. Sent again with the same `count` it adds nothing; with another it is FieldsWrong.

    `occurredYmdt`: when it really happened, up to 7 days ago. `locationIdx`: where; `location` is a note beside it.
    """

    count: int | None
    orderRef: str | None
    note: str | None
    location: str | None
    locationIdx: int | None
    occurredYmdt: Moment | None


class Removal(TypedDict, total=False):
    """`note` says why."""

    count: int | None
    note: str | None
    location: str | None
    locationIdx: int | None
    occurredYmdt: Moment | None


class Redemption(TypedDict, total=False):
    """`reward`: one on the way, by its marks. `onsitePwd`: the staff password, if the card wants one.

    `orderRef`: the sale's own number, by which `reverse` takes it back. Sent again it hands out nothing.
    """

    reward: int | None
    onsitePwd: str | None
    orderRef: str | None
    note: str | None
    location: str | None
    locationIdx: int | None
    occurredYmdt: Moment | None


class ReversalDetails(TypedDict, total=False):
    """`stampIdx`: of that stamp only. `note` says why, `locationIdx` where."""

    stampIdx: StampIdx | None
    note: str | None
    locationIdx: int | None


class NewReward(TypedDict):
    """A reward on the way, at that many marks."""

    stamps: int
    rewardTtl: str


class CardChanges(TypedDict, total=False):
    """What to change of a card."""

    cardNm: str | None
    cardTtl: str | None
    maxStamps: int | None
    rewardTtl: str | None
    url: str | None
    stampImgUrl: str | None
    onsiteYn: YesNo | None
    onsitePwd: str | None
    cooldownSec: int | None
    dailyMax: int | None
    renewYn: YesNo | None
    activeYn: YesNo | None
    carryYn: YesNo | None
    rewards: Sequence[NewReward] | None
    locationIdxs: Sequence[int] | None


class NewCard(TypedDict, total=False):
    """A card to create."""

    cardNm: Required[str]
    maxStamps: Required[int]
    cardTtl: str | None
    rewardTtl: str | None
    url: str | None
    stampImgUrl: str | None
    onsiteYn: YesNo | None
    onsitePwd: str | None
    cooldownSec: int | None
    dailyMax: int | None
    renewYn: YesNo | None
    activeYn: YesNo | None
    carryYn: YesNo | None
    rewards: Sequence[NewReward] | None
    locationIdxs: Sequence[int] | None


class LocationChanges(TypedDict, total=False):
    """What to change of a location. `activeYn` N: it takes no new marks or rewards."""

    locationNm: str | None
    activeYn: YesNo | None


class WebhookChanges(TypedDict, total=False):
    """What to change of a webhook. `events` []: all of them; `cardIdx` 0: all cards. `activeYn` N: nothing is sent."""

    url: str | None
    events: Sequence[str] | None
    cardIdx: int | None
    payload: Literal["full", "thin"] | None
    personalYn: YesNo | None
    description: str | None
    activeYn: YesNo | None


class NewWebhook(TypedDict, total=False):
    """A webhook to create. `events`: types, all of them if left out. `personalYn` Y: with the customer's personal fields."""

    url: Required[str]
    events: Sequence[str] | None
    cardIdx: int | None
    payload: Literal["full", "thin"] | None
    personalYn: YesNo | None
    description: str | None
    activeYn: YesNo | None


class EventWindow(TypedDict, total=False):
    """Which events to list. `after`: only those with higher numbers. `limit`: rows that are fetched at a time."""

    after: int | None
    type: str | None
    limit: int | None


class AttemptFilters(TypedDict, total=False):
    """Which attempts to list. `failedYn` Y: only those that were no success. `limit`: rows that are fetched at a time."""

    webhookIdx: int | None
    eventIdx: int | None
    failedYn: YesNo | None
    limit: int | None
