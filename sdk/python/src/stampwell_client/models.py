"""What the server answers, in its own names and values: days are YYYY-MM-DD, moments YYYY-MM-DD HH:mm:ss in the account's zone.

Members that a newer server adds are in `extra`.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Generic, TypeVar

from stampwell_client.api_error import ApiError
from stampwell_client.fields import YesNo

T = TypeVar("T")


class Malformed(ValueError):
    """A result is not what the contract says; the message says how."""


@dataclass(frozen=True, slots=True)
class StampReward:
    """A reward on the way of a stamp, at that many marks. `useYmdt`: when it was handed out; None while it is not."""

    stamps: int
    rewardTtl: str
    useYmdt: str | None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Stamp:
    """One customer's copy of a card.

    `etag` names its version, for `if_match=`; only `get` and `validate` know it. Stamps are equal whatever it is.
    """

    stampIdx: int
    code: str
    domain: str
    cardIdx: int
    cardNm: str
    cardTtl: str | None
    stamps: int
    maxStamps: int
    stampUrl: str
    url: str | None
    strtYmd: str
    endYmd: str
    onsiteYn: YesNo
    onsitePwd: None
    memo: str | None
    activeYn: YesNo
    useYn: YesNo
    useYmdt: str | None
    userId: str | None
    userNm: str | None
    userPhnno: str | None
    userEml: str | None
    userEtc1: str | None
    userEtc2: str | None
    stampImgUrl: str | None
    regYmdt: str
    payloadVersion: str
    renewedStampIdx: int | str | None = None
    rewards: tuple[StampReward, ...] = ()
    mergedStampIdx: int | None = None
    etag: str | None = field(default=None, compare=False)
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class CardReward:
    """What a card gives on the way to its goal, at that many marks."""

    stamps: int
    rewardTtl: str
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Card:
    """A design of the shop: how many marks, which reward."""

    cardIdx: int
    cardNm: str
    cardTtl: str | None
    maxStamps: int
    rewardTtl: str | None
    url: str | None
    stampImgUrl: str | None
    onsiteYn: YesNo
    onsitePwd: None
    cooldownSec: int
    dailyMax: int
    renewYn: YesNo
    activeYn: YesNo
    archivedYn: YesNo
    regYmdt: str
    carryYn: YesNo = "N"
    rewards: tuple[CardReward, ...] = ()
    locationIdxs: tuple[int, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Location:
    """A branch, a counter, a market stall."""

    locationIdx: int
    locationNm: str
    activeYn: YesNo
    regYmdt: str
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address that events are sent to. `events` (): all of them; `cardIdx` 0: all cards."""

    webhookIdx: int
    url: str
    events: tuple[str, ...]
    cardIdx: int
    payload: str
    personalYn: YesNo
    description: str | None
    activeYn: YesNo
    lastSuccessYmdt: str | None
    failingSinceYmdt: str | None
    regYmdt: str
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class CreatedWebhook:
    """A new webhook. `secret` signs what it is sent, and is shown this once."""

    webhookIdx: int
    secret: str = field(repr=False)
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to deliver an event. `status` None: no answer came. `nextYmdt`: when the next one is due."""

    attemptIdx: int
    webhookIdx: int
    eventIdx: int
    attemptYmdt: str
    status: int | None
    milliseconds: int
    answer: str
    nextYmdt: str | None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One thing that happened to a stamp. `rewards`: the marks of each that was handed out or is owed again."""

    historyIdx: int
    action: str
    stampsBefore: int | None
    stampsAfter: int | None
    note: str | None
    orderRef: str | None
    location: str | None
    actorType: str
    actorIdx: int | str | None
    channel: str | None
    changes: Any = field(hash=False)
    renewedStampIdx: int | str | None
    occurredYmdt: str
    recordedYmdt: str
    sequence: int | None = None
    locationIdx: int | None = None
    rewards: tuple[int, ...] | None = None
    carried: int | None = None
    mergedStampIdx: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Reversal:
    """What was taken back of a sale on one stamp.

    `removed`: marks that were taken back; `short`: those that were not there any more. `returned`: the marks of each
    reward that is owed again.
    """

    stampIdx: int
    code: str
    removed: int
    short: int
    returned: tuple[int, ...]
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class BulkRow:
    """What became of one stamp of a bulk: its two names, or the error that refused it."""

    stampIdx: int | None = None
    code: str | None = None
    error: ApiError | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list. `nextCursor` is None on the last one; of events it is a number, the next `after`."""

    list: tuple[T, ...]
    nextCursor: str | int | None


Row = TypeVar("Row", Stamp, StampReward, Card, CardReward, Location, Webhook, CreatedWebhook, Attempt, HistoryRow, Reversal)

_OURS = frozenset({"extra", "etag"})
"""Members of our classes that are in no JSON object."""


def members_of(value: object) -> dict[str, Any]:
    """The JSON object itself."""
    if not isinstance(value, dict):
        raise Malformed(f"an object was expected, not {type(value).__name__}")
    return value


def rows_of(value: object) -> tuple[object, ...]:
    """The rows of a JSON array."""
    if not isinstance(value, list):
        raise Malformed(f"a list was expected, not {type(value).__name__}")
    return tuple(value)


def number_of(value: object) -> int:
    """The whole number itself."""
    if not isinstance(value, int):
        raise Malformed(f"a whole number was expected, not {type(value).__name__}")
    return value


def reader(kind: type[Row], **rows: Callable[[object], Any]) -> Callable[[object], Row]:
    """A function that makes a value of that class from a JSON object; `rows` read the items of its members that are arrays."""
    known = [part for part in fields(kind) if part.name not in _OURS]
    required = [part.name for part in known if part.default is MISSING]
    names = {part.name for part in known}

    def read(value: object) -> Row:
        members = members_of(value)
        missing = [name for name in required if name not in members]
        if missing:
            raise Malformed(f"{kind.__name__} lacks {', '.join(missing)}")
        own = {name: member for name, member in members.items() if name in names}
        for name, read_row in rows.items():
            if own.get(name) is not None:
                own[name] = tuple(read_row(row) for row in rows_of(own[name]))
        return kind(**own, extra={name: member for name, member in members.items() if name not in names})

    return read


def text_of(value: object) -> str:
    """The text itself."""
    if not isinstance(value, str):
        raise Malformed(f"a text was expected, not {type(value).__name__}")
    return value


def page_reader(read_row: Callable[[object], T], *, cursor_kind: type[str] | type[int] = str) -> Callable[[object], Page[T]]:
    """A function that makes a Page of those rows from `{"list": […], "nextCursor": …}`."""

    def read(value: object) -> Page[T]:
        members = members_of(value)
        cursor = members.get("nextCursor")
        if cursor is not None and not isinstance(cursor, cursor_kind):
            raise Malformed(f"nextCursor is no {'text' if cursor_kind is str else 'number'}")
        return Page(tuple(read_row(row) for row in rows_of(members.get("list"))), cursor)

    return read
