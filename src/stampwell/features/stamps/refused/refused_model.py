"""A refused try, and the reasons that are kept."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from stampwell.core.errors import AppError
from stampwell.core.stamp_refs import StampRef
from stampwell.core.units import MINUTE_US
from stampwell.features.stamps import errors

WINDOW_US = 10 * MINUTE_US
"""Tries of one reason and actor within so long are kept as one row: a program that goes on trying fills no table."""

REASONS: Mapping[type[AppError], str] = MappingProxyType(
    {
        errors.TooSoon: "too_soon",
        errors.TooSoonThen: "too_soon",
        errors.DailyCapReached: "daily_cap",
        errors.DailyCapReachedThen: "daily_cap",
        errors.NoRoom: "no_room",
        errors.NextTooSmall: "no_room",
        errors.HasNextStamp: "has_next",
        errors.StampInactive: "inactive",
        errors.StampNotYetValid: "not_yet_valid",
        errors.StampExpired: "expired",
        errors.StampRedeemed: "redeemed",
        errors.StampMerged: "merged",
        errors.NotValidHere: "not_valid_here",
        errors.NotFull: "not_full",
        errors.RewardNotReached: "not_full",
        errors.RewardHandedOut: "given_before",
        errors.WrongStaffPassword: "wrong_password",
        errors.RedemptionLocked: "locked",
        errors.NetworkLocked: "locked",
    }
)
"""What refusals are stored as. Others say that the request was wrong, not that the customer got no stamp."""


class TryKey(NamedTuple):
    """Which tries are counted together. began_at: of their window; actor_id: 0 for nobody by number."""

    account_id: int
    stamp: StampRef
    began_at: int
    reason: str
    actor_kind: str
    actor_id: int
    channel: str


class RefusedTry(NamedTuple):
    """tries: how many; tried_at: when the last of them was."""

    reason: str
    actor_kind: str
    actor_id: int | None
    channel: str
    tries: int
    tried_at: int
