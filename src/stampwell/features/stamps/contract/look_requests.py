"""What the stamp endpoints are sent to look stamps up: `/api/stamp/v1`."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo, WithJsonSchema

from stampwell.core.fields import (
    PLAIN,
    QueryInteger,
    QueryStampIdx,
    YesNo,
    day,
    wrong,
)
from stampwell.core.phones import phone_digits
from stampwell.core.phrases import translatable
from stampwell.core.units import LARGEST_INTEGER, SMALLEST_INTEGER
from stampwell.core.validation import RequestModel
from stampwell.features.stamps.contract.request_fields import FirstDay

LARGEST_PAGE = 100
USUAL_PAGE = 50
LONGEST_PHONE_FILTER = 100
"""As a link that a telephone dials has it: `tel:`, an extension and a context beside the number."""


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


Cursor = Annotated[
    str | None, Field(max_length=200, pattern=PLAIN, description="`nextCursor` of the page before; the filters stay the same.")
]
Limit = Annotated[QueryInteger, Field(ge=1, le=LARGEST_PAGE, description="Rows a page.")]


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
