"""The rewards of a card in words: what waits, what is next, and what each of them is."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from stampwell.core.phrases import Counted, Phrase, counted, phrase


class RewardState(StrEnum):
    """What has become of a reward on the way."""

    AHEAD = "ahead"
    READY = "ready"
    HANDED_OUT = "handed out"


_LINES: Mapping[RewardState, Counted] = {
    RewardState.AHEAD: counted("stamps", "{stamps} stamp: {reward}", "{stamps} stamps: {reward}"),
    RewardState.READY: counted("stamps", "{stamps} stamp: {reward}, ready", "{stamps} stamps: {reward}, ready"),
    RewardState.HANDED_OUT: counted("stamps", "{stamps} stamp: {reward}, redeemed", "{stamps} stamps: {reward}, redeemed"),
}


# What a reward's name may begin with that is no name: "A free coffee" is "6 more for a free coffee" within a sentence.
_SMALL_WORDS = frozenset(
    [
        *("a", "an", "the", "one", "two", "your", "any", "some", "another", "free", "half"),
        *("ein", "eine", "einen"),
        *("un", "une", "des"),
        *("una", "unos", "unas"),
    ]
)


class FaceReward(NamedTuple):
    """A reward on the way to the goal, at that many marks."""

    stamps: int
    title: str
    state: RewardState


def in_sentence(reward: str) -> str:
    """The name of a reward as it stands within a sentence: its article is written small, unless all of it is large."""
    first, _, rest = reward.partition(" ")
    if first.lower() not in _SMALL_WORDS or not rest or rest.isupper():
        return reward
    return f"{first.lower()} {rest}"


def face_rewards(rewards: Iterable[tuple[int, str, object]], *, count: int) -> tuple[FaceReward, ...]:
    """Rewards on the way of a card with `count` marks: each its marks, its name, and when it was handed out or None."""
    return tuple(FaceReward(stamps, title, _state(stamps, handed_out, count)) for stamps, title, handed_out in rewards)


def next_rewards_words(rewards: Sequence[FaceReward], *, reward: str, count: int, goal: int) -> tuple[Phrase, Phrase | None]:
    """What comes next, and what waits to be handed out meanwhile, if anything does; of a full card, what waits and None.

    Of a card with `count` of `goal` marks, whose last reward is `reward` (or blank) and is not handed out yet.

    rewards: those on the way, rising. Of those ahead the next one and the last are named: "2 more for a cookie, 5 more for a
    coffee".
    """
    waiting: list[str | Phrase] = [_name_of(one.title) for one in rewards if one.state is RewardState.READY]
    if count >= goal:
        if not waiting:
            return (phrase("Ready: {reward}", reward=in_sentence(reward)) if reward else phrase("The reward is ready")), None
        return phrase("Ready: {reward}", reward=_listed([*waiting, _name_of(reward)])), None
    ready = ready_words(rewards)
    last = _missing(goal - count, reward)
    following = next((one for one in rewards if one.state is RewardState.AHEAD and one.stamps > count), None)
    if following is None:
        return last, ready
    return phrase("{first}, {then}", first=_missing(following.stamps - count, following.title), then=last), ready


def promise_words(reward: str, goal: int) -> Phrase:
    """What a card without any mark promises, for those who do not have one yet."""
    if reward:
        said = counted("goal", "{goal} stamp for {reward}", "{goal} stamps for {reward}")
        return phrase(said, goal=goal, reward=in_sentence(reward))
    return phrase(counted("goal", "{goal} stamp for the reward", "{goal} stamps for the reward"), goal=goal)


def ready_words(rewards: Sequence[FaceReward]) -> Phrase | None:
    """Which rewards on the way wait to be handed out; None where none does."""
    waiting: list[str | Phrase] = [_name_of(one.title) for one in rewards if one.state is RewardState.READY]
    return phrase("Ready: {reward}", reward=_listed(waiting)) if waiting else None


def rewards_in_words(
    rewards: Sequence[FaceReward], *, reward: str, goal: int, last: RewardState
) -> Iterator[tuple[Phrase, RewardState]]:
    """A line for each reward of the card, that of the goal as the last: how many marks, what for, and what became of it."""
    for one in (*rewards, FaceReward(goal, reward, last)):
        yield phrase(_LINES[one.state], stamps=one.stamps, reward=_name_of(one.title)), one.state


def _state(stamps: int, handed_out: object, count: int) -> RewardState:
    if handed_out is not None:
        return RewardState.HANDED_OUT
    return RewardState.READY if stamps <= count else RewardState.AHEAD


def _missing(missing: int, reward: str) -> Phrase:
    if reward:
        # English says the same of one; others do not.
        said = counted("missing", "{missing} more for {reward}", "{missing} more for {reward}")
        return phrase(said, missing=missing, reward=in_sentence(reward))
    return phrase(counted("missing", "{missing} more for the reward", "{missing} more for the reward"), missing=missing)


def _name_of(reward: str) -> str | Phrase:
    return in_sentence(reward) or phrase("the reward")


def _listed(names: Sequence[str | Phrase]) -> str | Phrase:
    first, *others = names
    return phrase("{first}, {others}", first=first, others=_listed(others)) if others else first
