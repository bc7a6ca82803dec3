"""What the stamp endpoints are sent: `/api/stamp/v1`."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, Field, GetJsonSchemaHandler, PlainValidator, ValidationInfo, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from stampwell.core.fields import (
    EMAIL_SCHEMA,
    LINE_FEEDS,
    ORIGIN_SCHEMA,
    PLAIN,
    PLAIN_WITH_LINES,
    YES_NO_SCHEMA,
    Email,
    Integer,
    Origin,
    QueryInteger,
    QueryStampIdx,
    StampIdx,
    YesNo,
    day,
    or_blank,
    wrong,
)
from stampwell.core.phones import phone_digits
from stampwell.core.phrases import translatable
from stampwell.core.units import LARGEST_INTEGER, SMALLEST_INTEGER
from stampwell.core.validation import RequestModel
from stampwell.features.stamps import rules

MOST_ROWS = 1000
LARGEST_PAGE = 100
USUAL_PAGE = 50
LONGEST_PHONE_FILTER = 100
"""As a link that a telephone dials has it: `tel:`, an extension and a context beside the number."""


def _end_of_validity(value: object, info: ValidationInfo) -> date:
    end = day(value)
    start: date | None = info.data.get("strtYmd")
    if start is not None and end < start:
        raise wrong(translatable("must not be before strtYmd ({start})"), start=str(start))
    context: Any = info.context
    latest = rules.latest_end(context.today)
    if end > latest:
        years = rules.LONGEST_VALIDITY_YEARS
        sentence = translatable("must be at most {years} years from today: {latest} or earlier")
        raise wrong(sentence, years=years, latest=str(latest))
    return end


def _not_before_the_first(value: object, info: ValidationInfo) -> date:
    last = day(value)
    first: date | None = info.data.get("regStrtYmd")
    if first is not None and last < first:
        raise wrong(translatable("must not be before regStrtYmd ({start})"), start=str(first))
    return last


def _with_digits(value: str) -> str:
    if not phone_digits(value):
        raise wrong(translatable("must have digits, in any spelling, such as +1 123-4567-8900"))
    return value


_USER = "For the merchant's eyes only."
_CARD = "The stamp card's number: the Card IDX on the Stamp Card page of the dashboard."

FirstDay = Annotated[date, PlainValidator(day), WithJsonSchema({"type": "string", "format": "date"})]
LastDay = Annotated[date, PlainValidator(_end_of_validity), WithJsonSchema({"type": "string", "format": "date"})]
Domain = Annotated[
    Origin | None,
    or_blank(
        ORIGIN_SCHEMA,
        description=(
            "Origin of the stamp's link, without a path. Left out, the default domain: `https://vvd.bz` unless the "
            "operator chose another. Any plan may name a domain of this instance; a custom one needs the premium plan "
            "or higher, and must be registered and verified."
        ),
    ),
]
Active = Annotated[
    YesNo | None,
    # In words, not as `default`: openapi-typescript makes a member with one required.
    or_blank(
        YES_NO_SCHEMA,
        description="With `N` the customer cannot use the stamp until it is switched on. Left out: `Y`.",
    ),
]
_LINES = "Line ends of every kind become `\\n`, and count as one character."
Memo = Annotated[
    str | None,
    Field(max_length=1000, pattern=PLAIN_WITH_LINES, description=f"Internal memo. {_LINES}"),
    LINE_FEEDS,
]
UserId = Annotated[
    str | None,
    Field(
        max_length=100,
        pattern=PLAIN,
        description="Whom the stamp is for, typically the login id of a member. Left out, 12 random characters.",
    ),
]
UserName = Annotated[str | None, Field(max_length=100, pattern=PLAIN, description=f"Name. {_USER}")]
UserPhone = Annotated[str | None, Field(max_length=30, pattern=PLAIN, description=f"Phone number, kept as typed. {_USER}")]
UserEmail = Annotated[Email | None, or_blank(EMAIL_SCHEMA, description=f"E-mail address. {_USER}")]
UserEtc = Annotated[str | None, Field(max_length=255, pattern=PLAIN, description="Anything else.")]
Note = Annotated[
    str | None,
    Field(max_length=1000, pattern=PLAIN_WITH_LINES, description=f"Why; it goes into the history. {_LINES}"),
    LINE_FEEDS,
]
Location = Annotated[
    str | None, Field(max_length=100, pattern=PLAIN, description="Where: a branch or a till; it goes into the history.")
]
Cursor = Annotated[
    str | None, Field(max_length=200, pattern=PLAIN, description="`nextCursor` of the page before; the filters stay the same.")
]
Limit = Annotated[QueryInteger, Field(ge=1, le=LARGEST_PAGE, description="Rows a page.")]


class CreateStamp(RequestModel):
    """One stamp for one customer."""

    blank_is_absent = frozenset(
        {"domain", "activeYn", "memo", "userId", "userNm", "userPhnno", "userEml", "userEtc1", "userEtc2"}
    )

    cardIdx: Integer = Field(description=_CARD)
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

    blank_is_absent = frozenset({"note", "orderRef", "location"})

    stampIdx: StampIdx
    count: int | None = Field(default=None, ge=1, le=20, description="How many marks. Left out: 1.")
    note: Note = None
    orderRef: str | None = Field(
        default=None,
        max_length=100,
        pattern=PLAIN,
        description=(
            "The sale's own number. The same one with the same `count` adds nothing and is answered as the first time; with "
            "another `count` it is refused."
        ),
    )
    location: Location = None


class RemoveMarks(RequestModel):
    """A correction: all of the marks or none."""

    blank_is_absent = frozenset({"note", "location"})

    stampIdx: StampIdx
    count: int | None = Field(default=None, ge=1, le=100, description="How many marks. Left out: 1.")
    note: Note = None
    location: Location = None


class RedeemStamp(RequestModel):
    """The reward is handed out."""

    blank_is_absent = frozenset({"note", "location", "onsitePwd"})

    stampIdx: StampIdx
    onsitePwd: str | None = Field(
        default=None,
        max_length=32,
        pattern=PLAIN,
        description="The card's staff password; needed when `onsiteYn` of the card is `Y`, not looked at otherwise.",
    )
    note: Note = None
    location: Location = None


class OneStamp(RequestModel):
    """Which stamp."""

    stampIdx: QueryStampIdx


class StampHistory(RequestModel):
    """Which stamp, and which page of its history."""

    blank_is_absent = frozenset({"limit", "cursor"})

    stampIdx: QueryStampIdx
    limit: Limit = USUAL_PAGE
    cursor: Cursor = None


class ListStamps(RequestModel):
    """Every filter that is given has to fit."""

    blank_is_absent = frozenset(
        {"cardIdx", "userId", "userPhnno", "userEml", "activeYn", "useYn", "regStrtYmd", "regEndYmd", "limit", "cursor"}
    )

    cardIdx: Annotated[QueryInteger, Field(ge=SMALLEST_INTEGER, le=LARGEST_INTEGER)] | None = Field(
        default=None, description="Stamps of this card."
    )
    userId: str | None = Field(default=None, max_length=100, pattern=PLAIN, description="Stamps of this user.")
    userPhnno: (
        Annotated[
            str,
            Field(max_length=LONGEST_PHONE_FILTER, pattern=PLAIN),
            AfterValidator(_with_digits),
            WithJsonSchema({"type": "string", "maxLength": LONGEST_PHONE_FILTER, "pattern": "[0-9]"}),
        ]
        | None
    ) = Field(
        default=None,
        description=(
            "Phone number in any spelling, with its country code or, if it is of the account's country, without: "
            "`010-1234-5678`, `+82 10 1234 5678` and `tel:+82-10-1234-5678` find each other."
        ),
    )
    userEml: str | None = Field(
        default=None, max_length=254, pattern=PLAIN, description="E-mail address, in any case, its domain in either form."
    )
    activeYn: YesNo | None = Field(default=None, description="Switched on or off.")
    useYn: YesNo | None = Field(default=None, description="Redeemed or not.")
    regStrtYmd: FirstDay | None = Field(default=None, description="First day of issue, in the account's time zone.")
    regEndYmd: (
        Annotated[date, PlainValidator(_not_before_the_first), WithJsonSchema({"type": "string", "format": "date"})] | None
    ) = Field(default=None, description="Last day of issue.")
    limit: Limit = USUAL_PAGE
    cursor: Cursor = None


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
