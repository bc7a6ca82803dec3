"""What has to be true of a card as a whole."""

from collections.abc import Sequence

from stampwell.core.errors import FieldError
from stampwell.core.phrases import phrase
from stampwell.features.cards.rewards import CardReward

MOST_LOCATIONS = 100
"""Of a card."""


def reward_problems(rewards: Sequence[CardReward], *, goal: int) -> list[FieldError]:
    """What is wrong with rewards on the way to that goal, by their place in the order given: `rewards.0.stamps`."""
    wrong: list[FieldError] = []
    seen: set[int] = set()
    for place, reward in enumerate(rewards):
        field = f"rewards.{place}.stamps"
        if reward.stamps >= goal:
            too_far = phrase("must be less than the goal, {goal}: the reward of the last mark is rewardTtl", goal=goal)
            wrong.append(FieldError(field, too_far))
        elif reward.stamps in seen:
            twice = phrase("another reward has {stamps} as well: give each a number of its own", stamps=reward.stamps)
            wrong.append(FieldError(field, twice))
        seen.add(reward.stamps)
    return wrong


def goal_problems(goal: int, *, rewards: Sequence[CardReward]) -> list[FieldError]:
    """What is wrong with a new goal of a card that keeps its rewards on the way, which are in rising order."""
    if not rewards or rewards[-1].stamps < goal:
        return []
    said = phrase(
        "must be more than {stamps}, where the card has a reward on the way: choose a larger goal, or change rewards as well",
        stamps=rewards[-1].stamps,
    )
    return [FieldError("maxStamps", said)]
