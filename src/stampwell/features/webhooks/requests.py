"""What the webhook endpoints are sent: `/api/webhook/v1`."""

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo, WithJsonSchema

from stampwell.core.days import OCCURRED_PATTERN
from stampwell.core.fields import (
    PLAIN,
    YES_NO_SCHEMA,
    Integer,
    QueryInteger,
    YesNo,
    instant,
    or_blank,
    wrong,
)
from stampwell.core.phrases import translatable
from stampwell.core.units import LARGEST_INTEGER, SMALLEST_INTEGER
from stampwell.core.validation import RequestModel
from stampwell.features.events.model import EventType
from stampwell.features.webhooks.rules import LONGEST_DESCRIPTION, LONGEST_URL, type_problem, types_problem

LARGEST_PAGE = 100
USUAL_PAGE = 50

_TYPES = ", ".join(f"`{kind}`" for kind in EventType)
# No enumeration: generators make words of each value.
_TYPE_SCHEMA = {"type": "string", "pattern": f"^({'|'.join(map(re.escape, EventType))})$"}


def _known_types(value: list[str]) -> list[str]:
    problem = types_problem(value)
    if problem is not None:
        raise wrong(problem.template, **problem.parameters)
    return value


def _known_type(value: str) -> str:
    problem = type_problem(value)
    if problem is not None:
        raise wrong(problem.template, **problem.parameters)
    return value


def _since(value: object, info: ValidationInfo) -> int | None:
    # One that is wrong itself is not there, and was given.
    has_event = info.data.get("eventIdx", 0) is not None
    if value is None:
        if has_event:
            return None
        raise wrong(translatable("send either eventIdx or since: one event, or every event from a time on"))
    if info.data.get("eventIdx") is not None:
        raise wrong(translatable("send either eventIdx or since, not both"))
    context: Any = info.context
    return instant(value, context.principal.time_zone)


_URL_SCHEMA: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": LONGEST_URL, "format": "webhook-url"}
_URL = (
    "Where events are sent: https, at a public address. Others are reached only if the operator of the server lists them in "
    "`STAMPWELL_WEBHOOK_ALLOW`."
)
Url = Annotated[
    str, Field(min_length=1, max_length=LONGEST_URL, pattern=PLAIN), WithJsonSchema({**_URL_SCHEMA, "description": _URL})
]
_TYPES_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "array", "items": _TYPE_SCHEMA, "uniqueItems": True, "maxItems": len(EventType)},
        {"type": "null"},
    ],
    "description": f"Types of events that are sent; `[]`: all. There are {_TYPES}.",
}
Types = Annotated[list[str], AfterValidator(_known_types)]
Events = Annotated[Types | None, WithJsonSchema(_TYPES_SCHEMA)]
Card = Annotated[
    Integer | None, Field(description="The card whose stamps' events are sent; 0: all, and events that are of no card.")
]
_PAYLOAD = "`full` sends the whole event, `thin` its numbers only."
_PERSONAL = "`Y`: events have the customer's personal fields too, which takes a key with the scope `customer:read`."
_ACTIVE = "`N`: nothing is sent, and nothing is kept to be sent later."
Description = Annotated[
    str | None, Field(max_length=LONGEST_DESCRIPTION, pattern=PLAIN, description="What the webhook is for.")
]
Payload = Literal["full", "thin"]
_PAYLOAD_SCHEMA: dict[str, Any] = {"type": "string", "enum": ["full", "thin"]}
NewPayload = Annotated[Payload | None, or_blank(_PAYLOAD_SCHEMA, description=f"{_PAYLOAD} Left out: `full`.")]
NewPersonal = Annotated[YesNo | None, or_blank(YES_NO_SCHEMA, description=f"{_PERSONAL} Left out: `N`.")]
NewActive = Annotated[YesNo | None, or_blank(YES_NO_SCHEMA, description=f"{_ACTIVE} Left out: `Y`.")]
Limit = Annotated[QueryInteger, Field(ge=1, le=LARGEST_PAGE, description="Rows a page.")]
_Idx = Annotated[QueryInteger, Field(ge=SMALLEST_INTEGER, le=LARGEST_INTEGER)]
_WEBHOOK = "The webhook."


