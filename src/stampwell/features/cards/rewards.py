"""Rewards on the way: what a card gives before its last mark, and how the database keeps them."""

import json
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

MOST_REWARDS = 10
LONGEST_REWARD = 200


class CardReward(NamedTuple):
    """What a card gives at that many marks, which are fewer than its goal."""

    stamps: int
    title: str


@lru_cache(maxsize=1024)
def rewards_from_json(text: str) -> tuple[CardReward, ...]:
    """Of `[[5, "a cookie"], …]`, in that order."""
    return tuple(CardReward(stamps, title) for stamps, title in json.loads(text))


def rewards_to_json(rewards: Iterable[CardReward]) -> str:
    """The text that `rewards_from_json` reads."""
    return json.dumps(list(rewards), ensure_ascii=False, separators=(",", ":"))


def rewards_as_api(rewards: Iterable[CardReward]) -> list[dict[str, object]]:
    """As the card object of the API has them."""
    return [{"stamps": reward.stamps, "rewardTtl": reward.title} for reward in rewards]
