"""Events, as webhooks send them and `GET /api/webhook/v1/events` lists them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from stampwell_client.models import Malformed, Stamp, StampReward, members_of, number_of, reader

_PERSONAL: dict[str, None] = dict.fromkeys(("memo", "userId", "userNm", "userPhnno", "userEml", "userEtc1", "userEtc2"))
_read_stamp = reader(Stamp, rewards=reader(StampReward))
_NUMBERS = ("sequence", "count", "before", "after", "locationIdx", "webhookIdx")
_TEXTS = ("actionType", "orderRef", "url", "userId")


@dataclass(frozen=True, slots=True)
class EventActor:
    """Who did it: `apiKey`, `person`, `device`, `customer`, `system` or `operator`, and its number where it has one."""

    type: str
    idx: int | None


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """Something that happened. A member is None where the event has none of it; `data` is all of it, as it was sent.

    `webhookId` is the same whenever this event is sent to this webhook; None in a list. `sequence` counts the events of one
    stamp without gaps. `count` is how many marks moved, `before` and `after` are the counts around it.
    `stamp` is the stamp right after (before, when it is deleted); without `personalYn` its memo and customer are None. A thin
    event has no `stamp`: `url` is the path to get it from. `stampIdx` and `cardIdx` are there in either case.
    """

    webhookId: str | None
    type: str
    timestamp: datetime
    eventIdx: int
    sequence: int | None = None
    actionType: str | None = None
    actor: EventActor | None = None
    count: int | None = None
    before: int | None = None
    after: int | None = None
    orderRef: str | None = None
    locationIdx: int | None = None
    stamp: Stamp | None = None
    stampIdx: int | None = None
    cardIdx: int | None = None
    url: str | None = None
    userId: str | None = None
    webhookIdx: int | None = None
    data: Mapping[str, Any] = field(default_factory=dict, hash=False, repr=False)


def read_event(value: object, *, webhook_id: str | None = None) -> WebhookEvent:
    """The event of a JSON object `{"type": …, "timestamp": …, "data": {…}}`. Raises Malformed."""
    members = members_of(value)
    data = members_of(members.get("data"))
    stamp = members_of(data.get("stamp") or {})
    own: dict[str, Any] = {name: _number(data, name) for name in _NUMBERS}
    own |= {name: _text(data, name) for name in _TEXTS if data.get(name) is not None}
    return WebhookEvent(
        webhookId=webhook_id,
        type=_text(members, "type"),
        timestamp=_moment(_text(members, "timestamp")),
        eventIdx=number_of(data.get("eventIdx")),
        actor=_actor(data.get("actor")),
        stamp=_read_stamp({**_PERSONAL, **stamp}) if stamp else None,
        stampIdx=_number({**stamp, **data}, "stampIdx"),
        cardIdx=_number({**stamp, **data}, "cardIdx"),
        data=data,
        **own,
    )


def _actor(value: object) -> EventActor | None:
    if value is None:
        return None
    members = members_of(value)
    return EventActor(_text(members, "type"), _number(members, "idx"))


def _text(members: Mapping[str, Any], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str):
        raise Malformed(f"{name} is no text")
    return value


def _number(members: Mapping[str, Any], name: str) -> int | None:
    value = members.get(name)
    return None if value is None else number_of(value)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Malformed(f"timestamp is no moment with its time zone: {text!r}")
    return moment