class CreateWebhook(RequestModel):
    """An address that events are sent to."""

    blank_is_absent = frozenset({"payload", "personalYn", "description", "activeYn"})

    url: Url
    events: Events = None
    cardIdx: Card = None
    payload: NewPayload = None
    personalYn: NewPersonal = None
    description: Description = None
    activeYn: NewActive = None


class UpdateWebhook(RequestModel):
    """What is left out, or null, stays as it is; `""` clears the description, `[]` the types, 0 the card."""

    webhookIdx: Integer = Field(description=_WEBHOOK)
    url: Annotated[Url | None, WithJsonSchema({"anyOf": [_URL_SCHEMA, {"type": "null"}], "description": _URL})] = None
    events: Events = None
    cardIdx: Card = None
    payload: Payload | None = Field(default=None, description=_PAYLOAD)
    personalYn: YesNo | None = Field(default=None, description=_PERSONAL)
    description: Description = None
    activeYn: YesNo | None = Field(default=None, description=f"{_ACTIVE} Either forgets how long it has been failing.")


class ThisWebhook(RequestModel):
    """Which webhook."""

    webhookIdx: Integer = Field(description=_WEBHOOK)


class OneWebhook(RequestModel):
    """Which webhook."""

    webhookIdx: Annotated[_Idx, Field(description=_WEBHOOK)]


class ListWebhooks(RequestModel):
    """All of them."""


class ListEvents(RequestModel):
    """Which events."""

    blank_is_absent = frozenset({"after", "limit", "type"})

    after: Annotated[
        QueryInteger,
        Field(
            ge=0, le=LARGEST_INTEGER, description="Only events with a higher number: `nextCursor`, or the last eventIdx seen."
        ),
    ] = 0
    limit: Limit = USUAL_PAGE
    type: Annotated[
        Annotated[str, AfterValidator(_known_type)] | None,
        or_blank(_TYPE_SCHEMA, description="Only events of that type."),
    ] = None


class ListAttempts(RequestModel):
    """Which attempts, and which page of them."""

    blank_is_absent = frozenset({"webhookIdx", "eventIdx", "failedYn", "limit", "cursor"})

    webhookIdx: Annotated[_Idx | None, Field(description="Only those at this webhook.")] = None
    eventIdx: Annotated[_Idx | None, Field(description="Only those with this event.")] = None
    failedYn: Annotated[YesNo | None, or_blank(YES_NO_SCHEMA, description="`Y`: only those that were no success.")] = None
    limit: Limit = USUAL_PAGE
    cursor: str | None = Field(default=None, max_length=200, pattern=PLAIN, description="`nextCursor` of the page before.")


class ResendEvents(RequestModel):
    """What is sent again: one event, or all since a time."""

    blank_is_absent = frozenset({"since", "failedYn"})

    webhookIdx: Integer = Field(description=_WEBHOOK)
    eventIdx: Integer | None = Field(default=None, description="This event, whatever the webhook's filters say.")
    since: Annotated[
        int | None,
        PlainValidator(_since),
        WithJsonSchema(
            {
                "anyOf": [{"type": "string", "pattern": OCCURRED_PATTERN}, {"type": "string", "const": ""}, {"type": "null"}],
                "description": (
                    "Every event from then on that the webhook's filters let through, at most 30 days back: `YYYY-MM-DD "
                    "HH:mm:ss` in the account's time zone, or with an offset right behind it (`+09:00`, `Z`)."
                ),
            }
        ),
    ] = Field(default=None, validate_default=True)
    failedYn: Annotated[
        YesNo | None, or_blank(YES_NO_SCHEMA, description="`Y`: only those whose last attempt at the webhook failed.")
    ] = None
