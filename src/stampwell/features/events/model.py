from enum import StrEnum
from typing import NamedTuple


class EventType(StrEnum):
    """What an event tells of, as `type` of the contract's section 11."""

    STAMP_ISSUED = "stamp.issued"
    STAMP_ADDED = "stamp.added"
    STAMP_REMOVED = "stamp.removed"
    STAMP_FULL = "stamp.full"
    STAMP_REWARD_REDEEMED = "stamp.reward_redeemed"
    STAMP_REDEEMED = "stamp.redeemed"
    STAMP_UPDATED = "stamp.updated"
    STAMP_RETURNED = "stamp.returned"
    STAMP_REVERSED = "stamp.reversed"
    STAMP_MERGED = "stamp.merged"
    STAMP_EXPIRING = "stamp.expiring"
    STAMP_EXPIRED = "stamp.expired"
    STAMP_DELETED = "stamp.deleted"
    CARD_UPDATED = "card.updated"
    WEBHOOK_TEST = "webhook.test"
    WEBHOOK_FAILING = "webhook.failing"
    WEBHOOK_DISABLED = "webhook.disabled"


ACTION_TYPES: dict[str, str] = {
    EventType.STAMP_ISSUED: "ISSUE",
    EventType.STAMP_ADDED: "ADD",
    EventType.STAMP_REMOVED: "REMOVE",
    EventType.STAMP_FULL: "FULL",
    EventType.STAMP_REWARD_REDEEMED: "USE",
    EventType.STAMP_REDEEMED: "USE",
    EventType.STAMP_UPDATED: "UPDATE",
    EventType.STAMP_RETURNED: "RETURN",
    EventType.STAMP_REVERSED: "REVERSE",
    EventType.STAMP_MERGED: "MERGE",
    EventType.STAMP_EXPIRING: "EXPIRE_SOON",
    EventType.STAMP_EXPIRED: "EXPIRE",
    EventType.STAMP_DELETED: "DELETE",
    EventType.CARD_UPDATED: "UPDATE",
    EventType.WEBHOOK_TEST: "TEST",
    EventType.WEBHOOK_FAILING: "FAIL",
    EventType.WEBHOOK_DISABLED: "DISABLE",
}
"""`actionType` by type."""

OF_THE_LEDGER = frozenset(
    {
        EventType.STAMP_ISSUED,
        EventType.STAMP_ADDED,
        EventType.STAMP_REMOVED,
        EventType.STAMP_REWARD_REDEEMED,
        EventType.STAMP_REDEEMED,
        EventType.STAMP_UPDATED,
        EventType.STAMP_RETURNED,
        EventType.STAMP_REVERSED,
        EventType.STAMP_MERGED,
    }
)
"""Types that a row of a stamp's ledger is told as; the others of a stamp are extra to it."""


class OutboxRow(NamedTuple):
    """What was committed and is not in the log of events yet.

    stamp_id: 0 for what is no stamp's. kind: an EventType. sequence: of the row of the stamp's ledger; None for what has none.
    data: JSON, of what is no stamp's. created_at: microseconds since 1970 in UTC.
    """

    account_id: int
    stamp_id: int
    kind: str
    sequence: int | None
    data: str | None
    created_at: int


class NewEvent(NamedTuple):
    """An event, as the log takes it.

    stamp_id, card_id: 0 for none. sequence: 1, 2, 3, … of a stamp. data: JSON, `data` of the contract without its numbers and
    without personal fields. personal: JSON, the personal fields of the stamp. created_at: microseconds since 1970 in UTC.
    """

    account_id: int
    stamp_id: int
    card_id: int
    sequence: int | None
    type: str
    data: str
    personal: str | None
    created_at: int


class LoggedEvent(NamedTuple):
    """An event of the log; its members are those of NewEvent, and its number."""

    event_id: int
    account_id: int
    stamp_id: int
    card_id: int
    sequence: int | None
    type: str
    data: str
    personal: str | None
    created_at: int
