"""What the stamp endpoints are sent to issue, mark, correct, redeem, reverse and merge: `/api/stamp/v1`."""

import json
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from stampwell.core.fields import (
    PLAIN,
    Integer,
    StampIdx,
    YesNo,
)
from stampwell.core.validation import RequestModel
from stampwell.features.stamps.contract.request_fields import (
    CARD,
    Active,
    Domain,
    FirstDay,
    LastDay,
    Location,
    LocationIdx,
    Memo,
    Note,
    Occurred,
    OrderRef,
    UserEmail,
    UserEtc,
    UserId,
    UserName,
    UserPhone,
)

MOST_ROWS = 1000


class CreateStamp(RequestModel):
    """One stamp for one customer."""

    blank_is_absent = frozenset(
        {"domain", "activeYn", "memo", "userId", "userNm", "userPhnno", "userEml", "userEtc1", "userEtc2"}
    )

    cardIdx: Integer = Field(description=CARD)
    domain: Domain = None
    strtYmd: FirstDay = Field(description="First day of validity.")
    endYmd: LastDay = Field(
        description=(
            "Last day of validity: not before `strtYmd`, and at most 5 years from today in the account's time zone. "
            "A day in the past is accepted."
        ),
    )
    activeYn: Active = None
    memo: Memo = None
    userId: UserId = None
    userNm: UserName = None
    userPhnno: UserPhone = None
    userEml: UserEmail = None
    userEtc1: UserEtc = None
    userEtc2: UserEtc = None
    stamps: int | None = Field(
        default=None,
        ge=0,
        le=100,
        description=(
            "Opening balance, up to the card's `maxStamps`: marks that the customer brings along from paper or another system. "
            "Left out: 0."
        ),
    )
    locationIdx: LocationIdx = None


class UpdateStamp(RequestModel):
    """What is left out, or null, stays as it is; `""` clears a text."""

    stampIdx: StampIdx
    cardIdx: Integer | None = Field(default=None, description="Moves the stamp to this card, whose rules it takes on.")
    domain: Domain = None
    strtYmd: FirstDay | None = Field(default=None, description="First day of validity.")
    endYmd: LastDay | None = Field(
        default=None, description="Last day of validity: not before `strtYmd`, and at most 5 years from today."
    )
    activeYn: YesNo | None = Field(default=None, description="`N` switches the stamp off, `Y` on.")
    memo: Memo = None
    userId: UserId = None
    userNm: UserName = None
    userPhnno: UserPhone = None
    userEml: UserEmail = None
    userEtc1: UserEtc = None
    userEtc2: UserEtc = None
    stamps: int | None = Field(default=None, ge=0, le=100, description="The count, up to the stamp's `maxStamps`.")
    resetPinYn: YesNo | None = Field(default=None, description="`Y` clears the PIN that the customer chose.")
    useYn: YesNo | None = Field(default=None, description="`Y` redeems the stamp, which must be full then.")


class AddMarks(RequestModel):
    """Marks for one stamp: all of them or none."""

    blank_is_absent = frozenset({"note", "orderRef", "location", "occurredYmdt"})

    stampIdx: StampIdx
    count: int | None = Field(default=None, ge=1, le=20, description="How many marks. Left out: 1.")
    note: Note = None
    orderRef: OrderRef = Field(
        default=None,
        description=(
            "The sale's own number. The same one with the same `count` adds nothing and is answered as the first time; with "
            "another `count` it is refused. `reverse` takes the sale back by it."
        ),
    )
    location: Location = None
    locationIdx: LocationIdx = None
    occurredYmdt: Occurred = None


class RemoveMarks(RequestModel):
    """A correction: all of the marks or none."""

    blank_is_absent = frozenset({"note", "location", "occurredYmdt"})

    stampIdx: StampIdx
    count: int | None = Field(default=None, ge=1, le=100, description="How many marks. Left out: 1.")
    note: Note = None
    location: Location = None
    locationIdx: LocationIdx = None
    occurredYmdt: Occurred = None


class RedeemStamp(RequestModel):
    """The reward is handed out."""

    blank_is_absent = frozenset({"note", "location", "onsitePwd", "orderRef", "occurredYmdt"})

    stampIdx: StampIdx
    onsitePwd: str | None = Field(
        default=None,
        max_length=32,
        pattern=PLAIN,
        description="The card's staff password; needed when `onsiteYn` of the card is `Y`, not looked at otherwise.",
    )
    reward: int | None = Field(
        default=None,
        ge=1,
        le=100,
        description=(
            "Hands out one reward on the way: its `stamps`. Left out: the full stamp's reward, with every one on the way that "
            "is still owed."
        ),
    )
    orderRef: OrderRef = Field(
        default=None,
        description=(
            "The sale's own number. The same one hands out a reward once and is answered as the first time. `reverse` takes "
            "the sale back by it."
        ),
    )
    note: Note = None
    location: Location = None
    locationIdx: LocationIdx = None
    occurredYmdt: Occurred = None


class ReverseSale(RequestModel):
    """A sale that is taken back: its marks, and the rewards that it handed out."""

    blank_is_absent = frozenset({"note"})

    orderRef: str = Field(
        min_length=1, max_length=100, pattern=PLAIN, description="The sale's own number, as `add` or `redeem` was sent it."
    )
    stampIdx: StampIdx | None = Field(default=None, description="One stamp of the sale. Left out: every stamp that has it.")
    note: Note = None
    locationIdx: LocationIdx = None


class MergeStamps(RequestModel):
    """Two stamps of one customer become one."""

    blank_is_absent = frozenset({"note"})

    fromStampIdx: StampIdx = Field(description="The stamp whose marks go over; it cannot be used any more.")
    intoStampIdx: StampIdx = Field(description="The stamp that gets them.")
    note: Note = None


@dataclass(frozen=True)
class _Documented:
    """Any value, which the documentation shows as that model: rows are validated one by one."""

    model: type[RequestModel]

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(self.model.__pydantic_core_schema__)


class CreateStamps(RequestModel):
    """Up to 1,000 stamps at once; every row stands for itself."""

    stamps: list[Annotated[Any, _Documented(CreateStamp)]] = Field(
        max_length=MOST_ROWS, description="Bodies of create. A row that is anything else is refused in its own row of `result`."
    )

    def canonical(self) -> bytes:
        """Rows without what is absent in them."""
        rows = [CreateStamp.present(row) if isinstance(row, dict) else row for row in self.stamps]
        return json.dumps(rows, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
