"""The kinds of values that the stamp endpoints are sent, each with its documentation."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field, PlainValidator, ValidationInfo, WithJsonSchema

from stampwell.core.days import OCCURRED_PATTERN, to_ymdt
from stampwell.core.fields import (
    EMAIL_SCHEMA,
    LINE_FEEDS,
    ORIGIN_SCHEMA,
    PLAIN,
    PLAIN_WITH_LINES,
    YES_NO_SCHEMA,
    Email,
    Origin,
    YesNo,
    day,
    instant,
    or_blank,
    wrong,
)
from stampwell.core.phrases import translatable
from stampwell.core.units import DAY_US, LARGEST_INTEGER, SMALLEST_INTEGER
from stampwell.core.waits import SKEW_US
from stampwell.features.stamps import rules

LATEST_US = 7 * DAY_US
"""How long after it happened a mark or a reward may be sent."""


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


def _occurred(value: object, info: ValidationInfo) -> int | None:
    if value is None:
        return None
    context: Any = info.context
    occurred_at = instant(value, context.principal.time_zone)
    if occurred_at < context.now_us - LATEST_US:
        raise wrong(translatable("must be at most 7 days ago"))
    if occurred_at > context.now_us + SKEW_US:
        raise wrong(translatable("must not be in the future: the server's clock shows {now}"), now=_now(context))
    return occurred_at


def _now(context: Any) -> str:
    return to_ymdt(context.now_us, context.principal.time_zone)


_USER = "For the merchant's eyes only."
CARD = "The stamp card's number: the Card IDX on the Stamp Card page of the dashboard."

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
LocationIdx = Annotated[
    int | None,
    Field(
        ge=SMALLEST_INTEGER,
        le=LARGEST_INTEGER,
        description="Where: the number of one of the account's locations; it goes into the history.",
    ),
]
Occurred = Annotated[
    int | None,
    PlainValidator(_occurred),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "pattern": OCCURRED_PATTERN}, {"type": "null"}],
            "description": (
                "When it really happened, for a till that was offline: `YYYY-MM-DD HH:mm:ss` in the account's time zone, or "
                "with an offset right behind it (`+09:00`, `Z`). At most 7 days back, at most 2 minutes ahead, and not before "
                "the stamp was issued. Left out: now."
            ),
        }
    ),
]
OrderRef = Annotated[str | None, Field(max_length=100, pattern=PLAIN)]
