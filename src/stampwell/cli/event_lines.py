"""An event as one line of a terminal."""

from datetime import datetime
from typing import Any

from rich.text import Text

from stampwell.cli.event_feed import EventObject, number_of, printable
from stampwell.features.events.model import EventType

_GOOD, _BAD, _WARNING, _REST = "green", "red", "yellow", "cyan"
_STYLES = {
    EventType.STAMP_ISSUED: _GOOD,
    EventType.STAMP_ADDED: _GOOD,
    EventType.STAMP_FULL: f"bold {_GOOD}",
    EventType.STAMP_REDEEMED: f"bold {_GOOD}",
    EventType.STAMP_REWARD_REDEEMED: f"bold {_GOOD}",
    EventType.STAMP_REMOVED: _BAD,
    EventType.STAMP_REVERSED: _BAD,
    EventType.STAMP_RETURNED: _BAD,
    EventType.STAMP_DELETED: _BAD,
    EventType.STAMP_EXPIRED: _BAD,
    EventType.STAMP_EXPIRING: _WARNING,
    EventType.WEBHOOK_FAILING: _WARNING,
    EventType.WEBHOOK_DISABLED: _BAD,
}
_WIDTH = max(map(len, EventType))


def line_of(event: EventObject) -> Text:
    """When, its number, its type, of what, the counts around it, who did it, and of which sale."""
    data, kind = event["data"], printable(str(event["type"]))
    line = Text()
    line.append(f"{_local(event['timestamp'])}  ", "dim")
    line.append(f"{number_of(event):>6}  ", "dim")
    line.append(f"{kind:<{_WIDTH}}  ", _STYLES.get(EventType(kind), _REST) if kind in set(EventType) else _REST)
    parts = [f"{_subject(data):<12}", _counts(data), _actor(data.get("actor")), _sale(data.get("orderRef"))]
    line.append("  ".join(part for part in parts if part).rstrip())
    return line


def _local(timestamp: str) -> str:
    """On the clocks of this machine."""
    try:
        return f"{datetime.fromisoformat(timestamp).astimezone():%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return printable(timestamp)


def _subject(data: dict[str, Any]) -> str:
    stamp = data.get("stamp")
    subjects = {
        "stamp": stamp.get("stampIdx") if isinstance(stamp, dict) else None,
        "card": data.get("cardIdx"),
        "webhook": data.get("webhookIdx"),
    }
    return next((f"{name} {printable(str(number))}" for name, number in subjects.items() if number is not None), "")


def _counts(data: dict[str, Any]) -> str:
    before, after = data.get("before"), data.get("after")
    if not isinstance(before, int) or not isinstance(after, int):
        return ""
    return f"{before:>3} → {after:<3}"


def _actor(actor: object) -> str:
    if not isinstance(actor, dict):
        return ""
    number = actor.get("idx")
    return printable(f"{actor.get('type')}" + ("" if number is None else f" {number}"))


def _sale(order_ref: object) -> str:
    return "" if order_ref is None else printable(f"sale {order_ref}")
