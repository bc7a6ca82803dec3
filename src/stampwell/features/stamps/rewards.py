"""The rewards on the way of a stamp: which there are, which were handed out, and which are owed. Pure."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from stampwell.features.cards.rewards import rewards_from_json
from stampwell.features.stamps.model import Stamp

_NONE = "[]"


class StampReward(NamedTuple):
    """A reward on the way. stamps: marks that earn it. handed_out_at: microseconds since 1970 in UTC, None while it was not."""

    stamps: int
    title: str
    handed_out_at: int | None


def rewards_of(stamp: Stamp) -> tuple[StampReward, ...]:
    """In rising order; the one for the full stamp is not among them."""
    if stamp.rewards == _NONE:
        return ()
    handed_out = dict(_pairs(stamp.handed_out))
    return tuple(
        StampReward(reward.stamps, reward.title, handed_out.get(reward.stamps)) for reward in rewards_from_json(stamp.rewards)
    )


def last_handed_out(stamp: Stamp) -> bool:
    """Whether an open stamp has no last reward any more: it moved from a card that gave one for as many marks, on the way."""
    return stamp.redeemed_at is None and handed_out_instant(stamp, stamp.max_stamps) is not None


def owed_rewards(stamp: Stamp) -> tuple[StampReward, ...]:
    """Those that the stamp has marks enough for, and that were not handed out."""
    return tuple(reward for reward in rewards_of(stamp) if reward.handed_out_at is None and reward.stamps <= stamp.stamps)


def handed_out_numbers(stamp: Stamp) -> tuple[int, ...]:
    """The marks of every reward on the way that was handed out, in rising order.

    Also of rewards that a card before had: a stamp that moves away and back does not earn them again.
    """
    return tuple(marks for marks, _ in _pairs(stamp.handed_out))


def handed_out_instant(stamp: Stamp, marks: int) -> int | None:
    """When the reward for that many marks was handed out, in microseconds since 1970 in UTC; None where it was not."""
    return dict(_pairs(stamp.handed_out)).get(marks)


def with_handed_out(stamp: Stamp, numbers: Iterable[int], at_us: int) -> Stamp:
    """The stamp with the rewards for that many marks handed out then; those that were handed out before stay so."""
    return _with_pairs(stamp, {**dict.fromkeys(numbers, at_us), **dict(_pairs(stamp.handed_out))})


def without_handed_out(stamp: Stamp, numbers: Iterable[int]) -> Stamp:
    """The stamp with the rewards for that many marks owed again."""
    gone = set(numbers)
    return _with_pairs(stamp, {marks: at for marks, at in _pairs(stamp.handed_out) if marks not in gone})


def with_rewards_of_both(stamp: Stamp, other: Stamp) -> Stamp:
    """The stamp with every reward handed out that was on either."""
    return _with_pairs(stamp, {**dict(_pairs(other.handed_out)), **dict(_pairs(stamp.handed_out))})


def rewards_in_words(text: str) -> str:
    """The stored rewards on the way as the history names them: `5: a cookie, 8: a cake`."""
    return ", ".join(f"{reward.stamps}: {reward.title}" for reward in rewards_from_json(text))


def numbers_to_json(numbers: Iterable[int]) -> str:
    """As the ledger names rewards."""
    return json.dumps(sorted(numbers), separators=(",", ":"))


def _with_pairs(stamp: Stamp, handed_out: dict[int, int]) -> Stamp:
    return stamp._replace(handed_out=json.dumps(sorted(handed_out.items()), separators=(",", ":")))


@lru_cache(maxsize=1024)
def _pairs(text: str) -> tuple[tuple[int, int], ...]:
    return tuple((marks, at) for marks, at in json.loads(text))
