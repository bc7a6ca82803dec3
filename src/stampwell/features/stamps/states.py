"""The states of a stamp, the actions on it, and which state refuses which action: the table of `docs/states.md`."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from stampwell.core.errors import AppError
from stampwell.features.cards.errors import CardClosed
from stampwell.features.stamps import errors
from stampwell.features.stamps.model import Stamp


class State(StrEnum):
    """Where a stamp is in its life. One that fits several is in the first of them, in this order."""

    MERGED = "merged"
    REDEEMED = "redeemed"
    INACTIVE = "inactive"
    NOT_YET_VALID = "not yet valid"
    EXPIRED = "expired"
    FULL = "full"
    USABLE = "usable"


class Action(StrEnum):
    """What may be asked of a stamp. `correct` is an update of anything but the memo and the user's fields."""

    GET = "get"
    HISTORY = "history"
    VALIDATE = "validate"
    ADD = "add"
    REMOVE = "remove"
    REDEEM = "redeem"
    REDEEM_REWARD = "redeem of a reward on the way"
    REVERSE = "reverse"
    MERGE = "merge"
    DESCRIBE = "update of memo and user fields"
    CORRECT = "update of anything else"
    DELETE = "delete"


CARD_ARCHIVED = "card archived"
"""Not a state of the stamp: it stays in its own, and what it may do is in the table's row for that."""

_MERGED: dict[State, type[AppError]] = {State.MERGED: errors.StampMerged}
_UNUSABLE: dict[State, type[AppError]] = {
    **_MERGED,
    State.REDEEMED: errors.StampRedeemed,
    State.INACTIVE: errors.StampInactive,
    State.NOT_YET_VALID: errors.StampNotYetValid,
    State.EXPIRED: errors.StampExpired,
}
_FINAL: dict[State, type[AppError]] = {**_MERGED, State.REDEEMED: errors.StampRedeemed}

REFUSALS: Mapping[Action, Mapping[State, type[AppError]]] = {
    Action.GET: {},
    Action.HISTORY: {},
    Action.VALIDATE: _UNUSABLE,
    Action.ADD: {**_UNUSABLE, State.FULL: errors.NoRoom},
    Action.REMOVE: _FINAL,
    Action.REDEEM: {**_UNUSABLE, State.USABLE: errors.NotFull},
    Action.REDEEM_REWARD: _UNUSABLE,
    Action.REVERSE: {},
    Action.MERGE: {State.MERGED: errors.CannotMerge, State.REDEEMED: errors.CannotMerge},
    Action.DESCRIBE: _MERGED,
    Action.CORRECT: _FINAL,
    Action.DELETE: _MERGED,
}
"""What an action is refused with, by the stamp's state; an action that a state does not name is allowed."""

REFUSED_OF_AN_ARCHIVED_CARD: Mapping[str, type[AppError]] = {
    "create": CardClosed,
    "update that moves a stamp to it": CardClosed,
}
"""An archived card, or one that is switched off, takes no new stamps; what it has goes on."""


def state_of(stamp: Stamp, today: date) -> State:
    """`today` is the day in the account's time zone; both ends of the validity belong to it."""
    if stamp.merged_stamp_id is not None:
        return State.MERGED
    if stamp.redeemed_at is not None:
        return State.REDEEMED
    if not stamp.active:
        return State.INACTIVE
    day = today.isoformat()
    if day < stamp.starts_on:
        return State.NOT_YET_VALID
    if day > stamp.ends_on:
        return State.EXPIRED
    return State.FULL if stamp.stamps >= stamp.max_stamps else State.USABLE
